"""Keep the bytes of imports apart from what is said of them

Revision: 0014f, after 0013t
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014f'
down_revision = '0013t'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'import_bytes',
        sa.Column('file', sa.Integer(), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['file'], ['import_file.id'], name=op.f('fk_import_bytes_file')),
        sa.PrimaryKeyConstraint('file', name=op.f('pk_import_bytes')),
    )
    op.execute('INSERT INTO import_bytes (file, data) SELECT id, data FROM import_file WHERE data IS NOT NULL')
    op.drop_column('import_file', 'data')


def downgrade() -> None:
    op.add_column('import_file', sa.Column('data', sa.LargeBinary(), nullable=True))
    op.execute(
        'UPDATE import_file SET data = (SELECT data FROM import_bytes WHERE import_bytes.file = import_file.id)'
    )
    op.drop_table('import_bytes')
