"""The dialogues in which the committee decides: on a name, on a tie, by exception, on a finding."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracker.core.decided import REWARD, DecidedName, Name, Verdict
from tracker.core.voting import Ballot, Outcome, count_vote, fits
from tracker.services.deciding import Deciding, Session, TieChoice, confirm_names, decide_names, resolve_tie
from tracker.services.decision_view import find_view, titles_of
from tracker.services.decisions import Desk
from tracker.services.meetings import MeetingState
from tracker.services.nominations import Individual
from tracker.text import collation_key, pick, say_statement
from tracker.ui import committee, individuals, meetings
from tracker.ui.committee import OPENED, Asked, finish
from tracker.ui.doing import act
from tracker.ui.look import markup, plain
from tracker.ui.shell import language, t
from tracker.ui.tables import Markup

Draw = Callable[[], None]


def draw_asked(desk: Desk, meeting: MeetingState | None, people: tuple[Individual, ...]) -> None:
    """The dialogue somebody opened, if any."""
    asked: Asked | None = st.session_state.get(OPENED)
    if asked is None:
        return
    title, draw = _dialogue(desk, meeting, people, asked)
    st.dialog(title, width="medium", on_dismiss=_close)(draw)()


def draw_bulk(desk: Desk, meeting: MeetingState) -> None:
    """Confirm at one stroke what nobody decided on yet, list by list; ties and officers are voted on one by one."""
    for name, names in committee.count_open(desk).items():
        units = [one for one in names if not one.officer]
        if not units:
            continue
        with st.popover(t(f"decide.bulk.{name}", n=len(units)), icon=":material/done_all:"):
            present = meeting.record.present
            st.markdown(plain(t("decide.bulk.words", n=len(units), present=present, meeting=meeting.id)))
            if st.button(t("decide.bulk.button"), key=f"bulk {name}", type="primary"):
                _confirm(desk, meeting, units)


def _confirm(desk: Desk, meeting: MeetingState, names: list[Name]) -> None:
    session = _session(desk, meeting)
    finish(lambda database: confirm_names(database, session, names, act()), t("decide.saved", n=len(names)))


def _dialogue(desk: Desk, meeting: MeetingState | None, people: tuple[Individual, ...], asked: Asked) -> tuple[str, Draw]:
    """The dialogue's title and what draws it."""
    if asked.what == "meeting":
        number, seen = asked.key[0], next(iter(asked.seen.values()), 0)
        title = t("meeting.edit", meeting=int(number)) if number else t("meeting.add")
        return title, lambda: meetings.draw_form(desk.papers, number, seen)
    if asked.what == "finding":
        return t("finding.add"), lambda: individuals.draw_finding_form(desk)
    if meeting is None:
        return t("decide.title"), lambda: _say(t("decide.no_meeting"))
    if asked.what == "tie":
        return t("decide.tie.title"), lambda: _draw_tie(desk, meeting, asked)
    if asked.what == "add":
        return t(f"decide.add.{asked.key[0]}"), lambda: _draw_addition(desk, meeting, asked.key[0])
    return t("decide.title"), lambda: _draw_name(desk, meeting, people, asked)


def _say(words: str) -> None:
    st.info(words, icon=":material/groups:")


def _close() -> None:
    st.session_state.pop(OPENED, None)


def _session(desk: Desk, meeting: MeetingState) -> Session:
    return Session(desk.papers.sitting.campaign, desk.papers.sitting.period, meeting.id)


def _draw_name(desk: Desk, meeting: MeetingState, people: tuple[Individual, ...], asked: Asked) -> None:
    """A verdict on a proposed or once decided name."""
    list_, rule, unit, officer = asked.key
    name, seen = Name(list_, rule, unit, officer), asked.seen.get(unit, 0)
    one = desk.decided.find(name)
    person = next((person for person in people if person.name == name), None)
    st.html(_card(desk, one, person))
    key = f"{'/'.join(asked.key)} {seen}"
    verdicts = [Verdict.CONFIRMED, Verdict.REMOVED] if one.proposal else [Verdict.ADDED, Verdict.REMOVED]
    verdict = Verdict(
        st.radio(t("decide.verdict"), verdicts, format_func=_verdict_words, key=f"verdict {key}", horizontal=True)
    )
    optional = verdict is Verdict.REMOVED
    ballot = _votes(desk, meeting, key, optional=optional)
    reason = _reason(key, needed=verdict is not Verdict.CONFIRMED)
    _submit(desk, meeting, [Deciding(name, verdict, reason, ballot, seen)], key)


def _draw_addition(desk: Desk, meeting: MeetingState, list_: str) -> None:
    """A name the rules do not put forward, with the reason of the exception."""
    st.markdown(t(f"decide.add.{list_}.words"))
    words = {code: pick(language(), title) for code, title in titles_of(desk, list_).items()}
    label = t(f"decide.rule.{list_}")
    rule = st.selectbox(label, list(words), format_func=words.__getitem__, key=f"add rule {list_}")
    offices = desk.board.offices
    known = {one.name.unit for one in desk.decided.names if one.name.list == list_ and one.name.rule == rule}
    units = [unit for unit in offices if desk.board.place(unit) is not None and unit not in known]
    units.sort(key=lambda unit: (collation_key(offices[unit].name), unit))
    unit = st.selectbox(
        t("filter.unit"),
        units,
        None,
        format_func=lambda code: f"{offices[code].name} ({code})",
        key=f"add unit {rule}",
        placeholder=t("unit.choose.one"),
    )
    ballot = _votes(desk, meeting, "add", optional=False)
    reason = _reason("add", needed=True)
    name = Name(list_, str(rule), str(unit))
    if unit is not None:
        _submit(desk, meeting, [Deciding(name, Verdict.ADDED, reason, ballot)], "add")


def _draw_tie(desk: Desk, meeting: MeetingState, asked: Asked) -> None:
    """Who of the tied units gets the places."""
    award, cluster = asked.key
    tie = next((tie for tie in desk.decided.ties if (tie.award, tie.cluster) == asked.key), None)
    if tie is None:
        _say(t("decide.tie.gone"))
        return
    st.markdown(
        plain(t("decide.tie", n=len(tie.units), places=tie.places, cluster=desk.board.name_cluster(cluster, language())))
    )
    st.caption(t("decide.tie.words"))
    chosen: dict[str, Ballot | None] = {}
    others: dict[str, Ballot] = {}
    for unit in tie.units:
        key = f"{award}/{unit} {asked.seen.get(unit, 0)}"
        with st.container(border=True):
            taken = st.checkbox(plain(desk.board.offices[unit].name), key=f"chosen {key}")
            ballot = _votes(desk, meeting, key, optional=not taken)
        if taken:
            chosen[unit] = ballot
        elif ballot is not None:
            others[unit] = ballot
    reason = _reason(f"tie {award} {cluster}", needed=True, label=t("decide.tie.reason"))
    if st.button(t("decide.save"), type="primary", key=f"save tie {award} {cluster}", icon=":material/save:"):
        choice = TieChoice(award, cluster, chosen, reason, others, asked.seen)
        session = _session(desk, meeting)
        finish(lambda database: resolve_tie(database, session, choice, act()), t("decide.saved", n=len(tie.units)))


def _submit(desk: Desk, meeting: MeetingState, wanted: list[Deciding], key: str) -> None:
    if st.button(t("decide.save"), type="primary", key=f"save {key}", icon=":material/save:"):
        session = _session(desk, meeting)
        finish(lambda database: decide_names(database, session, wanted, act()), t("decide.saved", n=len(wanted)))


def _votes(desk: Desk, meeting: MeetingState, key: str, *, optional: bool) -> Ballot | None:
    """The counts of a secret ballot, with what they come to; None until the votes for are given."""
    st.caption(t("decide.votes.optional" if optional else "decide.votes", present=meeting.record.present))
    counts = []
    with st.container(horizontal=True):
        for name in ("for", "against", "blank"):
            label, widget = t(f"decide.votes.{name}"), f"votes {name} {key}"
            counts.append(st.number_input(label, 0, 1000, None if name == "for" else 0, key=widget, width=150))
    votes_for, against, blank = counts
    if votes_for is None:
        return None
    ballot = Ballot(votes_for, against or 0, blank or 0)
    if fits(ballot, meeting.attendance):
        vote = count_vote(desk.papers.rule, meeting.attendance, ballot)
        icon = ":material/check_circle:" if vote.outcome is Outcome.PASSED else ":material/cancel:"
        st.markdown(f"{icon} {plain(say_statement(language(), vote.why))}")
    else:
        st.markdown(f":material/error: {t('decide.votes.too_many', n=ballot.cast, present=meeting.record.present)}")
    return ballot


def _reason(key: str, *, needed: bool, label: str = "") -> str:
    label = label or t("decide.reason" if needed else "decide.reason.optional")
    return st.text_area(label, key=f"reason {key}", max_chars=2000, height=100) or ""


def _card(desk: Desk, one: DecidedName, person: Individual | None) -> Markup:
    """Who is decided on, and what was decided so far."""
    view = find_view(desk, one.name)
    if view is not None:
        return committee.name_card(desk, view)
    taken, office = desk.papers.verdict(one), desk.board.offices.get(one.name.unit)
    note = committee.verdict_note(one, taken, desk.papers.meeting(taken.meeting if taken else None))
    called = office.name if office else one.name.unit
    if person is None:  # withdrawn, or of a unit whose cases one may not see any more
        return committee.state_chip(one.state) + markup(f" {called}, {one.name.officer}") + note
    return individuals.card(person, titles_of(desk, REWARD), called) + note


def _verdict_words(verdict: str) -> str:
    return t(f"decide.verdict.{verdict}")
