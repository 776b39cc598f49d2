"""What can be done to accounts on screen: the widgets of a role, the clicks, and what came of the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from tracker.core.problems import RefusedError, UsageError
from tracker.services import accounts, identities
from tracker.services.access import Role
from tracker.services.accounts import AccountState, Grant, NewAccount
from tracker.services.identities import Person
from tracker.services.running import database
from tracker.text import say_problem, say_usage
from tracker.ui import look
from tracker.ui.doing import act
from tracker.ui.shell import language, t

_SAID, _HANDED, ADDED, TURN = "users said", "users handed", "users added", "users turn"
_BY_UNITS = (Role.UNIT, Role.CLERK)


def show_said() -> None:
    """What came of the last click; a one-time password, which is shown this once."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        kind, words = said
        if kind == "error":
            st.error(words, icon=":material/error:")
        else:
            st.success(words, icon=":material/check_circle:")
    handed = st.session_state.pop(_HANDED, None)
    if handed is not None:
        name, password = handed
        with st.container(border=True, key="card_handed"):
            st.markdown(t("users.handed", name=look.plain(name)))
            st.code(password, language=None)
            st.caption(t("users.handed.once"))


def name_role(role: Role) -> str:
    """The role in words, as a heading begins."""
    words = t(f"word.role.{role}")
    return words[:1].upper() + words[1:]


def pick_rights(units: Mapping[str, str], key: str, role: Role, grant: Grant) -> None:
    """Widgets for a role and what goes with it; their values are read when a button below them is clicked."""
    roles = list(Role)
    words = {each: name_role(each) for each in roles}.__getitem__
    picked = st.selectbox(t("users.role"), roles, roles.index(role), words, key=_at(key, "role"), width=420)
    st.caption(t(f"users.role.{picked}"))
    if picked not in _BY_UNITS:
        return
    every = picked is Role.CLERK and st.toggle(t("users.all_units"), grant.all_units, key=f"{key} all")
    if not every:
        known = [code for code in units if code in grant.units]
        named = {code: f"{name} ({code})" for code, name in units.items()}.__getitem__
        hint, at = t("users.units.hint"), _at(key, "units")
        st.multiselect(t("users.units"), list(units), known, named, key=at, placeholder=hint, width=640)
    if picked is Role.UNIT:
        st.toggle(t("users.may_import"), grant.may_import, key=f"{key} import")


def _rights(key: str) -> tuple[Role, Grant]:
    """What the widgets say; those that were not drawn say nothing."""
    state = st.session_state
    role = Role(state[_at(key, "role")])
    every = role is Role.CLERK and bool(state.get(f"{key} all"))
    units = frozenset(state.get(_at(key, "units"), ())) if role in _BY_UNITS and not every else frozenset()
    return role, Grant(units, every, role is Role.UNIT and bool(state.get(f"{key} import")))


def save_rights(account: AccountState, key: str) -> None:
    seen = (account.role, account.grant)
    _try(lambda: accounts.change_role(database(), account.name, *_rights(key), act(), seen), t("users.rights.saved"))


def add(key: str) -> None:
    role, grant = _rights(key)
    name, full_name = (str(st.session_state[f"{key} {field}"]) for field in ("name", "full name"))
    new = NewAccount(name, role, full_name, grant)
    if _try(lambda: accounts.add_account(database(), new, act()), t("users.added"), name):
        st.session_state[ADDED] += 1


def act_on(what: str, name: str) -> None:
    verbs: Mapping[str, Callable[..., str | None]] = {
        "reset": accounts.reset_password,
        "sign_out": accounts.end_sign_ins,
        "disable": accounts.disable_account,
        "enable": accounts.enable_account,
    }
    _try(lambda: verbs[what](database(), name, act()), t(f"users.{what}.done"), name)


def link_person(person: Person, key: str) -> None:
    account = st.session_state[key] or ""
    _try(lambda: identities.link_identity(database(), account, person, act()), t("users.linked", name=look.plain(account)))


def unlink_person(person: Person) -> None:
    _try(lambda: identities.unlink_identity(database(), person, act()), t("users.unlinked"))


def _try(attempt: Callable[[], str | None], done: str, name: str = "") -> bool:
    """Do it; what came of it is said at the next drawing, with the one-time password if it made one for that name."""
    try:
        password = attempt()
    except RefusedError as error:
        st.session_state[_SAID] = ("error", say_problem(language(), error.problems[0]))
        return False
    except UsageError as error:
        st.session_state[_SAID] = ("error", say_usage(language(), error))
        return False
    st.session_state[_SAID] = ("done", done)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    if password is not None:
        st.session_state[_HANDED] = (name, password)
    return True


def _at(key: str, field: str) -> str:
    """A widget's key; Streamlit keeps the words of what was picked, so those in one language are not those in another."""
    return f"{key} {field} {language()}"
