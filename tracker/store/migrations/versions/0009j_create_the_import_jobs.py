"""Create the import jobs

Revision: 0009j, after 0008s
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from tracker.store.types import WALL_CLOCK

revision = '0009j'
down_revision = '0008s'
branch_labels = None
depends_on = None

_STATES = "'uploaded', 'checking', 'checked', 'waiting', 'importing', 'done', 'refused', 'failed', 'cancelled'"


def upgrade() -> None:
    op.create_table('import_job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('good_rows', sa.Boolean(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('stage', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rate', sa.Integer(), nullable=False),
    sa.Column('ready_rows', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('message', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('message_args', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('batches', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('cancel_asked', sa.Boolean(), nullable=False),
    sa.Column('worker', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', WALL_CLOCK, nullable=False),
    sa.Column('updated_at', WALL_CLOCK, nullable=False),
    sa.CheckConstraint(f"state IN ({_STATES})", name=op.f('ck_import_job_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_job'))
    )
    op.create_index('ix_import_job_state', 'import_job', ['state'], unique=False)
    op.create_table('import_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('choices', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('report', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('refused', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['job'], ['import_job.id'], name=op.f('fk_import_file_job')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_file'))
    )
    op.create_index(op.f('ix_import_file_job'), 'import_file', ['job'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_import_file_job'), table_name='import_file')
    op.drop_table('import_file')
    op.drop_index('ix_import_job_state', table_name='import_job')
    op.drop_table('import_job')
