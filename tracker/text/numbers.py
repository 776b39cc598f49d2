"""Numbers and dates as people of each language write them: 1.234,56 and 31/12/2018, or 1,234.56 and 31 Dec 2018."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date

from tracker.core.rounding import fixed_text, plain_text, round_half_up
from tracker.text.catalogue import Language

Number = int | Fraction | Decimal

_PERCENT_PLACES = 2
_SEPARATORS = {"vi": str.maketrans(",.", ".,"), "en": {}}
_DAYS = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_BETWEEN_DAY_AND_TIME = {"vi": " ", "en": ", "}


def number(language: Language, value: Number, places: int | None = None) -> str:
    """The number with `places` decimals, half up; without `places` as many as it needs, at most six."""
    exact = Fraction(value)
    digits = Decimal(plain_text(exact) if places is None else fixed_text(exact, places))
    return f"{digits:,f}".translate(_SEPARATORS[language])


def percent(language: Language, share: Number, places: int | None = None) -> str:
    """A share of one as a percentage, 0.955 as 95,5%; without `places` as many as it needs, at most two."""
    hundredths = Fraction(share) * 100
    shown = round_half_up(hundredths, _PERCENT_PLACES) if places is None else hundredths
    return number(language, shown, places) + "%"


def day(language: Language, value: date) -> str:
    """The date as dd/MM/yyyy or d MMM yyyy."""
    return str(format_date(value, _DAYS[language], locale=language))


def moment(language: Language, value: datetime) -> str:
    """The date and the wall-clock time; seconds only where they are not zero, for a case may close at its due second."""
    clock = value.strftime("%H:%M:%S" if value.second else "%H:%M")
    return day(language, value.date()) + _BETWEEN_DAY_AND_TIME[language] + clock
