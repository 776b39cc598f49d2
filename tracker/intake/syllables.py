"""Whether text is Vietnamese as it is, or only once its letters are read the TCVN3 way (.VnTime and its kin)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# TCVN 5712-1: the letters of the bytes A1 to FF in order; those of B0 to B4 are tone marks.
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_FROM_TCVN3 = dict(zip(range(0xA1, 0x100), _TCVN3, strict=True))
_TONES = dict.fromkeys((0x300, 0x301, 0x303, 0x309, 0x323))
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|uya|uyu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|iê|yê|ia|ya|ua|ưa|uâ|uê|uô|uơ|uy|ươ|oa|oă|oe|oo"
    r"|ai|ay|ao|au|âu|ây|eo|êu|iu|ôi|oi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    r"(?:ch|nh|ng|[cmnpt])?"
)
# Letters as Latin-1 gives them, with the marks cp1258 sets behind them.
_WORD = re.compile(r"[A-Za-z\u00a1-\u00ff\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9]*[^\x00-\xa0][^\x00-\x40\[-`{-\xa0]*")
_SIGNS = re.compile(r"[\xa1-\xff]")
_SURE = 0.8
_WORDS_ENOUGH = 3


def from_tcvn3(text: str) -> str:
    """The text with each letter of TCVN3 as Unicode has it, composed."""
    return unicodedata.normalize("NFC", text.translate(_FROM_TCVN3))


def is_syllable(word: str) -> bool:
    """Whether a word is built as Vietnamese syllables are, with one tone at most."""
    letters = unicodedata.normalize("NFD", word.lower())
    plain = unicodedata.normalize("NFC", letters.translate(_TONES))
    toneless = len(letters.translate(_TONES))
    return len(letters) - toneless <= 1 and _SYLLABLE.fullmatch(plain) is not None


def marked_words(text: str) -> set[str]:
    """The different words that have a letter beyond ASCII."""
    return set(_WORD.findall(text))


def share_of_syllables(words: Iterable[str]) -> float:
    """How many of the words are Vietnamese, between 0 and 1; 0 if there are none."""
    judged = [is_syllable(word) for word in words]
    return sum(judged) / len(judged) if judged else 0.0


def is_tcvn3(text: str) -> bool:
    """Whether the text, read as Latin-1, makes sense only as TCVN3."""
    words = {word for word in marked_words(text) if _SIGNS.search(word)}
    if len(words) < _WORDS_ENOUGH:
        return False
    converted = share_of_syllables(from_tcvn3(word) for word in words)
    return converted >= _SURE and converted > share_of_syllables(words)
