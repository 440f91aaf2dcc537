"""Asking a model or a human, and looking back: demander, humain, relancer, demandes, pourquoi, avis."""

from __future__ import annotations

from bot import gateway
from bot.core.ask import Ask, AskRecord, AskState
from bot.core.person import Role
from bot.core.reply import Message
from bot.errors import BudgetExhausted, NotFound, WrongUse
from bot.ports import Ports
from bot.usecases import Visit, ledger
from bot.wording import asks as wording
from bot.wording.why import why as explanation


async def question(ports: Ports, visit: Visit) -> Message | None:
    """Ask the model a free question."""
    text = visit.command.values.get("question") or visit.command.words
    if not text.strip():
        return wording.question_form(visit.language)
    return await send(ports, visit, _ask(visit, text))


async def human(ports: Ports, visit: Visit) -> Message | None:
    """Ask a human; no model is called."""
    text = visit.command.values.get("question") or visit.command.words
    if not text.strip():
        return wording.human_form(visit.language)
    return await send(ports, visit, _ask(visit, text, human=True))


async def retry(ports: Ports, visit: Visit) -> Message | None:
    """Ask again what failed, as a new ask."""
    record = await own(ports, visit)
    if record.state is not AskState.FAILED:
        raise WrongUse("retry")
    if record.purged:
        raise NotFound("purged")
    return await send(ports, visit, _ask(visit, record.ask.text))


async def send(ports: Ports, visit: Visit, wanted: Ask) -> Message | None:
    """Take an ask along the road; return what there is to say of the person's budget, most often nothing."""
    try:
        await gateway.ask(ports, wanted, visit.outlet)
    except BudgetExhausted as fault:
        told = await ledger.refused(ports, visit.person, str(fault), visit.at)
        if told is None:
            raise
        return told
    return None if wanted.human else await ledger.warned(ports, visit.person, visit.at)


async def mine(ports: Ports, visit: Visit) -> Message:
    """List the person's latest asks and their state."""
    return wording.listed(await ports.asks.recent(visit.person.id), visit.language)


async def why(ports: Ports, visit: Visit) -> Message:
    """Say which rule and article decided, what was hidden, which model answered."""
    record = await ports.asks.by_number(visit.person.organisation, visit.number)
    if record is None or not _may_see(visit, record):
        raise NotFound("ask")
    return explanation(record, ports.policy, visit.language)


async def feedback(ports: Ports, visit: Visit) -> Message:
    """Keep whether an answer was useful."""
    record = await own(ports, visit)
    if record.state is not AskState.ANSWERED:
        raise WrongUse("feedback")
    await ports.asks.feedback(record.ask.id, 1 if visit.command.words == "+" else -1)
    return wording.thanked(record.number, visit.language)


async def own(ports: Ports, visit: Visit) -> AskRecord:
    """Return the person's own ask of that number. Raises NotFound, also for somebody else's."""
    record = await ports.asks.by_number(visit.person.organisation, visit.number)
    if record is None or record.ask.person.id != visit.person.id:
        raise NotFound("ask")
    return record


def _may_see(visit: Visit, record: AskRecord) -> bool:
    """Return True for one's own asks and, to a mentor, for those that came to a review."""
    reviewed = record.state is AskState.HELD or record.decided_by is not None
    return record.ask.person.id == visit.person.id or (visit.person.has(Role.MENTOR) and reviewed)


def _ask(visit: Visit, text: str, *, human: bool = False) -> Ask:
    call = visit.call
    attached = [f"{file.name} :\n{file.content.decode('utf-8', 'replace')}" for file in call.attachments]
    return Ask(
        id=visit.ask,
        person=call.person,
        place=call.place,
        text="\n\n".join([text, *attached]),
        at=call.at,
        earlier=call.earlier,
        human=human,
    )
