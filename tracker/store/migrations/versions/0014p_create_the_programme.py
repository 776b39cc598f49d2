"""Create a campaign's programme and its dialogues

Revision: 0014p, after 0014f
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0014p'
down_revision = '0014f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, tracker.store.types.WALL_CLOCK
    op.create_table(
        'programme_task',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('campaign', 'number', 'area', 'task', 'unit', 'body')),
        *(sa.Column(name, text(), nullable=False) for name in ('cooperating', 'deadline')),
        sa.Column('due', sa.Date(), nullable=True),
        *(sa.Column(name, text(), nullable=False) for name in ('product', 'state', 'note')),
        sa.Column('done_on', sa.Date(), nullable=True),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', moment, nullable=False),
        sa.CheckConstraint("number <> '' AND task <> '' AND body <> ''", name=op.f('ck_programme_task_told')),
        sa.CheckConstraint(
            "state IN ('not_started', 'under_way', 'done', 'dropped')", name=op.f('ck_programme_task_state')
        ),
        sa.CheckConstraint(
            "state <> 'done' OR (done_on IS NOT NULL AND note <> '')", name=op.f('ck_programme_task_evidence')
        ),
        sa.CheckConstraint("state = 'done' OR done_on IS NULL", name=op.f('ck_programme_task_done_on')),
        sa.CheckConstraint("state <> 'dropped' OR note <> ''", name=op.f('ck_programme_task_reason')),
        sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_programme_task_campaign')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_task')),
        sa.UniqueConstraint('campaign', 'number', 'replaces', name=op.f('uq_programme_task_campaign')),
    )
    with op.batch_alter_table('programme_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_task_unit'), ['unit'], unique=False)
    op.create_table(
        'dialogue',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('campaign', 'unit')),
        sa.Column('number', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('with_whom', 'subject', 'planned')),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('state', text(), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ('came', 'asked', 'answered')),
        *(sa.Column(name, text(), nullable=False) for name in ('minutes', 'note')),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', moment, nullable=False),
        sa.CheckConstraint("with_whom IN ('people', 'businesses')", name=op.f('ck_dialogue_with_whom')),
        sa.CheckConstraint("subject <> ''", name=op.f('ck_dialogue_subject')),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name=op.f('ck_dialogue_state')),
        sa.CheckConstraint(
            "(state = 'held') = (held_on IS NOT NULL AND came IS NOT NULL AND asked IS NOT NULL AND answered IS NOT NULL)",
            name=op.f('ck_dialogue_held'),
        ),
        sa.CheckConstraint(
            'came >= 0 AND asked >= 0 AND answered >= 0 AND answered <= asked', name=op.f('ck_dialogue_counts')
        ),
        sa.CheckConstraint("state <> 'cancelled' OR note <> ''", name=op.f('ck_dialogue_reason')),
        sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_dialogue_campaign')),
        sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_dialogue_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dialogue')),
        sa.UniqueConstraint('campaign', 'unit', 'number', 'replaces', name=op.f('uq_dialogue_campaign')),
    )
    with op.batch_alter_table('dialogue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dialogue_unit'), ['unit'], unique=False)
