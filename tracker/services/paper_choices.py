"""Why a unit that was tied with others for an award's places got one of them, as the committee recorded it."""

from __future__ import annotations

from tracker.core.decided import DecidedName, NameState, TieGroup
from tracker.services.paper_sources import Sources
from tracker.services.paper_words import NONE, VI, count
from tracker.text import say
from tracker.text.official import two_figures


def say_choice(sources: Sources, one: DecidedName) -> str:
    """Among how many units of which rank it was chosen, with the recorded reason; "" for a name chosen from no tie."""
    tie = _tie_of(sources, one)
    place = sources.board.place(one.name.unit)
    if one.state is not NameState.CHOSEN or tie is None:
        return ""
    rank = count(place.rank) if place else NONE
    chosen = say(VI, "paper.chosen", n=two_figures(len(tie.units)), rank=rank, places=two_figures(tie.places))
    reason = _reason(sources, one, tie).rstrip(".")
    return f"{chosen} {say(VI, 'paper.chosen.reason', reason=reason)}" if reason else chosen


def _tie_of(sources: Sources, one: DecidedName) -> TieGroup | None:
    ties = sources.desk.decided.ties
    return next((tie for tie in ties if tie.award == one.name.rule and one.name.unit in tie.units), None)


def _reason(sources: Sources, one: DecidedName, tie: TieGroup) -> str:
    """The reason kept with its verdict; where that has none of its own, what the others of the tie were told."""
    if one.ruling and one.ruling.reason:
        return one.ruling.reason
    others = (other for other in sources.desk.decided.group(tie) if other.state is NameState.NOT_CHOSEN)
    told = (other.ruling.reason for other in others if other.ruling)
    return "; ".join(dict.fromkeys(reason for reason in told if reason))
