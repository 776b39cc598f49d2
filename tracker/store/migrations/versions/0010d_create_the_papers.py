"""Create the papers: settings, templates, what was issued, bundles

Revision: 0010d, after 0009s
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from tracker.store.types import WALL_CLOCK

revision = '0010d'
down_revision = '0009s'
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _made(*, updated: bool = False) -> list[sa.Column[object]]:
    moments = ('made_at', 'updated_at') if updated else ('made_at',)
    return [*_text('made_by'), *(sa.Column(name, WALL_CLOCK, nullable=False) for name in moments)]


def _period(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f(f'fk_{table}_campaign')
    )


def upgrade() -> None:
    op.create_table(
        'paper_settings',
        *_text('campaign', 'texts'),
        *_number('version'),
        *_text('changed_by'),
        sa.Column('changed_at', WALL_CLOCK, nullable=False),
        sa.CheckConstraint('version > 0', name=op.f('ck_paper_settings_version')),
        sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_paper_settings_campaign')),
        sa.PrimaryKeyConstraint('campaign', name=op.f('pk_paper_settings')),
    )
    op.create_table(
        'paper_template',
        *_number('id'),
        *_text('kind'),
        *_number('number'),
        *_text('name', 'sha256'),
        *_number('size'),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        *_made(),
        sa.CheckConstraint('number > 0', name=op.f('ck_paper_template_number')),
        sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_paper_template_sha256')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_template')),
        sa.UniqueConstraint('kind', 'number', name=op.f('uq_paper_template_kind')),
    )
    op.create_table(
        'issued_paper',
        *_number('id'),
        *_text('campaign', 'period'),
        *_number('revision'),
        *_text('state', 'kind', 'unit', 'officer', 'number'),
        sa.Column('dated', sa.Date(), nullable=True),
        *_text('fields', 'file_name', 'sha256'),
        *_number('size'),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        *_text('template_sha256', 'results_sha256'),
        *_made(),
        sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_issued_paper_sha256')),
        sa.CheckConstraint("state IN ('open', 'frozen', 'published', 'final')", name=op.f('ck_issued_paper_state')),
        _period('issued_paper'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_paper')),
    )
    op.create_index('ix_issued_paper_period', 'issued_paper', ['campaign', 'period'], unique=False)
    op.create_table(
        'paper_bundle',
        *_number('id'),
        *_text('campaign', 'period', 'state'),
        *_number('done', 'total'),
        sa.Column('cancel_asked', sa.Boolean(), nullable=False),
        *_text('message', 'message_args', 'name'),
        sa.Column('data', sa.LargeBinary(), nullable=True),
        sa.Column('issued', sa.Integer(), nullable=True),
        *_text('worker'),
        *_made(updated=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_paper_bundle_state')
        ),
        _period('paper_bundle'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_bundle')),
    )
    op.create_index('ix_paper_bundle_state', 'paper_bundle', ['state'], unique=False)


def downgrade() -> None:
    for table in ('paper_bundle', 'issued_paper', 'paper_template', 'paper_settings'):
        op.drop_table(table)
