"""Create the tallies, for units that send counts instead of dossiers

Revision: 0008s, after 0006m
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0008s'
down_revision = '0006m'
branch_labels = None
depends_on = None

_COUNTS = (
    'received_online',
    'received_direct',
    'carried',
    'done_early',
    'done_on_due',
    'done_late',
    'pending_in_time',
    'pending_overdue',
)
_MOST = 2_000_000_000
_CAME, _WENT = (' + '.join(f'coalesce({name}, 0)' for name in names) for names in (_COUNTS[:3], _COUNTS[3:]))


def _columns() -> list[sa.Column[int]]:
    text = sqlmodel.sql.sqltypes.AutoString
    return [
        sa.Column('unit', text(), nullable=False),
        sa.Column('procedure', text(), nullable=False),
        sa.Column('period_from', sa.Date(), nullable=False),
        sa.Column('period_to', sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _COUNTS),
        sa.Column('batch_id', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        'tally',
        *_columns(),
        sa.CheckConstraint("unit <> ''", name=op.f('ck_tally_unit')),
        *(sa.CheckConstraint(f'{name} BETWEEN 0 AND {_MOST}', name=op.f(f'ck_tally_{name}')) for name in _COUNTS),
        sa.CheckConstraint('period_from <= period_to', name=op.f('ck_tally_span')),
        sa.CheckConstraint(f'{_CAME} = {_WENT}', name=op.f('ck_tally_balance')),
        sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_tally_batch_id')),
        sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_tally_unit')),
        sa.PrimaryKeyConstraint('unit', 'procedure', 'period_from', 'period_to', name=op.f('pk_tally')),
    )
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tally_batch_id'), ['batch_id'], unique=False)

    op.create_table(
        'tally_version',
        sa.Column('id', sa.Integer(), nullable=False),
        *_columns(),
        sa.Column('replaced_by', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tally_version')),
    )
    with op.batch_alter_table('tally_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tally_version_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tally_version_replaced_by'), ['replaced_by'], unique=False)
