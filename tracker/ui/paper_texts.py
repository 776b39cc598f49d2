"""What a campaign's papers say beyond the result, as one form; empty where nobody said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from tracker.core.rulebook import Award
from tracker.services.paper_settings import (
    MOST_AMOUNT,
    MOST_DAYS,
    SIGNING_FIELDS,
    PaperState,
    PaperTexts,
    change_texts,
    show_texts,
)
from tracker.services.paper_view import PAPERS
from tracker.services.running import database
from tracker.services.standings import Board
from tracker.text import moment, pick
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, explained, note_done
from tracker.ui.look import plain
from tracker.ui.shell import actor, language, t

_LEFT = ("parent_agency", "agency", "agency_short", "place", "council", "campaign_name", "addressee")
_SIGNED = ("signatory_authority", "signatory_role", "signatory_name")
_HELPED = ("agency_short", *SIGNING_FIELDS, "council", "addressee")


def draw_texts(board: Board) -> None:
    """The form of the campaign's texts. It stays as it was opened and saves on that version, whatever others do."""
    campaign = board.setting.campaign.code
    now, opened = show_texts(database(), campaign, actor()), f"paper texts opened {campaign}"
    seen: PaperState = st.session_state.setdefault(opened, now)
    st.markdown(t("papers.texts.explained"))
    _say_state(seen)
    if now.version != seen.version:
        st.warning(plain(t("papers.texts.moved", actor=name_actor(now.changed_by))), icon=":material/sync_problem:")
        if st.button(t("papers.texts.reload"), key="paper texts reload", icon=":material/refresh:"):
            del st.session_state[opened]
            st.rerun()
    with st.form(f"paper texts {campaign} {seen.version} {language()}"):
        told = _lines(seen.texts)
        told |= _lists(seen.texts)
        told |= _awards(board.setting.rulebook.rulebook.award, seen.texts)
        told |= _numbers(seen.texts)
        saved = st.form_submit_button(t("papers.texts.save"), type="primary", icon=":material/save:")
    wanted = PaperTexts(**told)
    if saved and explained(lambda: change_texts(database(), campaign, seen.version, wanted, act())):
        del st.session_state[opened]
        note_done(t("papers.texts.saved"))
        st.rerun()


def _say_state(state: PaperState) -> None:
    if state.changed_at is None:
        st.caption(t("papers.texts.first"))
        return
    at = moment(language(), state.changed_at)
    st.caption(plain(t("papers.texts.changed", actor=name_actor(state.changed_by), at=at)))


def _lines(texts: PaperTexts) -> dict[str, Any]:
    left, right = st.columns(2, gap="large")
    told: dict[str, Any] = {}
    with left:
        st.subheader(t("papers.texts.part.agency"), anchor=False)
        told |= {name: _line(name, texts) for name in _LEFT}
    with right:
        st.subheader(t("papers.texts.part.signatory"), anchor=False)
        told |= {name: _line(name, texts) for name in _SIGNED}
        days = t("papers.texts.report_back_days")
        told["report_back_days"] = st.number_input(days, 1, MOST_DAYS, texts.report_back_days, step=1)
    return told


def _line(name: str, texts: PaperTexts) -> str:
    label, value = t(f"papers.texts.{name}"), str(getattr(texts, name))
    told = t(f"papers.texts.{name}.help") if name in _HELPED else None
    if name in SIGNING_FIELDS:
        return st.text_area(label, value, max_chars=500, height=90, help=told) or ""
    return st.text_input(label, value, max_chars=500, help=told) or ""


def _lists(texts: PaperTexts) -> dict[str, Any]:
    left, right = st.columns(2, gap="large")
    told: dict[str, Any] = {}
    for column, name in ((left, "grounds"), (right, "recipients")):
        with column:
            label = t(f"papers.texts.{name}")
            text = st.text_area(label, "\n".join(getattr(texts, name)), height=170, help=t("papers.texts.one_a_line"))
            told[name] = tuple((text or "").splitlines())
    return told


def _awards(awards: Sequence[Award], texts: PaperTexts) -> dict[str, Any]:
    """For each award its name on paper and the two amounts, empty where there is none."""
    told: dict[str, dict[str, Any]] = {"award_forms": {}, "award_amounts": {}, "person_amounts": {}}
    if not awards:
        return told
    st.subheader(t("papers.texts.awards"), anchor=False)
    st.caption(t("papers.texts.awards.note"))
    for award in awards:
        title = pick(language(), award.title)
        first, second, third = st.columns((3, 1.4, 1.4), gap="medium", vertical_alignment="bottom")
        with first:
            known = texts.award_forms.get(award.code, "")
            label, hint = t("papers.texts.award_form", award=title), award.form or ""
            told["award_forms"][award.code] = st.text_input(label, known, key=f"award form {award.code}", placeholder=hint)
        for column, name in ((second, "award_amounts"), (third, "person_amounts")):
            amounts: Mapping[str, int] = getattr(texts, name)
            with column:
                label, key = t(f"papers.texts.{name}"), f"{name} {award.code}"
                told[name][award.code] = st.number_input(
                    label, 0, MOST_AMOUNT, amounts.get(award.code), step=50_000, key=key
                )
    return {name: {code: one for code, one in found.items() if one is not None} for name, found in told.items()}


def _numbers(texts: PaperTexts) -> dict[str, Any]:
    """The form number of each kind of paper, where the office uses such forms."""
    told = {}
    with st.expander(t("papers.texts.form_numbers")):
        st.caption(t("papers.texts.form_numbers.note"))
        columns = st.columns(3, gap="medium")
        for at, kind in enumerate(PAPERS):
            with columns[at % 3]:
                known = texts.form_numbers.get(kind, "")
                told[kind] = st.text_input(t(f"paper.kind.{kind}"), known, key=f"form number {kind}", max_chars=200) or ""
    return {"form_numbers": told}
