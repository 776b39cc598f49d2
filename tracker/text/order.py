"""Alphabetical order and search that know Vietnamese letters."""

from __future__ import annotations

import unicodedata

# Every letter with a hat, a breve or a horn is a letter of its own; a tone only parts words that are otherwise equal.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PUNCTUATION = " _-–—,;:!?.'‘’\"“”«»()[]{}@*/\\&#%`^+<=>|~$"
_LETTERS = {letter: chr(rank) for rank, letter in enumerate(_PUNCTUATION + "0123456789" + _ALPHABET, start=1)}
_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
_TONES = {tone: chr(rank) for rank, tone in enumerate((_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT), start=2)}
_BEYOND = 0x100  # letters of other scripts stand after ours, in their own order


def collation_key(text: str) -> str:
    """A key that sorts text in Vietnamese alphabetical order: letters first, then tones, then small before capital.

    Compare keys by code point only (Python's `sorted`), never by a database's collation.
    """
    letters, tones, cases = [], [], []
    for base, marks in _letters_with_marks(unicodedata.normalize("NFD", text)):
        shape = "".join(mark for mark in marks if mark not in _TONES)
        letter = unicodedata.normalize("NFC", base + shape)
        letters.append("".join(_LETTERS.get(part, chr(_BEYOND + ord(part))) for part in letter.lower()))
        tones.append("\x01" + "".join(_TONES[mark] for mark in marks if mark in _TONES))
        cases.append("\x02" if base.isupper() else "\x01")
    return "\0".join(("".join(letters), "".join(tones), "".join(cases)))


def search_key(text: str) -> str:
    """The text in small letters without any mark, so that «dong thap» finds «Đồng Tháp»."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
    return bare.replace("đ", "d")


def _letters_with_marks(decomposed: str) -> list[tuple[str, list[str]]]:
    """Each base letter with the combining marks that follow it."""
    pairs: list[tuple[str, list[str]]] = []
    for letter in decomposed:
        if pairs and unicodedata.combining(letter):
            pairs[-1][1].append(letter)
        else:
            pairs.append((letter, []))
    return pairs
