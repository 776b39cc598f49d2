"""What official papers write their own way: long dates, counts of two figures, sums in words; in Vietnamese only."""

from __future__ import annotations

from datetime import date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_THOUSANDS = ("", "nghìn", "triệu")
_BILLION = 1_000_000_000
_TWO_FIGURES = 10  # below it a count, a day or a month gets a nought


def long_day(value: date) -> str:
    """The date as ngày 05 tháng 01 năm 2026: days below 10 and the months 1 and 2 get a nought."""
    month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def two_figures(count: int) -> str:
    """A count as papers write it: 02, 15, 1.250."""
    return f"{count:02d}" if count < _TWO_FIGURES else f"{count:,d}".replace(",", ".")


def in_words(count: int) -> str:
    """A whole number from 0 in words: 1.005.021 is một triệu không trăm lẻ năm nghìn không trăm hai mươi mốt."""
    if count == 0:
        return _DIGITS[0]
    return " ".join(_say_all(count, led=False))


def capital(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def _say_all(count: int, *, led: bool) -> list[str]:
    """The words of a number; `led`: something stands before it, so that hundreds are said even if there are none."""
    billions, rest = divmod(count, _BILLION)
    words = [*_say_all(billions, led=led), "tỷ"] if billions else []
    return words + _say_below_billion(rest, led=led or bool(billions))


def _say_below_billion(count: int, *, led: bool) -> list[str]:
    words: list[str] = []
    for power in (2, 1, 0):
        group = count // 1000**power % 1000
        if group:
            words += _say_group(group, led=led or bool(words))
            words += [_THOUSANDS[power]] if power else []
    return words


def _say_group(group: int, *, led: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or led else []
    if not rest:
        return words
    if tens == 0:
        return [*words, "lẻ", _DIGITS[ones]] if words else [_DIGITS[ones]]
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return words + ([_last(tens, ones)] if ones else [])


def _last(tens: int, ones: int) -> str:
    """The ones after tens: mốt after hai mươi and more, lăm always, tư is bốn in official papers."""
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 else _DIGITS[ones]
