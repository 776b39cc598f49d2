"""What the committee decided about a period, as the one document that is kept with its result."""

from __future__ import annotations

from sqlalchemy import Connection

from tracker.services.appeals import appeals_document
from tracker.services.copies import Frozen
from tracker.services.decisions import decisions_document
from tracker.services.standings import Board
from tracker.store.audit import canonical


def decisions_text(connection: Connection, frozen: Frozen, board: Board) -> str:
    """Meetings, verdicts, appeals and their outcomes as canonical JSON; ids, codes, figures and reasons only."""
    appeals = appeals_document(connection, frozen.campaign, frozen.period, frozen.revision)
    decided = decisions_document(connection, board, frozen.revision)
    return canonical({"revision": frozen.revision, "appeals": appeals, **decided})
