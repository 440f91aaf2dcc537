"""What every model is told before a person's words: short, since a small model reads slowly."""

from __future__ import annotations

from bot.core.person import Language
from bot.wording.catalogue import say


def instructions(language: Language, organisation_name: str) -> str:
    """Return the system prompt, always the same for a language and an organisation: models keep it read."""
    return say(language, "model.instructions", organisation=organisation_name)
