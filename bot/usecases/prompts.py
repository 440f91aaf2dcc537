"""The vetted library: prompts, prompt, proposer."""

from __future__ import annotations

import logging

from bot import gateway
from bot.core.ask import Ask
from bot.core.prompt import PromptTemplate, misfits
from bot.core.reply import Message
from bot.errors import NotFound, Undeliverable
from bot.ports import Ports
from bot.usecases import Visit
from bot.usecases.asks import send
from bot.wording import prompts as wording
from bot.wording import reviews as review_wording

log = logging.getLogger(__name__)


async def library(ports: Ports, visit: Visit) -> Message:
    """List the prompts that fit a word, or all of them by area."""
    words = visit.command.words
    return wording.listed(ports.prompts.search(words, visit.language), words, visit.language)


async def prompt(ports: Ports, visit: Visit) -> Message | None:
    """Use a prompt; whatever is still missing is asked for in a form that keeps what was given."""
    template = _found(ports, visit)
    if template is None:
        return await library(ports, visit)
    refusal = gateway.learning(ports, template, visit.person)
    if refusal is not None:
        return refusal  # before a form is filled in for nothing
    values = {name: value for name, value in visit.command.values.items() if value.strip()}
    faults = misfits(template, values)
    if faults:
        return wording.form(template, visit.command.values, faults, visit.language)
    return await send(ports, visit, _ask(visit, template, values))


async def propose(ports: Ports, visit: Visit) -> Message:
    """Take a proposed prompt for the mentors to vet."""
    title = visit.command.values.get("title", "").strip()
    body = visit.command.values.get("body", "").strip()
    if not title or not body:
        return wording.proposal_form(title, body, visit.language)
    number = await ports.proposals.propose(visit.person, title, body, visit.at)
    await _mentors_told(ports, visit, number, title)
    return wording.proposed(number, visit.language)


async def _mentors_told(ports: Ports, visit: Visit, number: int, title: str) -> None:
    """Say in the review channel that a prompt waits; who does not hear of it finds it in the queue."""
    organisation = await ports.people.organisation(visit.person.organisation)
    message = review_wording.proposal_waits(number, title, organisation.language)
    try:
        await ports.courier.post(organisation.id, "review", message)
    except Undeliverable as fault:
        log.warning("proposal %d is only in the queue: %s", number, fault)


def _found(ports: Ports, visit: Visit) -> PromptTemplate | None:
    name = visit.command.words
    if not name:
        return None
    template = ports.prompts.find(name)
    if template is None:
        near = ports.prompts.search(name, visit.language)
        raise NotFound(f"prompt {near[0].name}" if near else "prompt")
    return template


def _ask(visit: Visit, template: PromptTemplate, values: dict[str, str]) -> Ask:
    call = visit.call
    return Ask(
        id=visit.ask,
        person=call.person,
        place=call.place,
        text="",
        at=call.at,
        template=template.name,
        values=values,
    )
