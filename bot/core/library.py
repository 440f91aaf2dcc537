"""The prompt library in memory: found by name or title, whatever the case, accents and hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.command import fold
from bot.core.person import Language
from bot.core.prompt import PromptTemplate
from bot.errors import Conflict

_APART = re.compile(r"[\W_]+")


def key(words: str) -> str:
    """Return `words` as the library compares them: « Remerciement d’un don » is `remerciement d un don`."""
    return _APART.sub(" ", fold(words)).strip()


@dataclass(frozen=True, slots=True)
class Library:
    """Every prompt of an installation, by area and then by title. Names and titles are unique."""

    templates: tuple[PromptTemplate, ...]

    @classmethod
    def of(cls, templates: Iterable[PromptTemplate]) -> Library:
        """Put `templates` in order. Raises Conflict when two answer to the same words."""
        ordered = tuple(sorted(templates, key=lambda one: (key(one.area), key(one.title))))
        seen: dict[str, PromptTemplate] = {}
        for template in ordered:
            for words in {key(template.name), key(template.title)}:
                if words in seen:
                    raise Conflict(f"{template.file} and {seen[words].file} answer to « {words} »")
                seen[words] = template
        return cls(ordered)

    def find(self, words: str) -> PromptTemplate | None:
        """Return the prompt with this name or title, or None."""
        wanted = key(words)
        fitting = (one for one in self.templates if wanted in {key(one.name), key(one.title)})
        return next(fitting, None) if wanted else None

    def listed(self, language: Language | None = None) -> tuple[PromptTemplate, ...]:
        """Return every prompt by area; those in `language` come first when it is given."""
        if language is None:
            return self.templates
        return tuple(sorted(self.templates, key=lambda one: one.language != language))

    def holding(self, words: str, language: Language | None = None) -> tuple[PromptTemplate, ...]:
        """Return prompts that hold every word of `words` in what is said about them, by area."""
        wanted = key(words).split()
        return tuple(
            one
            for one in self.listed(language)
            if all(word in key(f"{one.name} {one.title} {one.area} {one.purpose}") for word in wanted)
        )
