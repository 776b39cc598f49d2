"""Know the rank an office aims at in an index

Revision: 0013r, after 0012w
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013r'
down_revision = '0012w'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a batch, which would make the tables anew: both databases add a column with its check.
    checked = 'CONSTRAINT ck_index_score_target CHECK (target BETWEEN 1 AND 10000)'
    op.execute(sa.text(f'ALTER TABLE index_score ADD COLUMN target INTEGER {checked}'))
    op.add_column('index_score_version', sa.Column('target', sa.Integer(), nullable=True))
