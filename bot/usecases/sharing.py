"""Showing one's own answer to a channel: the only way an answer to a private ask becomes public."""

from __future__ import annotations

from bot.core.ask import AskState
from bot.core.person import Person
from bot.core.reply import Message
from bot.ports import Ports
from bot.wording import chat as wording


async def share(ports: Ports, person: Person, number: int) -> Message:
    """Return the person's answer `number` for everybody, or say privately that there is none."""
    record = await ports.asks.by_number(person.organisation, number)
    own = record is not None and record.ask.person.id == person.id
    if record is None or not own or record.state is not AskState.ANSWERED or not record.answer:
        return wording.nothing_to_share(number, person.language)
    return wording.shared(record, person.name, person.language)
