"""Prompt templates: vetted texts with variables that a person fills in.

A body holds placeholders, `{{ name }}`, each of a declared variable. They are filled in one pass, so that
nothing inside a value is ever read as a placeholder, and nothing that is passed in is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.core.command import fold
from bot.core.model import Need
from bot.core.person import Language
from bot.core.policy.finding import Label
from bot.core.reply import Option
from bot.errors import WrongUse

Kind = Literal["line", "text", "choice", "number", "date", "email"]
Misfit = Kind | Literal["missing", "unknown"]

PLACEHOLDER = re.compile(r"\{\{\s*([^\W\d]\w*)\s*\}\}")

_NUMBER = re.compile(r"[+-]?\d+(?:[ .'\u00a0\u202f]\d{3})*(?:[.,]\d+)?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}")
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_EUROPEAN_DATE = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing a prompt template needs. `kind` decides the form's field and the check of the value."""

    name: str
    label: str
    kind: Kind = "line"
    help: str = ""
    example: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt of the library. `permitted` are the labels of personal data it may hold (pseudonymised).

    `length` is how many words a good answer has, about; `file` is where the text was read.
    """

    name: str
    title: str
    area: str
    purpose: str
    body: str
    variables: tuple[Variable, ...] = ()
    level: int = 1
    vetted_by: str | None = None
    vetted_on: date | None = None
    permitted: frozenset[Label] = frozenset()
    length: int = 300
    need: Need = Need.SMALL
    language: Language = "fr"
    version: int = 1
    file: str = ""

    @property
    def vetted(self) -> bool:
        """Return whether somebody vouched for this version."""
        return self.vetted_by is not None and self.vetted_on is not None


def placeholders(body: str) -> tuple[str, ...]:
    """Return the names of the variables that `body` uses, in order, each once."""
    return tuple(dict.fromkeys(match[1] for match in PLACEHOLDER.finditer(body)))


def misfits(template: PromptTemplate, values: Mapping[str, str]) -> tuple[tuple[str, Misfit], ...]:
    """Return everything that keeps `values` from filling `template`: what is missing, unknown, ill-typed.

    A placeholder that no variable declares counts as missing: it can't be filled.
    """
    return tuple(_misfits(template, values))


def render(template: PromptTemplate, values: Mapping[str, str]) -> str:
    """Return the template's text with `values` in place.

    A line that speaks only of optional variables left empty is left out.
    Raises WrongUse naming every missing, unknown or ill-typed variable at once.
    """
    found = misfits(template, values)
    if found:
        raise WrongUse(f"{template.name}: " + ", ".join(f"{name} ({fault})" for name, fault in found))
    written = {
        variable.name: _written(variable, values.get(variable.name, ""), template.language)
        for variable in template.variables
    }
    lines = (line for line in template.body.split("\n") if not _idle(line, written))
    return "\n".join(PLACEHOLDER.sub(lambda match: written[match[1]], line) for line in lines)


def as_date(text: str) -> date | None:
    """Read `2026-12-05` or `5/12/2026`; None when it is no day of the calendar."""
    match = _ISO_DATE.fullmatch(text) or _EUROPEAN_DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _misfits(template: PromptTemplate, values: Mapping[str, str]) -> Iterator[tuple[str, Misfit]]:
    declared = {variable.name for variable in template.variables}
    for variable in template.variables:
        value = values.get(variable.name, "").strip()
        if not value and variable.required:
            yield variable.name, "missing"
        elif value and not _fits(variable, value):
            yield variable.name, variable.kind
    yield from ((name, "missing") for name in placeholders(template.body) if name not in declared)
    yield from ((name, "unknown") for name in values if name not in declared)


def _fits(variable: Variable, value: str) -> bool:
    match variable.kind:
        case "line":
            return len(value.splitlines()) == 1
        case "text":
            return True
        case "choice":
            return _chosen(variable, value) is not None
        case "number":
            return _NUMBER.fullmatch(value) is not None
        case "date":
            return as_date(value) is not None
        case "email":
            return _EMAIL.fullmatch(value) is not None


def _chosen(variable: Variable, value: str) -> Option | None:
    wanted = fold(value)
    fitting = (option for option in variable.options if wanted in {fold(option.value), fold(option.label)})
    return next(fitting, None)


def _written(variable: Variable, value: str, language: Language) -> str:
    """Return `value` as the text says it: the option's words, a date as the language writes it."""
    value = value.strip()
    if not value:
        return ""
    if variable.kind == "choice":
        option = _chosen(variable, value)
        return option.label if option else value
    day = as_date(value) if variable.kind == "date" and language != "en" else None
    return f"{day:%d/%m/%Y}" if day else value


def _idle(line: str, written: Mapping[str, str]) -> bool:
    names = placeholders(line)
    return bool(names) and not any(written[name] for name in names)
