"""Pages as a signed-in account sees them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tracker.services import sessions
from tracker.services.access import Actor

from .sample import open_page


def opened_as(patch: pytest.MonkeyPatch, actor: Actor, page: str, lang: str = "vi", **query: str) -> AppTest:
    """The page as the account's link opens it; every later run is the account's too."""
    patch.setattr(sessions, "find", lambda *_args, **_options: actor)
    app = open_page(page, lang, **query)
    assert not app.exception
    return app


def notices(app: AppTest) -> str:
    """Everything said in boxes."""
    return "\n".join(box.value for kind in (app.success, app.info, app.warning, app.error) for box in kind)


def turned_away(app: AppTest) -> bool:
    """Whether the page says that it is not for this account, and shows nothing else."""
    return [title.value for title in app.title] == ["Tài khoản này không được xem trang này"] and not app.button
