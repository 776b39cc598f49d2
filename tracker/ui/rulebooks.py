"""The rulebooks on screen: those that are kept, and a new one on its way: problems or words, difference, then the button."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services.campaign_rules import compare_kept
from tracker.services.rulebooks import (
    Confirmed,
    Examination,
    RulebookRecord,
    Upload,
    examine_rulebook,
    keep_rulebook,
    list_rulebooks,
)
from tracker.services.running import database
from tracker.text import moment, pick, say_problem, say_usage
from tracker.ui import rules
from tracker.ui.audit import name_actor
from tracker.ui.doing import act, do
from tracker.ui.look import markup, plain
from tracker.ui.rule_changes import show_difference
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Head, Markup, Row, table

VERSION, AGAINST = "phien-ban", "so-voi"
_DIGITS, _LINE_SHOWN = 12, 240


def show_kept() -> None:
    """Every kept version in a table, then the words of the chosen one and what differs from another."""
    records = list_rulebooks(database(), actor())
    if not records:
        st.info(t("rulebooks.none"), icon=":material/inbox:")
        return
    st.html(rulebooks_table(records))
    st.header(t("rulebooks.read"))
    known = {record.reference: record for record in records}
    with st.container(key="filters", horizontal=True):
        pick_one = partial(st.selectbox, width=420)
        chosen = known[choice(t("rulebooks.version"), list(known), lambda code: _name(known[code]), VERSION, pick_one)]
        others = ["", *(code for code in known if code != chosen.reference)]
        against = choice(t("rulebooks.against"), others, lambda code: code or t("rulebooks.no_other"), AGAINST, pick_one)
    if against:
        show_difference(compare_kept(database(), against, chosen.reference, actor()))
    else:
        rules.show_document(None, chosen.kept.rulebook)


def rulebooks_table(records: list[RulebookRecord]) -> Markup:
    """One row a version: what it is called, its digest, who added it when, and where it applies."""
    heads = [
        Head(t("rulebooks.title"), wide=True),
        Head(t("rules.identity.version"), code=True),
        Head(t("rulebooks.added_at"), code=True),
        Head(t("rulebooks.added_by"), code=True),
        Head(t("rules.identity.digest"), code=True),
        Head(t("rulebooks.campaigns"), wide=True),
    ]
    return table(t("page.rulebooks"), heads, (_row(record) for record in records))


def show_upload() -> None:
    """Two files; once the first is there it is checked, and only a good one gets the button to keep it."""
    st.markdown(t("rulebooks.upload.explained"))
    left, right = st.columns(2, gap="large")
    with left:
        file = st.file_uploader(t("rulebooks.file"), "toml", key="rulebook file", max_upload_size=1)
    with right:
        beside = st.file_uploader(t("rulebooks.examples"), "toml", key="rulebook examples", max_upload_size=1)
    if file is None:
        return
    upload = Upload(file.name, file.getvalue())
    examples = None if beside is None else Upload(beside.name, beside.getvalue())
    try:
        found = examine_rulebook(database(), upload, examples, actor())
    except RefusedError as refused:
        _show_problems(refused.problems, [one for one in (upload, examples) if one is not None])
    except UsageError as error:
        st.error(plain(say_usage(language(), error)), icon=":material/error:")
    else:
        _show_good(found, upload, examples)


def _show_good(found: Examination, upload: Upload, examples: Upload | None) -> None:
    """What was read, how it differs, its words, and the button that keeps exactly that text."""
    reference = f"{found.rulebook.code}@{found.rulebook.version}"
    st.success(plain(t("rulebooks.good", rulebook=reference)), icon=":material/task_alt:")
    if found.examples:
        st.markdown(f":material/calculate: {t('rulebooks.examples.kept')}")
    else:
        st.warning(t("rulebooks.examples.none"), icon=":material/calculate:")
    st.header(t("rulebooks.difference"))
    if found.difference is None:
        st.markdown(t("rulebooks.first"))
    else:
        show_difference(found.difference)
    st.header(t("rulebooks.words"))
    with st.container(height=560, border=True):
        rules.show_document(None, found.rulebook)
    if found.kept:
        st.info(plain(t("rulebooks.kept_already", rulebook=reference)), icon=":material/inventory_2:")
        return
    st.header(t("rulebooks.keep"))
    st.markdown(plain(t("rulebooks.keep.explained", rulebook=reference)))
    st.code(found.sha256, language=None, wrap_lines=True)
    if st.button(t("rulebooks.keep.button", rulebook=plain(reference)), key="rulebook keep", type="primary"):
        confirmed = Confirmed(found.sha256, found.before)
        do(
            lambda store: keep_rulebook(store, upload, examples, confirmed, act()),
            t("rulebooks.keep.done", rulebook=reference),
        )


def _show_problems(problems: list[Problem], files: list[Upload]) -> None:
    """Every problem in a sentence above the line of the file it is about."""
    st.error(t("rulebooks.bad", n=len(problems)), icon=":material/error:")
    items = "".join(
        f"<li>{markup(say_problem(language(), problem))}{_line(problem.place, files)}</li>" for problem in problems
    )
    st.html(f'<ol class="tk-lines">{items}</ol>')


def _line(place: Place, files: list[Upload]) -> Markup:
    """The line as it is written, where the problem has one."""
    lines = next((one.data.decode("utf-8", "replace").splitlines() for one in files if one.name == place.file), [])
    if place.row is None or not 0 < place.row <= len(lines):
        return ""
    return f"<code>{markup(lines[place.row - 1].strip()[:_LINE_SHOWN])}</code>"


def _row(record: RulebookRecord) -> Row:
    title = markup(pick(language(), record.kept.rulebook.title))
    digest = f'<code title="{record.kept.sha256}">{record.kept.sha256[:_DIGITS]}…</code>'
    cells = [
        f"{title}<small>{markup(record.kept.rulebook.code)}</small>",
        str(record.kept.rulebook.version),
        markup(moment(language(), record.added_at)),
        markup(name_actor(record.added_by)),
        digest,
        markup(", ".join(record.campaigns) or t("value.none")),
    ]
    return Row(cells)


def _name(record: RulebookRecord) -> str:
    return f"{record.reference} – {pick(language(), record.kept.rulebook.title)}"
