"""The names on papers: who is put forward for which award with which votes, who is criticised, and what prizes come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tracker.core.decided import CRITICISM, REWARD, DecidedName, NameState
from tracker.core.rulebook import Award
from tracker.core.voting import MEMBERS
from tracker.services.paper_choices import say_choice
from tracker.services.paper_sources import Sources
from tracker.services.paper_words import LINE, NONE, SHORT, VI, Given, count, points, say_day, say_reasons, share
from tracker.services.proposals import Entry
from tracker.store.officer_counts import OfficerFigures
from tracker.text import number, percent, pick, say
from tracker.text.official import capital, in_words, two_figures

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_PROPOSED = "Đề nghị tặng "  # how rulebooks title an award that is only proposed
_LEFT_OUT = ("reward.rank", "reward.score", "reward.tie_committee")  # in columns of their own, or the committee's business
Figures = Mapping[tuple[str, str], OfficerFigures]


def reward_fields(sources: Sources, figures: Figures, meeting: int | None = None) -> dict[str, Any]:
    """The awards and the names under each; of one meeting if that is asked for."""
    names = [one for one in sources.listed(REWARD) if meeting is None or _was_at(sources, one, meeting)]
    units, persons = _parted(names)
    return {
        **count_fields(len(units), len(persons)),
        "awards": numbered(_award_line(sources, award, names) for award in _awards(sources, names)),
        "unit_awards": [
            _group(sources, award, found, at, {"units": numbered(unit_row(sources, one) for one in found)})
            for at, (award, found) in enumerate(_by_award(sources, units))
        ],
        "person_awards": [
            _group(sources, award, found, at, {"persons": numbered(person_row(sources, one, figures) for one in found)})
            for at, (award, found) in enumerate(_by_award(sources, persons))
        ],
    }


def count_fields(units: int, persons: int) -> dict[str, str]:
    """How many collectives and individuals, in two figures and in words for a sentence."""
    said = {"units": two_figures(units), "persons": two_figures(persons)}
    key = "both" if units and persons else "units" if units else "persons" if persons else "none"
    return {
        "units_count": said["units"],
        "persons_count": said["persons"],
        "count_words": say(VI, f"paper.count.{key}", **said),
    }


def unit_row(sources: Sources, one: DecidedName) -> dict[str, str]:
    """A unit of a list with its figures, the reasons and the votes."""
    unit, board = one.name.unit, sources.board
    place, entry = board.place(unit), sources.entry(one)
    standing = board.standings[place.score.cluster] if place else None
    titles = board.setting.rulebook.rulebook.titles
    return {
        "name": sources.unit_name(unit),
        "cluster": board.name_cluster(place.score.cluster, VI) if place else NONE,
        "score": points(sources, place.score.score if place else None),
        "rank": f"{place.rank}/{standing.ranked_count}" if place and standing and place.rank else NONE,
        "criteria": _criteria(sources, titles, unit),
        **_dossiers(sources, unit),
        "achievement": _achievement(sources, one, entry),
        "votes": say_votes(sources, one),
        "note": _note(one),
    }


def person_row(sources: Sources, one: DecidedName, figures: Figures) -> dict[str, str]:
    """An officer of a list."""
    person, own = sources.person(one), figures.get((one.name.unit, one.name.officer))
    unit = sources.unit_name(one.name.unit)
    done = own.on_time + own.late if own else 0
    return {
        "name": person.name,
        "position": f"{person.position}, {unit}" if person.position else unit,
        "unit": unit,
        "dossiers": count(own.handled if own else None),
        "on_time": share(Fraction(own.on_time, done) if own and done else None),
        "achievement": person.said,
        "votes": say_votes(sources, one),
        "note": _note(one),
    }


def name_of(sources: Sources, one: DecidedName) -> str:
    """A unit's name, or an officer's with the unit's."""
    unit = sources.unit_name(one.name.unit)
    return f"{sources.person(one).name} ({unit})" if one.name.officer else unit


def rule_title(sources: Sources, one: DecidedName) -> str:
    """What a name stands on the list for: the award's form, the criticism's title, or a personal finding."""
    rulebook = sources.board.setting.rulebook.rulebook
    if one.name.list == REWARD:
        return next((form_of(sources, award) for award in rulebook.award if award.code == one.name.rule), one.name.rule)
    found = next((pick(VI, rule.title) for rule in rulebook.criticism if rule.code == one.name.rule), None)
    return found or say(VI, "paper.finding")


def criticism_rows(sources: Sources, meeting: int | None = None) -> list[dict[str, str]]:
    """The names to be criticised, or told to review themselves."""
    names = [one for one in sources.listed(CRITICISM) if meeting is None or _was_at(sources, one, meeting)]
    return numbered(
        {
            "name": name_of(sources, one),
            "rule": rule_title(sources, one),
            "level": say(VI, f"level.{level_of(sources, one)}"),
        }
        for one in names
    )


def level_of(sources: Sources, one: DecidedName) -> str:
    """How a name of the criticism list is dealt with; an officer with a finding is criticised."""
    rules = sources.board.setting.rulebook.rulebook.criticism
    return next((rule.level for rule in rules if rule.code == one.name.rule), "criticise")


def form_of(sources: Sources, award: Award) -> str:
    """The award's form as the office calls it, else as its rulebook does."""
    return sources.texts.award_forms.get(award.code) or award.form or pick(VI, award.title).removeprefix(_PROPOSED)


def say_votes(sources: Sources, one: DecidedName) -> str:
    """The votes for a name of those who could cast one, with the share; what was decided without a ballot says so."""
    if one.state is NameState.UNDECIDED:
        return say(VI, "paper.undecided")
    ruling = one.ruling
    if ruling is None or ruling.ballot is None or ruling.attendance is None:
        return say(VI, "paper.no_ballot")
    base = ruling.attendance.members if sources.desk.papers.rule.base == MEMBERS else ruling.attendance.present
    votes = ruling.ballot.votes_for
    part = percent(VI, Fraction(votes, base)) if base else NONE
    return say(VI, "paper.votes", votes=two_figures(votes), of=two_figures(base), share=part)


def money_fields(sources: Sources, given: Given) -> dict[str, Any]:
    """What the prizes come to, as far as the office has said what each is worth; only known amounts are summed."""
    names = list(sources.listed(REWARD))
    lines = [_money_line(sources, award, names) for award in _awards(sources, names)]
    known = [amount for _, amount in lines if amount is not None]
    total = sum(known) if known and len(known) == len(lines) else None
    number_, day_ = given.get("proposal_number") or SHORT, say_day(given, "proposal_date")
    proposer = given.get("proposer") or sources.texts.council or LINE
    return {
        "deciding_authority": given.get("deciding_authority") or LINE,
        "proposal_reference": say(VI, "paper.proposal", proposer=proposer, number=number_, day=day_),
        "fund": given.get("fund") or LINE,
        "awards": numbered(line for line, _ in lines),
        "total_amount": LINE if total is None else number(VI, total),
        "total_words": LINE if total is None else say(VI, "paper.dong", words=capital(in_words(total))),
    }


def _money_line(sources: Sources, award: Award, names: Sequence[DecidedName]) -> tuple[dict[str, str], int | None]:
    """An award's line with what it comes to; None where a needed amount is not known."""
    units, persons = _parted(one for one in names if one.name.rule == award.code)
    each = sources.texts.award_amounts.get(award.code), sources.texts.person_amounts.get(award.code)
    counts = len(units), len(persons)
    total: int | None = 0
    for amount, found in zip(each, counts, strict=True):
        if found:
            total = None if amount is None or total is None else total + amount * found
    line = {
        "award": form_of(sources, award),
        **count_fields(*counts),
        "unit_amount": _dong(each[0]) if units else NONE,
        "person_amount": _dong(each[1]) if persons else NONE,
        "amount": _dong(total),
    }
    return line, total


def _dong(amount: int | None) -> str:
    return SHORT if amount is None else number(VI, amount)


def _parted(names: Iterable[DecidedName]) -> tuple[list[DecidedName], list[DecidedName]]:
    """Units and officers."""
    found = list(names)
    return [one for one in found if not one.name.officer], [one for one in found if one.name.officer]


def _awards(sources: Sources, names: Sequence[DecidedName]) -> list[Award]:
    """The awards somebody is put forward for, in the rulebook's order."""
    rules = {one.name.rule for one in names}
    return [award for award in sources.board.setting.rulebook.rulebook.award if award.code in rules]


def _by_award(sources: Sources, names: Sequence[DecidedName]) -> list[tuple[Award, list[DecidedName]]]:
    return [(award, [one for one in names if one.name.rule == award.code]) for award in _awards(sources, names)]


def _award_line(sources: Sources, award: Award, names: Sequence[DecidedName]) -> dict[str, str]:
    units, persons = _parted(one for one in names if one.name.rule == award.code)
    return {"award": form_of(sources, award), "count_words": count_fields(len(units), len(persons))["count_words"]}


def _group(sources: Sources, award: Award, names: Sequence[DecidedName], at: int, rows: Mapping[str, Any]) -> dict[str, Any]:
    form, (units, persons) = form_of(sources, award), _parted(names)
    number_ = _ROMAN[at] if at < len(_ROMAN) else str(at + 1)
    words = count_fields(len(units), len(persons))["count_words"]
    return {"award": form, "heading": f"{number_}. {form}: {words}", **rows}


def numbered(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their number in front."""
    return [{"no": str(at), **row} for at, row in enumerate(rows, start=1)]


def _was_at(sources: Sources, one: DecidedName, meeting: int) -> bool:
    taken = sources.desk.papers.verdict(one)
    return taken is not None and taken.meeting == meeting


def _criteria(sources: Sources, titles: Mapping[str, Mapping[str, str]], unit: str) -> str:
    place = sources.board.place(unit)
    parts = place.score.criteria if place else ()
    said = (f"{pick(VI, titles[part.code])} {points(sources, part.points)}/{count(part.out_of)}" for part in parts)
    return "; ".join(said) or NONE


def _dossiers(sources: Sources, unit: str) -> dict[str, str]:
    facts = sources.board.facts.get(unit)
    measures = facts.measures if facts else {}
    done = (measures.get("done_on_time") or 0) + (measures.get("done_late") or 0)
    on_time = Fraction(measures.get("done_on_time") or 0) / done if done else None
    handled = (measures.get("received") or 0) + (measures.get("carried") or 0)
    return {"dossiers": count(handled if facts else None), "on_time": share(on_time)}


def _achievement(sources: Sources, one: DecidedName, entry: Entry | None) -> str:
    """What a unit achieved besides score and rank, which stand in columns of their own; for an exception, and for a choice
    among equals, the reason.
    """
    said = _dossiers(sources, one.name.unit)
    work = "" if said["on_time"] == NONE else say(VI, "paper.achieved", **said)
    reasons = [reason for reason in entry.reasons if reason.key not in _LEFT_OUT] if entry else []
    exception = one.ruling.reason if one.ruling and one.state is NameState.ADDED else ""
    choice = say_choice(sources, one)
    return " ".join(part for part in (work, say_reasons(reasons), choice, exception) if part) or NONE


def _note(one: DecidedName) -> str:
    return say(VI, "paper.undecided") if one.state is NameState.UNDECIDED else ""
