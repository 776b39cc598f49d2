"""Know who comes by an identity provider, and who confirmed their password

Revision: 0005o, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op
from sqlalchemy.dialects import sqlite
revision = '0005o'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime().with_variant(sqlite.DATETIME(), 'sqlite')
    op.create_table('arrival',
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issuer', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('entered', sa.Boolean(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_arrival_digest')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_arrival'))
    )
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrival_at'), ['at'], unique=False)

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', moment, nullable=True))
        batch_op.add_column(sa.Column('by_provider', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_claim', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_column('by_claim')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_column('by_provider')
        batch_op.drop_column('confirmed_at')

    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_arrival_at'))

    op.drop_table('arrival')
