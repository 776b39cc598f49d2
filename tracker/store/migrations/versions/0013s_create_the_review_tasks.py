"""Create the tasks of reviews

Revision: 0013s, after 0013r
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
import tracker.store.types
from alembic import op

revision = '0013s'
down_revision = '0013r'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        'review_task',
        sa.Column('id', sa.Integer(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('campaign', 'period', 'unit', 'indicator', 'state')),
        *(sa.Column(name, text(), nullable=False) for name in ('collective', 'person', 'action')),
        sa.Column('due', sa.Date(), nullable=False),
        *(sa.Column(name, text(), nullable=False) for name in ('note', 'points', 'out_of', 'seen_in')),
        sa.Column('as_of', sa.Date(), nullable=False),
        sa.Column('replaces', sa.Integer(), nullable=False),
        sa.Column('made_by', text(), nullable=False),
        sa.Column('made_at', tracker.store.types.WALL_CLOCK, nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_review_task_state')),
        sa.CheckConstraint("collective <> '' OR person <> ''", name=op.f('ck_review_task_somebody')),
        sa.CheckConstraint("state <> 'closed' OR note <> ''", name=op.f('ck_review_task_evidence')),
        sa.ForeignKeyConstraint(
            ['campaign', 'period'], ['period.campaign', 'period.code'], name=op.f('fk_review_task_campaign')
        ),
        sa.ForeignKeyConstraint(['unit'], ['unit.code'], name=op.f('fk_review_task_unit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review_task')),
        sa.UniqueConstraint(
            'campaign', 'period', 'unit', 'indicator', 'replaces', name=op.f('uq_review_task_campaign')
        ),
    )
    with op.batch_alter_table('review_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_task_unit'), ['unit'], unique=False)
