"""Which encoding a text file is in: found where only one makes sense of it, asked where two do or none does quite."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from tracker.core.problems import Place, Problem
from tracker.intake.syllables import from_tcvn3, marked_words, share_of_syllables

TCVN3 = "tcvn3"
_CP1258 = "cp1258"
# How the standard library calls what we offer; TCVN3 is read letter by letter and converted afterwards.
_CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", _CP1258: _CP1258, TCVN3: "latin-1"}
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# Text has hardly any; a program or a picture named .csv is full of them.
_MAX_NUL_SHARE = 0.1
_PORTION = 1 << 20
_SURE = 0.8
_POSSIBLE = 0.6
_LETTERS_ENOUGH = 4


def find_codec(file: str, data: bytes, chosen: str | None) -> tuple[str, bool] | Problem:
    """The codec that reads the bytes without loss, and whether its text is TCVN3; or the question, or why none does."""
    if chosen is not None:
        answer = _wide_codec(data) or "utf-16" if chosen == "utf-16" else _CODECS[chosen]
        return (answer, chosen == TCVN3) if _decodes(data, answer) else Problem("encoding", Place(file))
    codec = next((codec for bom, codec in _BOMS.items() if data.startswith(bom)), None) or _wide_codec(data)
    if codec is None and data.count(0) > _MAX_NUL_SHARE * len(data):
        return Problem("not_text", Place(file))
    if codec is not None or _decodes(data, "utf-8"):
        return (codec or "utf-8", False) if _decodes(data, codec or "utf-8") else Problem("encoding", Place(file))
    return _find_old_codec(file, data)


def _wide_codec(data: bytes) -> str | None:
    """UTF-16 without a mark at its start shows by a NUL beside nearly every letter."""
    pairs = len(data) // 2
    if pairs < 2 or len(data) % 2:
        return None
    first, second = data[::2].count(0) / pairs, data[1::2].count(0) / pairs
    if min(first, second) > 0.02 or max(first, second) < 0.4:
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _decodes(data: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for at in range(0, len(data), _PORTION):
            decoder.decode(data[at : at + _PORTION])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _find_old_codec(file: str, data: bytes) -> tuple[str, bool] | Problem:
    """One of the encodings of before Unicode, judged by whether the words are Vietnamese."""
    sequences = b"".join(_MULTIBYTE.findall(data))
    if 2 * len(sequences) > len(_HIGH.findall(data)):
        return Problem("encoding", Place(file))  # UTF-8 that was damaged
    shares = dict(_judge(data))
    best = max(shares.values(), default=0.0)
    fitting = tuple(name for name, share in shares.items() if share >= min(best, _SURE) and share >= _POSSIBLE)
    if len(fitting) == 1 and best >= _SURE and len(_HIGH.findall(data)) >= _LETTERS_ENOUGH:
        return _CODECS[fitting[0]], fitting[0] == TCVN3
    return Problem("which_encoding", Place(file), args={"choices": fitting}) if fitting else Problem("encoding", Place(file))


def _judge(data: bytes) -> Iterator[tuple[str, float]]:
    if _decodes(data, _CP1258):
        yield _CP1258, share_of_syllables(marked_words(data.decode(_CP1258)))
    if not re.search(rb"[\x80-\x9f]", data):
        yield TCVN3, share_of_syllables(map(from_tcvn3, marked_words(data.decode("latin-1"))))
