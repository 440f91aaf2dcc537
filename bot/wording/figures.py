"""Numbers, ranges, money and days as the reader's language writes them (CLDR, through Babel)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from bot.core.person import Language

_LOCALES: dict[Language, str] = {"fr": "fr_BE", "en": "en_GB", "nl": "nl_BE"}


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Return a number with the separators of the language."""
    from babel.numbers import format_decimal  # 60 ms to import: not every command says a number

    return format_decimal(round(value, decimals), _pattern(decimals), locale=_LOCALES[language])


@cache
def _pattern(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def significant(value: float, language: Language, digits: int = 2) -> str:
    """Return a number with about `digits` significant digits, never more precise than it is."""
    if value == 0:
        return "0"
    from math import floor, log10

    decimals = max(0, digits - 1 - floor(log10(abs(value))))
    return number(value, language, decimals)


def grams(low_kg: float, high_kg: float, language: Language) -> str:
    """Return a footprint in gCO₂e as a range; one figure when both ends read alike."""
    low, high = significant(low_kg * 1000, language), significant(high_kg * 1000, language)
    return f"{low} gCO₂e" if low == high else f"{low} – {high} gCO₂e"


def short_day(day: date | datetime, language: Language) -> str:
    """Return a day such as 23/11/2026."""
    from babel.dates import format_date

    return format_date(day, "short", locale=_LOCALES[language])


def long_day(day: date | datetime, language: Language) -> str:
    """Return a day such as 23 novembre 2026."""
    from babel.dates import format_date

    return format_date(day, "long", locale=_LOCALES[language])
