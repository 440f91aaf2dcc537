"""What the policy says of itself: the charter's articles, why a rule stops a text, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.person import Language


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the charter, in each language it is written in."""

    id: str
    title: Mapping[Language, str]
    text: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Charter:
    """The charter that people accept; a new `version` is accepted anew."""

    version: str
    title: Mapping[Language, str]
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule stops a text, how to ask safely instead, and which article says so; in one language."""

    why: str
    rewording: str
    article: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call in danger, and whom it reaches."""

    number: str
    reaches: str
