"""What every model is told before a person's words: short, since a small model reads slowly."""

from __future__ import annotations

from bot.core.heading import Heading
from bot.core.person import Language
from bot.wording.catalogue import say


def instructions(language: Language, organisation_name: str) -> str:
    """Return the system prompt, always the same for a language and an organisation: models keep it read."""
    return say(language, "model.instructions", organisation=organisation_name)


def beginning(language: Language, heading: Heading) -> str:
    """Return the first lines of a letter, for a model that goes on from there."""
    greeting = say(language, "model.greeting", name=heading.name)
    return "\n".join(heading.lines) + f"\n\n{greeting}\n\n"
