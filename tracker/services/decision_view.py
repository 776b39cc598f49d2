"""What the decisions page shows: the names of each list under their rules, ties together, with verdicts. Exact, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.core.decided import REWARD, DecidedName, Name, NameState, TieGroup, undecided_ties
from tracker.services.committee import Taken
from tracker.services.decisions import Desk
from tracker.services.meetings import MeetingState
from tracker.services.proposals import Entry, list_entries
from tracker.text import search_key

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NameView:
    """A unit on a list as it was proposed (`entry.reasons` is empty if it was not), and what was decided on it."""

    entry: Entry
    decided: DecidedName
    taken: Taken | None
    meeting: MeetingState | None

    @property
    def seen(self) -> int:
        """The verdict a new one would replace, 0 for none."""
        return self.taken.ruling.id if self.taken else 0


@dataclass(frozen=True, slots=True)
class TieView:
    """Units tied for fewer places than they are."""

    tie: TieGroup
    names: tuple[NameView, ...]
    is_open: bool
    places_left: int


@dataclass(frozen=True, slots=True)
class RuleView:
    """The names under an award or a criticism; those of a tie stand in their tie."""

    rule: str
    title: Words
    form: str | None
    level: str | None
    names: tuple[NameView, ...]
    ties: tuple[TieView, ...]


def view_list(desk: Desk, name: str, *, only_open: bool = False, cluster: str = "") -> tuple[RuleView, ...]:
    """A list's rules in their order, each with its names; `only_open` leaves out what is decided."""
    proposed = {Name(name, entry.rule, entry.unit): entry for entry in list_entries(desk.board)[name]}
    others = [one.name for one in desk.decided.names if one.name not in proposed and _is_unit_of(one.name, name)]
    views = [_view(desk, entry, key) for key, entry in proposed.items()]
    views += [_view(desk, _unproposed(desk, key), key) for key in others]
    rules = _rules(desk, name)
    wanted = [view for view in views if cluster in ("", view.entry.cluster)]
    found = (_rule(desk, rule, [view for view in wanted if view.entry.rule == rule], only_open) for rule in rules)
    return tuple(rule for rule in found if rule.names or rule.ties)


def find_view(desk: Desk, key: Name) -> NameView | None:
    """A unit on a list; None for an officer."""
    if key.officer:
        return None
    proposed = (entry for entry in list_entries(desk.board)[key.list] if (entry.rule, entry.unit) == (key.rule, key.unit))
    return _view(desk, next(proposed, None) or _unproposed(desk, key), key)


def titles_of(desk: Desk, name: str) -> dict[str, Words]:
    """What the rules of a list are called, by code."""
    rulebook = desk.board.setting.rulebook.rulebook
    return {one.code: one.title for one in (rulebook.award if name == REWARD else rulebook.criticism)}


def open_names(desk: Desk, name: str) -> tuple[Name, ...]:
    """The names of a list that can be confirmed at one stroke: proposed, not tied, and nobody decided on them yet."""
    return tuple(
        one.name
        for one in desk.decided.names
        if one.name.list == name and one.ruling is None and one.proposal is not None and not one.proposal.tie
    )


def _rules(desk: Desk, name: str) -> Iterable[str]:
    return titles_of(desk, name)


def _is_unit_of(key: Name, name: str) -> bool:
    return key.list == name and not key.officer


def _rule(desk: Desk, rule: str, views: list[NameView], only_open: bool) -> RuleView:
    ties = tuple(_tie(desk, tie, views) for tie in desk.decided.ties if tie.award == rule)
    tied = {view.decided.name for tie in ties for view in tie.names}
    names = [view for view in views if view.decided.name not in tied]
    if only_open:
        names = [view for view in names if view.decided.state is NameState.UNDECIDED]
        ties = tuple(tie for tie in ties if tie.is_open)
    first = next(iter(views), None)
    entry = first.entry if first else None
    title = entry.title if entry else {}
    form, level = (entry.form, entry.level) if entry else (None, None)
    return RuleView(rule, title, form, level, tuple(names), tuple(tie for tie in ties if tie.names))


def _tie(desk: Desk, tie: TieGroup, views: Iterable[NameView]) -> TieView:
    members = {Name(REWARD, tie.award, unit) for unit in tie.units}
    names = tuple(view for view in views if view.decided.name in members and view.entry.cluster == tie.cluster)
    return TieView(tie, names, tie in undecided_ties(desk.decided), desk.decided.places_left(tie))


def _view(desk: Desk, entry: Entry, key: Name) -> NameView:
    decided = desk.decided.find(key)
    taken = desk.papers.verdict(decided)
    return NameView(entry, decided, taken, desk.papers.meeting(taken.meeting if taken else None))


def _unproposed(desk: Desk, key: Name) -> Entry:
    """An entry for a unit that the rules do not put forward."""
    rulebook = desk.board.setting.rulebook.rulebook
    form = next((one.form for one in rulebook.award if key.list == REWARD and one.code == key.rule), None)
    level = next((one.level for one in rulebook.criticism if key.list != REWARD and one.code == key.rule), None)
    place, office = desk.board.place(key.unit), desk.board.offices.get(key.unit)
    name = office.name if office else key.unit
    title = titles_of(desk, key.list).get(key.rule, {"vi": key.rule})
    if place is None:
        return Entry(key.list, key.rule, title, key.unit, name, "", None, desk.board.setting.rulebook.rulebook.total, ())
    score = place.score
    said = (key.list, key.rule, title, key.unit, name, score.cluster, place.rank, score.score, ())
    return Entry(*said, form=form, level=level, search=search_key(f"{name} {key.unit}"))
