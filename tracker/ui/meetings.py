"""The committee's meetings on screen: what was recorded, whether there was a quorum, and the form to record or edit one."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from tracker.core.voting import has_quorum, say_quorum
from tracker.services.committee import Papers
from tracker.services.meetings import MeetingRecord, MeetingState, edit_meeting, record_meeting
from tracker.services.running import today
from tracker.text import day, say_statement
from tracker.ui.committee import ask, finish
from tracker.ui.doing import act
from tracker.ui.look import markup
from tracker.ui.shell import choice, language, t
from tracker.ui.tables import Head, Markup, Row, table

MEETING = "phien"
_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


def draw_meetings(papers: Papers, *, may_decide: bool) -> None:
    """The meetings as a table, and the way to record one."""
    st.header(t("meeting.title"), anchor="meetings")
    if papers.meetings:
        st.html(_table(papers))
    else:
        st.info(t("meeting.none") if may_decide else t("meeting.none_read"), icon=":material/groups:")
    if not may_decide:
        return
    with st.container(horizontal=True, key="meeting_tools"):
        st.button(t("meeting.add"), key="meeting add", icon=":material/add:", on_click=ask, args=("meeting", ("",), {}))
        for meeting in papers.meetings:
            seen = {str(meeting.id): meeting.version}
            label = t("meeting.edit", meeting=meeting.id)
            args = ("meeting", (str(meeting.id),), seen)
            st.button(label, key=f"meeting edit {meeting.id}", icon=":material/edit:", on_click=ask, args=args)


def pick_meeting(papers: Papers) -> MeetingState | None:
    """The meeting whose decisions are being written down: the newest unless another is chosen; None if there is none."""
    if not papers.meetings:
        return None
    known = {str(meeting.id): meeting for meeting in reversed(papers.meetings)}
    words = {code: name_meeting(meeting) for code, meeting in known.items()}
    label = t("meeting.deciding")
    chosen = known[choice(label, list(known), words.__getitem__, MEETING, partial(st.selectbox, width=420))]
    quorum = say_statement(language(), say_quorum(papers.rule, chosen.attendance))
    if has_quorum(papers.rule, chosen.attendance):
        st.caption(quorum)
    else:
        st.error(quorum, icon=":material/group_off:")
    return chosen


def name_meeting(meeting: MeetingState) -> str:
    """A meeting as people speak of it."""
    return t("meeting.named", meeting=meeting.id, day=meeting.record.held_on)


def draw_form(papers: Papers, number: str, seen: int) -> None:
    """The form of a new meeting (`number` "") or of one that is edited on the version that was seen."""
    known = next((meeting for meeting in papers.meetings if str(meeting.id) == number), None)
    before = known.record if known else _next(papers)
    record = _fields(before, f"meeting {number} {seen}")
    if not st.button(t("meeting.save"), type="primary", key=f"meeting save {number}", icon=":material/save:"):
        return
    sitting = papers.sitting
    if known is None:
        finish(
            lambda database: record_meeting(database, sitting.campaign, sitting.period, record, act()), t("meeting.saved")
        )
    else:
        finish(lambda database: edit_meeting(database, known.id, seen, record, act()), t("meeting.saved"))


def _next(papers: Papers) -> MeetingRecord:
    """What a new meeting begins with: the same people and place as the one before."""
    last = papers.meetings[-1].record if papers.meetings else None
    same = (last.place, last.chair, last.secretary) if last else ("", "", "")
    members = last.members if last else 9
    return MeetingRecord(today(), *same, present=members, members=members)


def _fields(before: MeetingRecord, key: str) -> MeetingRecord:
    told: dict[str, Any] = {}
    with st.container(horizontal=True):
        told["held_on"] = _day("held_on", before.held_on, key)
        told["members"] = st.number_input(t("meeting.members"), 1, 1000, before.members, key=f"{key} members", width=150)
        told["present"] = st.number_input(t("meeting.present"), 0, 1000, before.present, key=f"{key} present", width=150)
    for name in ("place", "chair", "secretary"):
        told[name] = st.text_input(t(f"meeting.{name}"), getattr(before, name), key=f"{key} {name}", max_chars=200)
    absent = t("meeting.absent")
    told["absent"] = st.text_area(
        absent, before.absent, key=f"{key} absent", placeholder=t("meeting.absent.hint"), height=80
    )
    st.markdown(f"**{t('meeting.minutes')}**", help=t("meeting.minutes.help"))
    with st.container(horizontal=True):
        with st.container(width=260):
            number = t("meeting.minutes_no")
            told["minutes_no"] = st.text_input(
                number, before.minutes_no, key=f"{key} minutes_no", placeholder="12/BB-HĐTĐKT"
            )
        told["minutes_on"] = _day("minutes_on", before.minutes_on, key)
    told["note"] = st.text_area(t("meeting.note"), before.note, key=f"{key} note", height=80)
    if told["held_on"] is None:
        told["held_on"] = before.held_on
    return MeetingRecord(**told)


def _day(name: str, value: date | None, key: str) -> date | None:
    chosen = st.date_input(t(f"meeting.{name}"), value, key=f"{key} {name}", format=_FORMATS[language()], width=170)
    return chosen if isinstance(chosen, date) else None


def _table(papers: Papers) -> Markup:
    heads = [
        Head(t("meeting.number"), code=True),
        Head(t("meeting.held_on"), code=True),
        Head(t("meeting.place"), wide=True),
        Head(t("meeting.chair")),
        Head(t("meeting.secretary")),
        Head(t("meeting.attendance"), wide=True),
        Head(t("meeting.minutes")),
    ]
    rows = (Row(_cells(papers, one), failing=not has_quorum(papers.rule, one.attendance)) for one in papers.meetings)
    return table(t("meeting.title"), heads, rows)


def _cells(papers: Papers, meeting: MeetingState) -> list[Markup]:
    record = meeting.record
    absent = f"<small>{'<br>'.join(map(markup, record.absent.splitlines()))}</small>" if record.absent else ""
    came = markup(say_statement(language(), say_quorum(papers.rule, meeting.attendance))) + absent
    texts = (str(meeting.id), day(language(), record.held_on), record.place, record.chair, record.secretary)
    return [*(markup(text) for text in texts), came, _minutes(record)]


def _minutes(record: MeetingRecord) -> Markup:
    if not record.minutes_no and record.minutes_on is None:
        return f'<span class="tk-pill tk-pill-bad">{markup(t("meeting.minutes.none"))}</span>'
    number = record.minutes_no or t("meeting.minutes.no_number")
    on = day(language(), record.minutes_on) if record.minutes_on else t("meeting.minutes.no_day")
    return f"{markup(number)}<small>{markup(on)}</small>"
