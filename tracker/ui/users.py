"""Accounts on screen: the list, one account with what can be done to it, a new one, people who came without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from tracker.services import accounts, identities
from tracker.services.access import Role
from tracker.services.accounts import AccountState, Grant
from tracker.services.identities import Linked, Newcomer, Person
from tracker.services.running import database, now
from tracker.text import moment
from tracker.text.order import search_key
from tracker.ui import look, user_acts
from tracker.ui.pickers import same_page, show_notice
from tracker.ui.shell import actor, choice, language, t, text_param
from tracker.ui.tables import Head, Markup, Row, link, table

ACCOUNT, SEARCH, ROLE, STATE = "tk", "tim", "vai-tro", "trang-thai"
_STATES = ("active", "handed", "disabled")
_UNITS_SHOWN, _NEWCOMERS_SHOWN = 3, 20


@dataclass(frozen=True, slots=True)
class People:
    """What the page shows: accounts, the units' names by code, who is linked to which account, and who came in vain."""

    accounts: Sequence[AccountState]
    units: Mapping[str, str]
    linked: Sequence[Linked]
    newcomers: Sequence[Newcomer]


def load_people() -> People:
    """Everything the page shows."""
    who = actor()
    return People(
        accounts.list_accounts(database(), who, now()),
        accounts.list_units(database(), who),
        identities.list_linked(database(), who),
        identities.list_newcomers(database(), who),
    )


def pick_account(people: People) -> AccountState | None:
    """The account chosen in the link or the box; None while none is."""
    known = {account.name: account for account in people.accounts}
    asked = st.query_params.get(ACCOUNT)
    if asked is not None and asked not in known:
        show_notice(t("users.unknown", name=asked), t("users.unknown.advice"))
        return None
    words = {name: f"{name} – {account.full_name}" if account.full_name else name for name, account in known.items()}
    words = {"": t("users.none"), **words}
    draw = partial(st.selectbox, width=420)
    chosen = choice(t("users.choose"), list(words), words.__getitem__, ACCOUNT, draw)
    return known.get(chosen)


def show_accounts(people: People) -> None:
    """The accounts that the filters leave, each with a link to what can be done to it."""
    with st.container(key="filters", horizontal=True):
        with st.container(width=300):
            wanted = search_key(text_param(t("users.search"), SEARCH, t("users.search.hint")).strip())
        pick = partial(st.selectbox, width=200)
        roles = {"": t("users.state.all"), **{role.value: user_acts.name_role(role) for role in Role}}
        role = choice(t("users.role"), list(roles), roles.__getitem__, ROLE, pick)
        states = {"": t("users.state.all"), **{state: t(f"users.state.{state}") for state in _STATES}}
        state = choice(t("users.state"), list(states), states.__getitem__, STATE, pick)
    found = [
        account
        for account in people.accounts
        if (not role or account.role == role)
        and (not state or _state(account) == state)
        and wanted in search_key(f"{account.name} {account.full_name}")
    ]
    st.markdown(t("users.count", n=len(found)))
    if not found:
        return
    heads = (
        Head(t("users.account"), wide=True),
        Head(t("users.role")),
        Head(t("users.units"), wide=True),
        Head(t("users.state")),
        Head(t("users.sign_ins"), figures=True),
        Head(t("users.identities"), figures=True),
    )
    links = Counter(linked.account for linked in people.linked)
    st.html(table(t("page.users"), heads, (Row(_cells(people, one, links[one.name])) for one in found)))


def show_account(people: People, account: AccountState, *, confirmed: bool) -> None:
    """One account and, once confirmed who asks, everything that can be done to it."""
    with st.container(border=True, key="card_account"):
        st.header(look.plain(account.full_name or account.name), anchor=False)
        facts = (
            (t("users.account"), look.markup(account.name)),
            (t("users.role"), look.markup(user_acts.name_role(account.role))),
            (t("users.units"), _units(people, account.grant)),
            (t("users.state"), _pills(account)),
            (t("users.sign_ins"), str(account.sign_ins)),
            (t("users.made_at"), look.markup(moment(language(), account.made_at))),
        )
        st.html(
            '<dl class="tk-facts">' + "".join(f"<div><dt>{head}</dt><dd>{cell}</dd></div>" for head, cell in facts) + "</dl>"
        )
        if confirmed:
            _show_rights(people, account)
            _show_actions(account)
        _show_links(people, account, confirmed=confirmed)


def show_adding(people: People) -> None:
    """A new account; its one-time password is shown once, above."""
    with st.expander(t("users.add"), icon=":material/person_add:"):
        key = f"new {st.session_state.setdefault(user_acts.ADDED, 0)}"
        st.text_input(t("users.name"), key=f"{key} name", help=t("users.name.hint"), width=420)
        st.text_input(t("users.full_name"), key=f"{key} full name", width=420)
        user_acts.pick_rights(people.units, key, Role.VIEWER, Grant())
        st.button(t("users.add.button"), type="primary", key=f"{key} add", on_click=user_acts.add, args=(key,))


def show_newcomers(people: People, *, confirmed: bool) -> None:
    """Whom the identity provider vouched for without an account here, and to which account they are to be linked."""
    if not people.newcomers:
        return
    st.header(t("users.newcomers"))
    st.markdown(t("users.newcomers.explained"))
    names = [account.name for account in people.accounts if account.active]
    for number, newcomer in enumerate(people.newcomers[:_NEWCOMERS_SHOWN]):
        with st.container(border=True, key=f"card_newcomer_{number}"):
            st.markdown(f"**{look.plain(newcomer.label or newcomer.person.subject)}**")
            st.html(_person(newcomer.person, t("users.newcomers.at", at=moment(language(), newcomer.at))))
            if confirmed:
                key = f"link {newcomer.person.issuer} {newcomer.person.subject}"
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    st.selectbox(t("users.link.to"), names, None, key=key, placeholder=t("users.none"), width=320)
                    st.button(t("users.link"), key=f"{key} do", on_click=user_acts.link_person, args=(newcomer.person, key))
    if (more := len(people.newcomers) - _NEWCOMERS_SHOWN) > 0:
        st.caption(t("users.newcomers.more", n=more))


def _show_rights(people: People, account: AccountState) -> None:
    st.subheader(t("users.rights"), anchor=False)
    # Another administrator's change makes other widgets, which begin at what holds now.
    key = f"rights {account.name} {account.role} {sorted(account.grant.units)} {account.grant.all_units}"
    key = f"{key} {account.grant.may_import}"
    user_acts.pick_rights(people.units, key, account.role, account.grant)
    st.button(t("users.rights.save"), type="primary", key=f"{key} save", on_click=user_acts.save_rights, args=(account, key))


def _show_actions(account: AccountState) -> None:
    st.subheader(t("users.actions"), anchor=False)
    turn = "disable" if account.active else "enable"
    icons = {"reset": "lock_reset", "sign_out": "logout", "disable": "block", "enable": "lock_open"}
    done = st.session_state.get(user_acts.TURN, 0)  # once something is done these are other popovers, and closed
    with st.container(horizontal=True):
        for name in ("reset", "sign_out", turn):
            with st.popover(t(f"users.{name}"), icon=f":material/{icons[name]}:", key=f"{name} {account.name} {done}"):
                st.markdown(t(f"users.{name}.explained", name=look.plain(account.name)))
                st.button(
                    t(f"users.{name}.button"),
                    key=f"{name} {account.name} do",
                    on_click=user_acts.act_on,
                    args=(name, account.name),
                )


def _show_links(people: People, account: AccountState, *, confirmed: bool) -> None:
    mine = [linked for linked in people.linked if linked.account == account.name]
    if not mine:
        return
    st.subheader(t("users.identities"), anchor=False)
    for linked in mine:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(_person(linked.person, t("users.by_claim") if linked.by_claim else ""))
            if confirmed:
                key = f"unlink {linked.person.issuer} {linked.person.subject}"
                st.button(t("users.unlink"), key=key, on_click=user_acts.unlink_person, args=(linked.person,))


def _cells(people: People, account: AccountState, links: int) -> list[Markup]:
    full = f"<small>{look.markup(account.full_name)}</small>" if account.full_name else ""
    name = link(account.name, same_page(**{ACCOUNT: account.name})) + full
    counts = [str(count) if count else "" for count in (account.sign_ins, links)]
    return [name, look.markup(user_acts.name_role(account.role)), _units(people, account.grant), _pills(account), *counts]


def _units(people: People, grant: Grant) -> Markup:
    if grant.all_units:
        return look.markup(t("users.all_units"))
    names = [people.units.get(code, code) for code in sorted(grant.units)]
    shown = ", ".join(names[:_UNITS_SHOWN])
    more = len(names) - _UNITS_SHOWN
    return look.markup(t("users.units.more", names=shown, n=more) if more > 0 else shown or t("value.none"))


def _pills(account: AccountState) -> Markup:
    state = _state(account)
    pills = [f'<span class="tk-pill{" tk-pill-bad" if state == "disabled" else ""}">{t(f"users.state.{state}")}</span>']
    if account.grant.may_import:
        pills.append(f'<span class="tk-pill">{t("users.imports")}</span>')
    return " ".join(pills)


def _person(person: Person, note: str) -> Markup:
    lines = "".join(f'<div class="tk-small">{look.markup(line)}</div>' for line in (person.issuer, note) if line)
    return f'<div class="tk-person"><code>{look.markup(person.subject)}</code>{lines}</div>'


def _state(account: AccountState) -> str:
    if not account.active:
        return "disabled"
    return "handed" if account.must_change else "active"
