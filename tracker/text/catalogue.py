"""The two message catalogues, read from their .po files once per language and kept in memory."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, NoReturn, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

LOCALES = Path(__file__).parent / "locale"


class _Unknown(NullTranslations):
    """What gettext asks when the catalogue has no such message: it would show the key to people, so this refuses."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1, msgid2, n)


@lru_cache
def _messages(language: Language) -> GNUTranslations:
    compiled = BytesIO()
    with (LOCALES / language / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    messages = GNUTranslations(compiled)
    messages.add_fallback(_Unknown())
    return messages


def message(language: Language, key: str, n: int | None = None) -> str:
    """The words of a key with their placeholders unfilled; the plural form for `n` where the message has several.

    KeyError for a key the catalogue does not have.
    """
    messages = _messages(language)
    if n is None:
        return messages.gettext(key)
    try:
        return messages.ngettext(key, key, n)
    except KeyError:
        return messages.gettext(key)
