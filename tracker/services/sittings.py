"""Which period the committee may decide on: frozen or published, in its current revision; open or final ones it may not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services.campaigns import PERIOD, load_campaign

OPEN, FINAL = "open", "final"
DECIDABLE = ("frozen", "published")


@dataclass(frozen=True, slots=True)
class Sitting:
    """A period in its present revision."""

    campaign: str
    period: str
    revision: int
    state: str

    @property
    def is_decidable(self) -> bool:
        """True while the committee may meet and decide on it."""
        return self.state in DECIDABLE

    @property
    def thing(self) -> str:
        """What the audit log calls it."""
        return f"period/{self.campaign}/{self.period}"


def find_sitting(connection: Connection, campaign: str, period: str) -> Sitting:
    """The period as it stands; UsageError if there is none."""
    chosen = (PERIOD.c.campaign == campaign, PERIOD.c.code == period)
    row = connection.execute(select(PERIOD.c.revision, PERIOD.c.state).where(*chosen)).first()
    if row is None:
        known = ", ".join(one.code for one in load_campaign(connection, campaign).periods)
        raise UsageError("unknown_period", period=period, campaign=campaign, known=known)
    return Sitting(campaign, period, row.revision, row.state)


def require_sitting(connection: Connection, campaign: str, period: str) -> Sitting:
    """The same if the committee may decide on it now; RefusedError says why not."""
    sitting = find_sitting(connection, campaign, period)
    if not sitting.is_decidable:
        raise refusal("decide_too_late" if sitting.state == FINAL else "decide_too_early", period=period)
    return sitting


def refusal(code: str, value: str | None = None, **args: object) -> RefusedError:
    """A refusal for one reason."""
    return RefusedError([problem(code, value, **args)])


def problem(code: str, value: str | None = None, **args: object) -> Problem:
    """A problem that stands in no file."""
    return Problem(code, Place(""), value=value, args=args)
