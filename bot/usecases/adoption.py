"""Finding one's way: aide, charte, langue."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.core.person import Language
from bot.core.reply import Message
from bot.ports import Ports
from bot.usecases import Visit
from bot.wording import adoption as wording


async def help_text(ports: Ports, visit: Visit) -> Message:
    """Say what `/ia` can do for this person, or explain one command."""
    return wording.help_text(
        visit.person, visit.command.words, any(card.trial for card in ports.models.cards())
    )


async def charter(ports: Ports, visit: Visit) -> Message:
    """Show the charter, or note that the person accepts it."""
    version = ports.policy.charter.version
    if visit.command.words == "accept":
        await ports.people.accept_charter(visit.person.id, version, visit.at)
        return wording.charter_accepted(visit.language)
    return wording.charter(ports.policy.charter, visit.person)


async def language(ports: Ports, visit: Visit) -> Message:
    """Change the language that the person reads, or offer the choice."""
    if not visit.command.words:
        return wording.languages(visit.language)
    chosen = cast("Language", visit.command.words)
    await ports.people.speak(visit.person.id, chosen)
    speaker = replace(visit.person, language=chosen)
    return wording.help_text(speaker, "", trial=False)
