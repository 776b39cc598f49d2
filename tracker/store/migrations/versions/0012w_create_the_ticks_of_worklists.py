"""Create the ticks of worklists

Revision: 0012w, after 0010d
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0012w'
down_revision = '0010d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        'work_tick',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('unit', 'kind', 'code', 'task', 'state')),
        sa.Column('note', text(), nullable=False),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', tracker.store.types.WALL_CLOCK, nullable=False),
        sa.CheckConstraint("task <> '' AND code <> ''", name=op.f('ck_work_tick_what')),
        sa.CheckConstraint("state IN ('handled', 'open')", name=op.f('ck_work_tick_state')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_work_tick')),
        sa.UniqueConstraint('unit', 'kind', 'code', 'task', 'replaces', name=op.f('uq_work_tick_unit')),
    )
    with op.batch_alter_table('work_tick', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_tick_unit'), ['unit'], unique=False)
