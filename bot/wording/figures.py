"""Numbers, ranges, money and days as the reader's language writes them (CLDR, through Babel)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from bot.core.footprint import Range
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


def singular(value: float, language: Language) -> bool:
    """Return whether so much of something is in the singular: French counts one until two, others only one."""
    return abs(value) < 2 if language == "fr" else value == 1


def grams(low_kg: float, high_kg: float, language: Language) -> str:
    """Return a footprint in g CO₂e as a range; one figure when both ends read alike."""
    low, high = significant(low_kg * 1000, language), significant(high_kg * 1000, language)
    return f"{low}\u00a0g CO₂e" if low == high else f"{low} – {high}\u00a0g CO₂e"


def short_day(day: date | datetime, language: Language) -> str:
    """Return a day such as 23/11/2026."""
    from babel.dates import format_date

    return format_date(day, "short", locale=_LOCALES[language])


def long_day(day: date | datetime, language: Language) -> str:
    """Return a day such as 23 novembre 2026; the first of a month is « 1er » in French."""
    from babel.dates import format_date

    return _ordinal(format_date(day, "long", locale=_LOCALES[language]), day, language)


def percent(share: float, language: Language) -> str:
    """Return a share such as 12 %, never more precise than a whole percent."""
    from babel.numbers import format_percent

    return format_percent(round(share, 2), locale=_LOCALES[language])


def change(now: float, before: float, language: Language) -> str | None:
    """Return how much more or less it is, such as +12 % or −8 %; None without anything to compare with."""
    if before <= 0:
        return None
    from babel.numbers import format_decimal

    points = round((now - before) / before * 100)
    space = "" if language == "en" else "\u00a0"
    return format_decimal(points, "+#,##0;−#,##0", locale=_LOCALES[language]) + space + "%"


def euros(amount: float, language: Language) -> str:
    """Return money with as many decimals as a small sum needs: 0,0042 € but 12,40 €."""
    from babel.numbers import format_currency

    small = 0 < abs(amount) < 0.1
    pattern = None if not small else ("¤#,##0.0000" if language == "en" else "#,##0.0000\u00a0¤")
    return format_currency(amount, "EUR", pattern, locale=_LOCALES[language], currency_digits=not small)


_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "gwp": (("t CO₂e", 1e3), ("kg CO₂e", 1.0), ("g CO₂e", 1e-3), ("mg CO₂e", 1e-6)),
    "energy": (("MWh", 1e3), ("kWh", 1.0), ("Wh", 1e-3), ("mWh", 1e-6)),
    "water": (("m³", 1e3), ("L", 1.0), ("mL", 1e-3), ("µL", 1e-6)),
    "adpe": (("kg Sb éq.", 1.0), ("g Sb éq.", 1e-3), ("mg Sb éq.", 1e-6), ("µg Sb éq.", 1e-9)),
    "pe": (("GJ", 1e3), ("MJ", 1.0), ("kJ", 1e-3), ("J", 1e-6)),
}


def unit_for(quantity: str, value: float) -> tuple[str, float]:
    """Return the unit in which `value` (kg, kWh, L, MJ) reads as a plain number, and its size."""
    for name, size in _UNITS[quantity]:
        if abs(value) >= size * 0.9995:
            return name, size
    return _UNITS[quantity][-1 if value else -2]


def central(quantity: str, value: Range, language: Language) -> str:
    """Return the middle of a footprint in its own unit, such as 24 g CO₂e."""
    name, size = unit_for(quantity, value.mid)
    return f"{significant(value.mid / size, language)}\u00a0{name}"


def between(quantity: str, value: Range, language: Language) -> str:
    """Return a footprint as its middle and its bounds, each in the unit it reads best in."""
    (low_name, low_size), (high_name, high_size) = (
        unit_for(quantity, value.low),
        unit_for(quantity, value.high),
    )
    low, high = significant(value.low / low_size, language), significant(value.high / high_size, language)
    first = low if low_name == high_name else f"{low}\u00a0{low_name}"
    return f"{central(quantity, value, language)} ({first} – {high}\u00a0{high_name})"


def duration(seconds: float, language: Language) -> str:
    """Return a length of time in its largest fitting unit: 40 min, 3 h, 2 j."""
    day = {"fr": "j", "en": "d", "nl": "d"}[language]
    for size, name in ((86_400, day), (3_600, "h"), (60, "min")):
        if seconds >= size * 0.995:
            length = round(seconds / size, 1 if seconds < 10 * size else 0)
            return f"{number(length, language, 0 if length == int(length) else 1)}\u00a0{name}"
    return f"{number(seconds, language)}\u00a0s"


def month(day: date, language: Language) -> str:
    """Return a month such as novembre 2026."""
    from babel.dates import format_date

    return format_date(day, "MMMM y", locale=_LOCALES[language])


def weekday(day: date, language: Language) -> str:
    """Return the short name of a day's weekday, such as lun."""
    from babel.dates import format_date

    return format_date(day, "EEE", locale=_LOCALES[language])


def day_and_month(day: date, language: Language) -> str:
    """Return a day without its year, such as 16 novembre."""
    from babel.dates import format_date

    return _ordinal(format_date(day, "d MMMM", locale=_LOCALES[language]), day, language)


def _ordinal(written: str, day: date, language: Language) -> str:
    return f"1er{written[1:]}" if language == "fr" and day.day == 1 else written
