"""What the console says around a conversation. Its templates ask for the rest."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.command import Name
from bot.core.person import Language
from bot.core.prompt import PromptTemplate
from bot.wording.catalogue import say

_NOT_PROPOSED = {Name.CONSOLE, Name.ASK}
"""Who is in the console needs no link to it, and a question needs no command."""


def suggested(
    commands: Iterable[Name], templates: Iterable[PromptTemplate], language: Language
) -> tuple[tuple[str, str], ...]:
    """Return lines to type with what each is for: commands first, then prompts."""
    offered = ((name.value, say(language, f"adoption.purpose_{name.value}")) for name in commands)
    prompts = ((f"prompt {one.name}", one.title) for one in templates)
    return (*(one for one in offered if one[0] not in _NOT_PROPOSED), *prompts)


def fault(status: int, language: Language) -> str:
    """Say what went wrong, by the status that the page would have."""
    return say(language, f"console.fault_{status}")
