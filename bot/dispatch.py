"""One table: which command goes to which use case, and who may."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from bot.core.call import Call as Call
from bot.core.command import Name, Unclear, parse
from bot.core.person import Role
from bot.core.reply import Message
from bot.errors import NotAllowed, SobriaError, Undeliverable, where
from bot.ports import Outlet, Ports
from bot.usecases import Visit, adoption, asks, budgets, governance, ledger, lessons, prompts, reviews
from bot.wording import faults

log = logging.getLogger(__name__)

UseCase = Callable[[Ports, Visit], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: what is done, the role it takes, and whether it may take more with a number."""

    do: UseCase
    role: Role = Role.STAFF
    decides: bool = False


TABLE: Mapping[Name, Entry] = {
    Name.HELP: Entry(adoption.help_text),
    Name.CHARTER: Entry(adoption.charter),
    Name.LANGUAGE: Entry(adoption.language),
    Name.LESSONS: Entry(lessons.lessons),
    Name.ASK: Entry(asks.question),
    Name.HUMAN: Entry(asks.human),
    Name.RETRY: Entry(asks.retry),
    Name.ASKS: Entry(asks.mine),
    Name.WHY: Entry(asks.why),
    Name.FEEDBACK: Entry(asks.feedback),
    Name.APPEAL: Entry(reviews.appeal),
    Name.REVIEW: Entry(reviews.review, Role.MENTOR),
    Name.PROMPTS: Entry(prompts.library),
    Name.PROMPT: Entry(prompts.prompt),
    Name.PROPOSE: Entry(prompts.propose),
    Name.FOOTPRINT: Entry(lambda ports, visit: ledger.mine(ports, visit.person, visit.at)),
    Name.BUDGET: Entry(budgets.budget, decides=True),
    Name.OVERVIEW: Entry(
        lambda ports, visit: ledger.overview(ports, visit.person, visit.command.words, visit.at), Role.ADMIN
    ),
    Name.RIGHTS: Entry(governance.rights),
    Name.CONSOLE: Entry(governance.console),
}


async def run(ports: Ports, call: Call, outlet: Outlet) -> None:
    """Do what `call` asks and show the person one message.

    Faults become messages; nothing is raised but what the outlet itself raises.
    """
    reference = uuid4().hex[:8]
    try:
        message = await _done(ports, call, outlet)
    except Undeliverable:
        raise
    except SobriaError as fault:
        log.info("call %s: %s", reference, type(fault).__name__)
        message = faults.told(fault, call.person.language)
    except Exception as fault:  # noqa: BLE001  a fault of ours is said plainly, never shown raw
        log.error("call %s: %s", reference, where(fault))  # noqa: TRY400  a traceback may hold the text
        message = faults.ours(reference, call.person.language)
    if message is not None:
        await outlet.show(message)


async def _done(ports: Ports, call: Call, outlet: Outlet) -> Message | None:
    command = parse(call.line, call.values)
    if isinstance(command, Unclear):
        return faults.unclear(command, call.person.language)
    entry = TABLE[command.name]
    if not call.person.has(entry.role):
        raise NotAllowed(entry.role.value)
    return await entry.do(ports, Visit(call, command, outlet))
