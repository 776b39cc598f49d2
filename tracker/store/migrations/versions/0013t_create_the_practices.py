"""Create the board of good practice

Revision: 0013t, after 0013s
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0013t'
down_revision = '0013s'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, tracker.store.types.WALL_CLOCK
    op.create_table(
        'practice',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('unit', 'title', 'story', 'effect', 'made_by')),
        sa.Column('made_at', moment, nullable=False),
        sa.CheckConstraint("title <> '' AND story <> ''", name=op.f('ck_practice_told')),
        sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_practice_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_practice')),
    )
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practice_unit'), ['unit'], unique=False)
    op.create_table(
        'practice_word',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('practice', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('about', 'unit', 'said', 'note')),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', moment, nullable=False),
        sa.CheckConstraint(
            "about = 'verdict' AND said IN ('accepted', 'refused', 'withdrawn')"
            " OR about = 'adoption' AND said IN ('adopted', 'dropped') AND unit <> ''",
            name=op.f('ck_practice_word_said'),
        ),
        sa.ForeignKeyConstraint(['practice'], ['practice.id'], name=op.f('fk_practice_word_practice')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_word')),
        sa.UniqueConstraint('practice', 'about', 'unit', 'replaces', name=op.f('uq_practice_word_practice')),
    )
