"""Prompt templates: vetted texts with variables that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.model import Need
from bot.core.person import Language
from bot.core.policy.finding import Label
from bot.core.reply import Option


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing a prompt template needs. `kind` decides the form's field and the check of the value."""

    name: str
    label: str
    kind: str = "line"
    help: str = ""
    example: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt of the library. `permitted` are the labels of personal data it may hold (pseudonymised)."""

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


def render(template: PromptTemplate, values: Mapping[str, str]) -> str:
    """Return the template's text with `values` in place.

    Raises WrongUse naming every missing, unknown or ill-typed variable at once.
    """
    raise NotImplementedError((template, values))
