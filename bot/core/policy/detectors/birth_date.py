"""Dates of birth: only dates that are given as one."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_MONTH = (
    r"(?:janvier|janv|fevrier|fevr?|mars|avril|avr|mai|juin|juillet|juil|aout|septembre|sept|octobre|oct|"
    r"novembre|nov|decembre|dec|january|jan|february|feb|march|mar|april|apr|may|june|jun|july|"
    r"jul|august|aug|"
    r"september|sep|october|november|december|januari|februari|maart|mrt|mei|juni|juli|augustus|"
    r"oktober|okt)\.?"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DATE = (
    rf"{_DAY}\s?[/.\-]\s?(?:1[0-2]|0?[1-9])\s?[/.\-]\s?{_YEAR}|{_DAY}\s(?:1[0-2]|0[1-9])\s(?:19|20)\d\d|"
    rf"(?:19|20)\d\d\s?[/.\-]\s?(?:1[0-2]|0?[1-9])\s?[/.\-]\s?{_DAY}|"
    rf"{_DAY}(?:er|e|st|nd|rd|th)?[ \-](?:of )?{_MONTH},?[ \-]{_YEAR}|{_MONTH} {_DAY}(?:st|nd|rd|"
    rf"th)?,? {_YEAR}"
)
_BARE = rf"{_DAY}(?:er|st|nd|rd|th)? {_MONTH}"
_CUE = (
    r"(?:date\s(?:et\slieu\s)?de\snaissance|lieu et date de naissance|naissance|ddn|dob|"
    r"d\.o\.b\.?|date of birth|birth ?date|birthday|"
    r"geboortedatum|geb\.?|d\.d\.n\.?|anniversaire|naiss\.?)"
)
_BORN = r"(?:ne(?:\(?[*.\-/]?e\)?)?s?|born|geboren|naquit)"
_FILLER = r"[^\d.!?\n]{0,40}?"
_PATTERN = re2.compile(
    rf"(?:^|[^a-z0-9_])(?:{_CUE}[*_`|\s]*(?:\([^)\n]{{0,24}}\))?[^\d.!?]{{0,40}}?|"
    rf"{_BORN}\s(?:{_FILLER}\s)?(?:le|op|on|du|:)\s(?:[a-z_]{{3,9}} )?|"
    rf"{_BORN}\s?[:(]?\s?|o\s?)(?P<date>{_DATE})(?:[^\d]|$)"
)
_DAY_ONLY = re2.compile(rf"(?:^|[^a-z0-9_]){_BORN}\s(?:le|op|on)\s(?P<date>{_BARE})(?:[^a-z0-9_]|$)")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find dates of birth, the date only."""
    for pattern in (_PATTERN, _DAY_ONLY):
        position = 0
        while match := pattern.search(normalised.flat, position):
            start, end = match.span(1)
            yield Finding(*normalised.span(start, end), Label.BIRTH_DATE, 1.0, "birth_date")
            position = end
