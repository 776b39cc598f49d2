"""Know who answers for a criterion of a unit

Revision: 0014i, after 0014h
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0014i'
down_revision = '0014h'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        'answerable_head',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('campaign', 'unit', 'criterion')),
        sa.Column('since', sa.Date(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('name', 'position')),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', tracker.store.types.WALL_CLOCK, nullable=False),
        sa.CheckConstraint("name <> '' OR position = ''", name=op.f('ck_answerable_head_named')),
        sa.ForeignKeyConstraint(['campaign'], ['campaign.code'], name=op.f('fk_answerable_head_campaign')),
        sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_answerable_head_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_answerable_head')),
        sa.UniqueConstraint('campaign', 'unit', 'criterion', 'replaces', name=op.f('uq_answerable_head_campaign')),
    )
    with op.batch_alter_table('answerable_head', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answerable_head_unit'), ['unit'], unique=False)
