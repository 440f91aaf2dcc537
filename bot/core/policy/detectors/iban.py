"""Bank accounts: IBANs whose checksum holds."""

from __future__ import annotations

from collections.abc import Iterator

import re2
from stdnum import iban

from bot.core.policy.detectors.context import alone
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_CANDIDATE = re2.compile(r"[a-z]{2}[ .\-]?\d[ ]?\d(?:[ .\-/_]{0,2}\s?[a-z0-9]){11,30}")
_LENGTHS = {
    "AD": 24,
    "AE": 23,
    "AL": 28,
    "AT": 20,
    "AZ": 28,
    "BA": 20,
    "BE": 16,
    "BG": 22,
    "BH": 22,
    "BR": 29,
    "BY": 28,
    "CH": 21,
    "CR": 22,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "DO": 28,
    "EE": 20,
    "EG": 29,
    "ES": 24,
    "FI": 18,
    "FO": 18,
    "FR": 27,
    "GB": 22,
    "GE": 22,
    "GI": 23,
    "GL": 18,
    "GR": 27,
    "GT": 28,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IL": 23,
    "IQ": 23,
    "IS": 26,
    "IT": 27,
    "JO": 30,
    "KW": 30,
    "KZ": 20,
    "LB": 28,
    "LC": 32,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "LY": 25,
    "MC": 27,
    "MD": 24,
    "ME": 22,
    "MK": 19,
    "MR": 27,
    "MT": 31,
    "MU": 30,
    "NL": 18,
    "NO": 15,
    "PK": 24,
    "PL": 28,
    "PS": 29,
    "PT": 25,
    "QA": 29,
    "RO": 24,
    "RS": 22,
    "SA": 24,
    "SC": 31,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
    "ST": 25,
    "SV": 28,
    "TL": 23,
    "TN": 24,
    "TR": 26,
    "UA": 29,
    "VA": 22,
    "VG": 24,
    "XK": 20,
}
"""Characters of an account, by country (ISO 13616 register)."""


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find accounts, in groups or in one piece, in capitals or not."""
    text = normalised.flat
    position = 0
    while match := _CANDIDATE.search(text, position):
        start = match.start()
        end = _end(text, start, match.end())
        if end is None:
            position = start + 1
            continue
        yield Finding(*normalised.span(start, end), Label.IBAN, 1.0, "iban")
        position = end


def _end(text: str, start: int, furthest: int) -> int | None:
    """Return where the account that begins at `start` ends, None when there is none."""
    length = _LENGTHS.get(text[start : start + 2].upper())
    if length is None:
        return None
    account = ""
    for index in range(start, furthest):
        if text[index].isalnum():
            account += text[index]
        if len(account) == length:
            valid = alone(text, start, index + 1) and iban.is_valid(account, check_country=False)
            return index + 1 if valid else None
    return None
