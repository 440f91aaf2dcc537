"""Dates of birth: only dates that are given as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    rf"{_BORN}\s(?:{_FILLER}\s)?(?:les?|op|on|du|un|:)\s(?:[a-z_]{{3,9}} )?|"
    rf"{_BORN}\s?[:(]?\s?|o\s?)(?P<date>{_DATE})(?:[^\d]|$)"
)
_ODD = (
    rf"(?:0?[1-9]|1[0-2])[/.\-](?:1[3-9]|2\d|3[01])[/.\-](?:19|20)\d\d|{_DAY}\s(?:i{{1,3}}|iv|vi{{0,3}}|ix|xi{{0,2}})\s"
    rf"(?:19|20)\d\d|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d|"
    rf"(?:premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix(?:-(?:sept|huit|neuf))?|onze|douze|treize|quatorze|"
    rf"quinze|seize|vingt(?:[ -](?:et[ -]un|deux|trois|quatre|cinq|six|sept|huit|neuf))?|trente(?:[ -]et[ -]un)?)\s"
    rf"{_MONTH}\s(?:19|20)\d\d"
)
"""Month before day, Roman months, eight figures in one piece, days in letters: only right after the words."""
_RARE = re2.compile(
    rf"(?:^|[^a-z0-9_])(?:(?:{_CUE}|{_BORN}(?:\s(?:le|on|op))?)[*_`|\s:]{{1,4}}({_ODD})|"
    rf"{_BORN}\s(?:(?:a|au|aux|te|in)\s[^\d.!?\n,;]{{2,30}}?\s)?(?:en|in)\s((?:{_MONTH}\s)?(?:19|20)\d\d)|"
    rf"{_BORN}\s(?:a\s[^\d.!?\n;]{{2,30}}?|hier|aujourd'hui|ce matin),\s?({_DATE}))(?:[^\d]|$)"
)
"""Odd forms right after the words, a month or a year alone, a date behind the town."""
_FOUR = re2.compile(r"(?:19|20)\d\d(?:[^\d]|$)")
_GEBOREN = re2.compile(rf"(?:^|[^\d])(?P<date>{_DATE})\s(?:in|te)\s[^\d.!?\n]{{2,40}}\sgeboren")
_BESIDE = re2.compile(rf"[a-z]\s\((?P<date>{_DATE})[,;)]")
_CHILDREN = re2.compile(
    r"enfant|fils|fille|bebe|jumea|jumelle|\bans\b|aine|cadet|kinder|children|voisin|eleve|absence"
)
_FOUNDED = re2.compile(
    r"(?:asbl|association|projet|collectif|entreprise|societe|club|mouvement|idee|festival|cooperative|ong|fondation|"
    r"federation|groupe|chorale|journal|ecole|maison|initiative|reseau|vzw|comite|syndicat|parti|revue)\b[^.!?\n]{0,40}$"
)
_NUMBER = re2.compile(
    r"(?:^|[^\d])(\d\d)[. /\-]?(\d\d)[. /\-]?(\d\d)[. /\-]{0,3}\d{3}[. /\-]{0,3}\d\d(?:[^\d]|$)"
)
_ANY = re2.compile(rf"(?:^|[^\d])(?P<date>{_DATE})(?:[^\d]|$)")
_FIGURES = re2.compile(r"\d+")
_MONTHS = (
    "jan",
    "fe",
    "ma",
    "a[vp]r",
    "m[ae][iy]",
    "juin|jun",
    "juil|jul",
    "ao|aug",
    "sep",
    "o[ck]t",
    "nov",
    "de",
)
_AND = re2.compile(
    rf"\s?(?:,|;|et|and|en|&)\s(?:(?:[a-z'\- ]{{2,40}}\s)?(?:le|op|on|du)\s)?(?P<date>{_DATE})(?:[^\d]|$)"
)
_SAID_AFTER = re2.compile(
    rf"(?:^|[^\d])(?P<date>{_DATE})\s?[(\-,:=]{{0,2}}\s?(?:est\s|=\s)?(?:(?:sa|ma|la|leur|notre|votre)\s)?"
    r"(?:date de naissance|ddn\b|d\.d\.n|dob\b|date of birth|geboortedatum)"
)
_HEAD = re2.compile(r"naiss|\bddn\b|\bdob\b|birth|geboorte|\bnee?s?\s?(?:\(e\)|le|$)|\bne\(e\)|d\.d\.n|geb\b")
_LONGEST_HEAD = 40
_WHOLE = re2.compile(rf"[\s*_`\"]*(?P<date>{_DATE})[\s*_`\"]*")
_DAY_ONLY = re2.compile(rf"(?:^|[^a-z0-9_]){_BORN}\s(?:le|op|on)\s(?P<date>{_BARE})(?:[^a-z0-9_]|$)")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find dates of birth, the date only."""
    flat = normalised.flat
    for start, end in sorted({*_announced(flat), *_in_columns(flat), *_as_in_a_number(flat), *_beside(flat)}):
        yield Finding(*normalised.span(start, end), Label.BIRTH_DATE, 1.0, "birth_date")


def _announced(flat: str) -> Iterator[tuple[int, int]]:
    """Yield dates beside « né le », « DDN » and the like, and those that go on from them."""
    after = any(cue in flat for cue in ("naissance", "ddn", "d.d.n", "date of birth", "geboortedatum"))
    rare: tuple[Any, ...] = (_SAID_AFTER,) if after else (_GEBOREN,) if "geboren" in flat else ()
    if _FOUR.search(flat):
        rare = (*rare, _RARE)
    for pattern in (_PATTERN, _DAY_ONLY, *rare):
        position = 0
        while match := pattern.search(flat, position):
            group = next(at for at in range(1, pattern.groups + 1) if match[at])
            if not _FOUNDED.search(flat[max(0, match.start() - 60) : match.start() + 1]):
                yield match.span(group)
            position = match.end(group)
            while pattern is _PATTERN and (more := _AND.match(flat, position)):
                yield more.span(1)
                position = more.end(1)


def _as_in_a_number(flat: str) -> Iterator[tuple[int, int]]:
    """Yield dates that a national number of the same text begins with: whoever bears it was born that day."""
    born = {match.groups() for match in _NUMBER.finditer(flat)}
    for match in _ANY.finditer(flat) if born else ():
        if _year_month_day(match[1]) in born:
            yield match.span(1)


def _year_month_day(date: str) -> tuple[str, ...]:
    """Return two figures each for year, month and day."""
    parts = _FIGURES.findall(date)
    if len(parts) == 2:
        named = next((at for at, month in enumerate(_MONTHS, 1) if re2.search(rf"\b(?:{month})", date)), 0)
        parts = [parts[0], str(named), parts[1]]
    if len(parts[0]) == 4:
        parts.reverse()
    return parts[2][-2:], parts[1].zfill(2), parts[0].zfill(2)


def _beside(flat: str) -> Iterator[tuple[int, int]]:
    """Yield dates in brackets after a word, where children or neighbours are told of: « Hawa (12.11.2015) »."""
    if "(" in flat and _CHILDREN.search(flat):
        for match in _BESIDE.finditer(flat):
            yield match.span(1)


def _in_columns(flat: str) -> Iterator[tuple[int, int]]:
    """Yield the dates of a table's column whose head says « Naissance »."""
    if "\n" not in flat or not _HEAD.search(flat):
        return
    column, sign, start = -1, "", 0
    for line in flat.split("\n"):
        if column < 0 or (sign and sign not in line):
            column, sign = _head(line)
        elif (cell := _cell(line, column, sign)) and (match := _WHOLE.fullmatch(line, *cell)):
            yield start + match.start(1), start + match.end(1)
        start += len(line) + 1


def _head(line: str) -> tuple[int, str]:
    """Return which column a table's first line gives to dates of birth and what parts it, -1 when none."""
    for sign in ("|", ";", "\t", ","):
        cells = line.split(sign)
        if len(cells) > 1 and not any(map(str.isdigit, line)):
            for at, cell in enumerate(cells):
                if len(cell) < _LONGEST_HEAD and _HEAD.search(cell.strip()):
                    return at, sign
    return -1, ""


def _cell(line: str, column: int, sign: str) -> tuple[int, int] | None:
    """Return where a line's cell begins and ends."""
    start = 0
    for at, cell in enumerate(line.split(sign)):
        if at == column:
            return start, start + len(cell)
        start += len(cell) + 1
    return None
