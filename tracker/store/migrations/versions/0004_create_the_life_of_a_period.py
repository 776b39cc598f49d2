"""Create the tables of a period's life, of appeals and of decisions

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op
from sqlalchemy.dialects import sqlite
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cluster',
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_vi', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_cluster'))
    )
    op.create_table('identity',
    sa.Column('issuer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('account', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account'], ['account.name'], name=op.f('fk_identity_account')),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('pk_identity'))
    )
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_account'), ['account'], unique=False)

    op.create_table('membership',
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('cluster', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_membership_unit')),
    sa.PrimaryKeyConstraint('unit', 'since', name=op.f('pk_membership'))
    )
    op.create_table('finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('officer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('finding', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("finding <> '' AND basis <> ''", name=op.f('ck_finding_said')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_finding_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('chair', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('secretary', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('absent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('minutes_no', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('minutes_on', sa.Date(), nullable=True),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint('members > 0', name=op.f('ck_meeting_members')),
    sa.CheckConstraint('present >= 0 AND present <= members', name=op.f('ck_meeting_present')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_meeting_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_period', ['campaign', 'period'], unique=False)

    op.create_table('nomination',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('officer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('award', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('achievement', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=True),
    sa.CheckConstraint("achievement <> ''", name=op.f('ck_nomination_achievement')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_nomination_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination')),
    sa.UniqueConstraint('campaign', 'period', 'unit', 'officer', name=op.f('uq_nomination_campaign'))
    )
    op.create_table('period_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposal', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('actor', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(act = 'propose') = (proposal IS NULL)", name=op.f('ck_period_step_answer')),
    sa.CheckConstraint("act IN ('propose', 'approve', 'refuse', 'withdraw')", name=op.f('ck_period_step_act')),
    sa.CheckConstraint("step IN ('freeze', 'publish', 'finalise', 'reopen')", name=op.f('ck_period_step_step')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_period_step_campaign')),
    sa.ForeignKeyConstraint(['proposal'], ['period_step.id'], name=op.f('fk_period_step_proposal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_step')),
    sa.UniqueConstraint('proposal', name=op.f('uq_period_step_proposal'))
    )
    op.create_table('snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('begins', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('rulebook', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('manifest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('inputs_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('engine', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('proposed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('approved_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint('length(inputs_sha256) = 64', name=op.f('ck_snapshot_inputs')),
    sa.CheckConstraint('revision > 0', name=op.f('ck_snapshot_revision')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_snapshot_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshot')),
    sa.UniqueConstraint('campaign', 'period', 'revision', name=op.f('uq_snapshot_campaign'))
    )
    op.create_table('adjustment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cells', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.Column('prev', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("action IN ('exclude', 'correct')", name=op.f('ck_adjustment_action')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_adjustment_reason')),
    sa.CheckConstraint('length(digest) = 64 AND length(prev) = 64', name=op.f('ck_adjustment_chain')),
    sa.CheckConstraint('number > 0', name=op.f('ck_adjustment_number')),
    sa.ForeignKeyConstraint(['snapshot'], ['snapshot.id'], name=op.f('fk_adjustment_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment')),
    sa.UniqueConstraint('snapshot', 'number', name=op.f('uq_adjustment_snapshot'))
    )
    op.create_table('appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Integer(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('case_key', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('asks', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('wanted', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=True),
    sa.CheckConstraint("asks IN ('exclude', 'correct')", name=op.f('ck_appeal_asks')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_appeal_reason')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_appeal_campaign')),
    sa.ForeignKeyConstraint(['snapshot'], ['snapshot.id'], name=op.f('fk_appeal_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index('ix_appeal_period', ['campaign', 'period'], unique=False)
        batch_op.create_index('ix_appeal_unit', ['unit'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('period', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('list_name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rule', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('officer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('meeting', sa.Integer(), nullable=True),
    sa.Column('votes_for', sa.Integer(), nullable=True),
    sa.Column('votes_against', sa.Integer(), nullable=True),
    sa.Column('votes_blank', sa.Integer(), nullable=True),
    sa.Column('replaces', sa.Integer(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("list_name IN ('reward', 'criticism')", name=op.f('ck_decision_list_name')),
    sa.CheckConstraint("verdict IN ('confirmed', 'removed', 'added', 'chosen', 'not_chosen')", name=op.f('ck_decision_verdict')),
    sa.CheckConstraint("verdict NOT IN ('removed', 'added', 'not_chosen') OR reason <> ''", name=op.f('ck_decision_reason')),
    sa.CheckConstraint('votes_for >= 0 AND votes_against >= 0 AND votes_blank >= 0', name=op.f('ck_decision_votes')),
    sa.ForeignKeyConstraint(['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_decision_campaign')),
    sa.ForeignKeyConstraint(['meeting'], ['meeting.id'], name=op.f('fk_decision_meeting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('campaign', 'period', 'revision', 'list_name', 'rule', 'unit', 'officer', 'replaces', name=op.f('uq_decision_campaign'))
    )
    op.create_table('result',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('adjustments', sa.Integer(), nullable=False),
    sa.Column('adjustments_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('measures', sa.LargeBinary(), nullable=False),
    sa.Column('measures_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('results', sa.LargeBinary(), nullable=False),
    sa.Column('results_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('decisions', sa.LargeBinary(), nullable=False),
    sa.Column('decisions_sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("stage IN ('frozen', 'adjusted', 'published', 'final')", name=op.f('ck_result_stage')),
    sa.ForeignKeyConstraint(['snapshot'], ['snapshot.id'], name=op.f('fk_result_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result')),
    sa.UniqueConstraint('snapshot', 'number', name=op.f('uq_result_snapshot'))
    )
    op.create_table('snapshot_part',
    sa.Column('snapshot', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['snapshot'], ['snapshot.id'], name=op.f('fk_snapshot_part_snapshot')),
    sa.PrimaryKeyConstraint('snapshot', 'name', name=op.f('pk_snapshot_part'))
    )
    op.create_table('appeal_decision',
    sa.Column('appeal', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('effect', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('decided_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('decided_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_appeal_decision_reason')),
    sa.CheckConstraint("verdict IN ('accepted', 'partly', 'refused')", name=op.f('ck_appeal_decision_verdict')),
    sa.ForeignKeyConstraint(['appeal'], ['appeal.id'], name=op.f('fk_appeal_decision_appeal')),
    sa.PrimaryKeyConstraint('appeal', name=op.f('pk_appeal_decision'))
    )
    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appeal', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('type', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.CheckConstraint("type IN ('pdf', 'png', 'jpg', 'docx', 'xlsx')", name=op.f('ck_evidence_type')),
    sa.CheckConstraint('size > 0', name=op.f('ck_evidence_size')),
    sa.ForeignKeyConstraint(['appeal'], ['appeal.id'], name=op.f('fk_evidence_appeal')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_appeal'), ['appeal'], unique=False)

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hides_live', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('quorum', sqlmodel.sql.sqltypes.AutoString(), server_default='2/3', nullable=False))
        batch_op.add_column(sa.Column('pass_share', sqlmodel.sql.sqltypes.AutoString(), server_default='2/3', nullable=False))
        batch_op.add_column(sa.Column('rules_approved_by', sqlmodel.sql.sqltypes.AutoString(), server_default='', nullable=False))

    # Said in SQL because alembic's add_column has no place for a CHECK, and rebuilding the table would break its references.
    op.execute("ALTER TABLE campaign ADD COLUMN vote_base VARCHAR NOT NULL DEFAULT 'present' "
               "CONSTRAINT ck_campaign_vote_base CHECK (vote_base IN ('present', 'members'))")

    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('appeals_until', sa.Date(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.drop_column('appeals_until')
        batch_op.drop_column('revision')
        batch_op.drop_column('version')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_column('rules_approved_by')
        batch_op.drop_column('vote_base')
        batch_op.drop_column('pass_share')
        batch_op.drop_column('quorum')
        batch_op.drop_column('hides_live')

    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_appeal'))

    op.drop_table('evidence')
    op.drop_table('appeal_decision')
    op.drop_table('snapshot_part')
    op.drop_table('result')
    op.drop_table('decision')
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_index('ix_appeal_unit')
        batch_op.drop_index('ix_appeal_period')

    op.drop_table('appeal')
    op.drop_table('adjustment')
    op.drop_table('snapshot')
    op.drop_table('period_step')
    op.drop_table('nomination')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_period')

    op.drop_table('meeting')
    op.drop_table('finding')
    op.drop_table('membership')
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_account'))

    op.drop_table('identity')
    op.drop_table('cluster')
    if op.get_bind().dialect.name == 'postgresql':
        for table in ('snapshot', 'snapshot_part', 'adjustment', 'result', 'period_step', 'appeal_decision', 'decision'):
            op.execute(f'DROP FUNCTION IF EXISTS {table}_refuse()')
