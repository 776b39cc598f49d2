"""A period's life on screen: where it stands, the step that waits, what blocks the final result, what was done."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracker.services.access import Verb
from tracker.services.blockers import CHECKS, Blocker
from tracker.services.exports import Download
from tracker.services.life_view import LifeView, Revision
from tracker.services.results import Kept
from tracker.services.steps import APPROVE, PROPOSE, Step, Taken
from tracker.services.verifying import Verified
from tracker.text import day, moment, say_problem
from tracker.ui import confirm, look
from tracker.ui.audit import name_actor
from tracker.ui.downloads import offer
from tracker.ui.shell import HOME, PAGES, language, link, t, who
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

_WAY = ("open", "frozen", "published", "final")
_SHOWN_DIGITS = 16


def show_way(view: LifeView) -> None:
    """The four states, the ones behind ticked off, with who approved each and when."""
    here = _WAY.index(view.period.state)
    st.html(f'<ol class="tk-way">{"".join(_station(view, at, here) for at in range(len(_WAY)))}</ol>')
    if view.period.revision > 1:
        st.caption(t("period.revision", n=view.period.revision))


def show_ground(view: LifeView) -> None:
    """What stands for the inputs, the rules, the result and the log: to be written into the minutes."""
    current, newest = view.current, view.newest
    facts = [(t("period.rulebook"), look.markup(view.campaign.rulebook))]
    if current is not None:
        facts.append((t("period.as_of"), look.markup(day(language(), current.as_of))))
        facts.append((t("period.inputs"), _digest(current.inputs_sha256)))
    if newest is not None:
        facts.append((t("period.adjustments"), look.markup(t("period.adjustments.n", n=newest.adjustments))))
        facts.append((t("period.result"), _digest(newest.digests["results_sha256"])))
    facts.append((t("period.head"), f'{view.head.seq} <span class="tk-digest">{view.head.hash}</span>'))
    st.html(f'<dl class="tk-ground">{"".join(f"<dt>{look.markup(name)}</dt><dd>{said}</dd>" for name, said in facts)}</dl>')


def show_waiting(pending: Taken, answer: Callable[[str, Step, str], None]) -> None:
    """The proposal that waits, with what this visitor may answer."""
    me = who()
    with st.container(border=True, key="card_waiting"):
        words = t(f"word.step.{pending.step.value}")
        st.markdown(f"**{look.plain(t('period.waiting', step=words))}**")
        said = t("period.waiting.by", actor=name_actor(pending.actor), at=moment(language(), pending.at))
        reason = f" {t('audit.reason', reason=pending.reason)}" if pending.reason else ""
        st.markdown(look.plain(said + reason))
        if pending.basis:
            st.html(f'<span class="tk-small">{look.markup(t("period.basis"))}: {_digest(pending.basis)}</span>')
        if pending.actor == me.actor:
            st.caption(t("period.waiting.own"))
            _button("withdraw", "period.withdraw", lambda: answer("withdraw", pending.step, ""))
        elif Verb.APPROVE_STEP in me.verbs:
            _show_answers(pending, answer)
        else:
            st.caption(t("period.waiting.chair"))


def show_next(view: LifeView, propose: Callable[[Step, str], None]) -> None:
    """The step forward, and reopening, for whoever may propose."""
    if Verb.PROPOSE_STEP not in who().verbs:
        return
    step = view.next_step
    with st.container(border=True, key="card_next"):
        if step is None:
            st.markdown(f"**{look.plain(t('period.is_final'))}**")
            st.markdown(look.plain(t("period.is_final.advice")))
        else:
            st.markdown(f"**{look.plain(t('period.next', step=t(f'word.step.{step.value}')))}**")
            st.markdown(look.plain(t(f"period.step.{step.value}")))
            blocked = step is Step.FINALISE and bool(view.blockers)
            words = t("period.propose", step=t(f"word.step.{step.value}"))
            if st.button(words, key="propose", type="primary", disabled=blocked, icon=":material/how_to_vote:"):
                propose(step, "")
            if blocked:
                st.caption(t("period.blocked"))
    if view.period.state != "open":
        _show_reopening(propose)


def show_checks(view: LifeView) -> None:
    """What must be done before the result can be final, each open point with the page where it is solved."""
    open_points = {blocker.code: blocker for blocker in view.blockers}
    items = []
    for code in CHECKS:
        if code == "appeals_running" and "no_deadline" in open_points:
            continue  # what has no end cannot be over
        blocker = open_points.get(code)
        title = look.markup(t(f"period.check.{code}"))
        if blocker is None:
            items.append(f"<li><b>✓ {title}</b></li>")
            continue
        said = look.markup(say_problem(language(), blocker.problem))
        items.append(f'<li class="tk-open"><b>✗ {title}</b><span>{said} {_where(view, blocker)}</span></li>')
    st.html(f'<ul class="tk-checks">{"".join(items)}</ul>')


def show_steps(view: LifeView) -> None:
    """Everything done in the period's life, newest first."""
    heads = [
        Head(t("audit.at"), code=True),
        Head(t("period.step"), wide=True),
        Head(t("audit.actor"), code=True),
        Head(t("period.why")),
    ]
    rows = (Row(_step_cells(taken)) for taken in reversed(view.steps))
    st.html(table(t("period.history"), heads, rows))


def show_revisions(view: LifeView) -> None:
    """Every result somebody decided on, the newest first, each to be read as it stood."""
    heads = [Head(t("period.kept"), wide=True), Head(t("period.as_of")), Head(t("period.result"), code=True)]
    kept = [(revision, one) for revision in view.revisions for one in revision.results]
    rows = [Row(_kept_cells(view, revision, one)) for revision, one in reversed(kept)]
    st.html(table(t("period.revisions"), heads, rows))


def _kept_cells(view: LifeView, revision: Revision, kept: Kept) -> list[Markup]:
    address = link(HOME, c=view.campaign.code, p=view.period.code, b=str(kept.id))
    words = t("period.kept.named", revision=revision.frozen.revision, stage=t(f"word.stage.{kept.stage}"))
    as_of = look.markup(day(language(), revision.frozen.as_of))
    return [anchor(words, address), as_of, _digest(kept.digests["results_sha256"])]


def show_proof(verify: Callable[[], list[Verified]], bundle: Callable[[], Download]) -> None:
    """The recount of every kept result when it is asked for, and the folder with which anybody checks without us."""
    st.markdown(look.plain(t("period.proof.explained")))
    with st.container(horizontal=True):
        asked = st.button(t("period.verify"), key="verify", icon=":material/fact_check:")
        prepared = st.button(t("period.bundle"), key="bundle", icon=":material/folder_zip:")
    if asked:
        with st.spinner(t("period.working")):
            found = verify()
        for one in found:
            _show_verdict(one)
    if prepared:
        with st.spinner(t("period.working")):
            file = bundle()
        offer(t("period.bundle.download"), file, "bundle_file")


def _show_verdict(one: Verified) -> None:
    words = {"revision": one.frozen.revision, "stage": t(f"word.stage.{one.kept.stage}")}
    if one.flaws:
        flaws = "; ".join(f"{t(f'word.part.{flaw.part}')} ({flaw.row})" for flaw in one.flaws)
        st.error(look.plain(t("cli.not_verified", **words, flaws=flaws)), icon=":material/gpp_bad:")
        return
    digest = one.kept.digests["results_sha256"]
    st.success(look.plain(t("cli.verified", **words, digest=digest)), icon=":material/verified_user:")


def _where(view: LifeView, blocker: Blocker) -> Markup:
    """The link to the page where the point is settled, for whoever may open it."""
    page = PAGES.get(blocker.page)
    if page is None or blocker.page == "period" or page.verb not in who().verbs:
        return ""
    query = {"c": view.campaign.code, "p": view.period.code, **blocker.query}
    address, words = look.markup(link(blocker.page, **query)), t("period.solve", page=t(f"nav.{blocker.page}"))
    return f'<a href="{address}" target="_self">{look.markup(words)}</a>'


def _show_answers(pending: Taken, answer: Callable[[str, Step, str], None]) -> None:
    words = t("period.approve", step=t(f"word.step.{pending.step.value}"))
    sure = confirm.ask("approve")
    if sure and st.button(words, key="approve", type="primary", icon=":material/approval:"):
        answer("approve", pending.step, "")
    with st.popover(t("period.refuse"), icon=":material/thumb_down:"), st.form("refuse", border=False):
        reason = st.text_area(t("period.reason"), max_chars=1000)
        if st.form_submit_button(t("period.refuse")):
            answer("refuse", pending.step, reason)


def _show_reopening(propose: Callable[[Step, str], None]) -> None:
    with st.expander(t("period.reopen"), icon=":material/lock_open:"), st.form("reopen", border=False):
        st.markdown(look.plain(t("period.step.reopen")))
        reason = st.text_area(t("period.reason"), max_chars=1000)
        if st.form_submit_button(t("period.propose", step=t("word.step.reopen"))):
            propose(Step.REOPEN, reason)


def _button(key: str, words: str, act: Callable[[], None]) -> None:
    if st.button(t(words), key=key):
        act()


def _station(view: LifeView, at: int, here: int) -> Markup:
    state = _WAY[at]
    kind = "tk-here" if at == here else ("tk-done" if at < here else "")
    current = ' aria-current="step"' if at == here else ""
    tick = "✓ " if at < here else ""
    note = _reached(view, state)
    return f'<li class="{kind}"{current}><b>{tick}{look.markup(t(f"period.way.{state}"))}</b><span>{note}</span></li>'


def _reached(view: LifeView, state: str) -> Markup:
    """When the state was reached in this revision and who approved it; else what it means."""
    into = {"frozen": Step.FREEZE, "published": Step.PUBLISH, "final": Step.FINALISE}.get(state)
    taken = [one for one in view.steps if one.step is into and one.act == APPROVE and one.revision == view.period.revision]
    if not taken:
        return look.markup(t(f"period.way.{state}.means"))
    return look.markup(t("period.reached", at=moment(language(), taken[-1].at), actor=name_actor(taken[-1].actor)))


def _step_cells(taken: Taken) -> list[Markup]:
    words = t(f"audit.verb.{taken.step.value}_{taken.act}")
    shown = taken.basis and taken.act in (PROPOSE, APPROVE)
    basis = f"<small>{look.markup(t('period.basis'))}: {_digest(taken.basis)}</small>" if shown else ""
    at = look.markup(moment(language(), taken.at))
    return [at, look.markup(words) + basis, look.markup(name_actor(taken.actor)), look.markup(taken.reason)]


def _digest(digest: str) -> Markup:
    """A digest cut short, whole on hovering and for copying."""
    return f'<span class="tk-digest" title="{look.markup(digest)}">{look.markup(digest[:_SHOWN_DIGITS])}…</span>'
