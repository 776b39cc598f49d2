"""Create the mapping profiles

Revision: 0006m, after 0005o
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import sqlite

revision = '0006m'
down_revision = '0005o'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('profile',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('choices', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=False),
    sa.Column('used_at', sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite'), nullable=True),
    sa.CheckConstraint("name <> ''", name=op.f('ck_profile_name')),
    sa.CheckConstraint('length(fingerprint) = 64', name=op.f('ck_profile_fingerprint')),
    sa.CheckConstraint('version > 0', name=op.f('ck_profile_version')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_profile'))
    )
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_fingerprint'), ['fingerprint'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('profile', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_fingerprint'))

    op.drop_table('profile')
