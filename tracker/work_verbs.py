"""The verbs of the command line about a unit's own work: the message an office can mail each morning."""

from __future__ import annotations

from tracker.arguments import DONE, Arguments, actor_of, today_of
from tracker.services import running
from tracker.services.standings import Question
from tracker.services.work_files import write_digest
from tracker.services.worklist import show_worklist


def digest(arguments: Arguments) -> int:
    """Print what a unit has to do, as the text of a message."""
    question = Question(arguments.campaign, arguments.period, arguments.as_of)
    asked = (question, arguments.unit, today_of(arguments), actor_of(arguments), arguments.days)
    work = show_worklist(running.database(), *asked)
    print(write_digest(work, arguments.language), end="")
    return DONE
