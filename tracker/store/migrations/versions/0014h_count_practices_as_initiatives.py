"""Know for which period a practice counts as a recognised initiative

Revision: 0014h, after 0014p
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0014h'
down_revision = '0014p'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('campaign', 'period'):
        op.add_column('practice_word', sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    # Without a batch, which would make the table anew and lose its triggers.
    checked = (
        "CONSTRAINT ck_practice_word_recognised CHECK (campaign IS NULL AND period IS NULL AND measure IS NULL"
        " OR said = 'accepted' AND campaign IS NOT NULL AND period IS NOT NULL AND measure IS NOT NULL)"
    )
    op.execute(sa.text(f'ALTER TABLE practice_word ADD COLUMN measure VARCHAR {checked}'))
