"""Create the indices a province is measured by from outside

Revision: 0009s, after 0009j
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0009s'
down_revision = '0009j'
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[object]]:
    text, exact = sqlmodel.sql.sqltypes.AutoString, tracker.store.types.ExactDecimal
    return [
        sa.Column('index', text(), nullable=False),
        sa.Column('unit', text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('component', text(), nullable=False),
        *(sa.Column(name, exact(), nullable=True) for name in ('score', 'max_score', 'average')),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ('rank', 'of')),
        sa.Column('batch_id', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        'index_score',
        *_columns(),
        sa.CheckConstraint('"index" <> \'\'', name=op.f('ck_index_score_index')),
        sa.CheckConstraint("unit <> ''", name=op.f('ck_index_score_unit')),
        sa.CheckConstraint('year BETWEEN 1990 AND 2200', name=op.f('ck_index_score_year')),
        sa.CheckConstraint('rank BETWEEN 1 AND 10000', name=op.f('ck_index_score_rank')),
        sa.CheckConstraint('"of" BETWEEN 1 AND 10000', name=op.f('ck_index_score_of')),
        sa.CheckConstraint('rank IS NULL OR "of" IS NULL OR rank <= "of"', name=op.f('ck_index_score_place')),
        sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_index_score_batch_id')),
        sa.PrimaryKeyConstraint('index', 'unit', 'year', 'component', name=op.f('pk_index_score')),
    )
    with op.batch_alter_table('index_score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_index_score_batch_id'), ['batch_id'], unique=False)

    op.create_table(
        'index_score_version',
        sa.Column('id', sa.Integer(), nullable=False),
        *_columns(),
        sa.Column('replaced_by', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_index_score_version')),
    )
    with op.batch_alter_table('index_score_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_index_score_version_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_index_score_version_replaced_by'), ['replaced_by'], unique=False)
