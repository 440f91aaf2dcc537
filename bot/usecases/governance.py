"""A person's rights over what is kept of them, and the way to the console: donnees, console."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.core.reply import File, Message
from bot.ports import Ports
from bot.usecases import Visit
from bot.wording import governance as wording

LINK_LASTS = timedelta(minutes=15)
"""How long a one-time link to the console opens it."""


async def rights(ports: Ports, visit: Visit) -> Message:
    """Explain, export or erase what is kept of the person (GDPR articles 15, 17 and 20)."""
    match visit.command.words.split():
        case ["export", *_]:
            kept = await ports.people.export(visit.person.id)
            content = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
            return wording.exported(File("sobria.json", "application/json", content), visit.language)
        case ["erase", _]:
            await ports.people.erase(visit.person.id, visit.at)
            return wording.erased(visit.language)
        case ["erase"]:
            return wording.erase_confirm(visit.language)
        case _:
            return wording.rights(visit.language)


async def console(ports: Ports, visit: Visit) -> Message:
    """Give a one-time link to the console."""
    token = await ports.doors.invite(visit.person.id, visit.at, visit.at + LINK_LASTS)
    return wording.link(f"{ports.address}/entrer/{token}", LINK_LASTS, visit.language)
