"""Where a mentor looks: revue, and appel, by which a person asks for that look."""

from __future__ import annotations

from bot import gateway
from bot.core.ask import AskState
from bot.core.policy.teaching import LABELS, unfit
from bot.core.reply import Message
from bot.core.review import Decision, Review, ReviewKind, permitted
from bot.errors import NotFound, WrongUse
from bot.ports import Ports
from bot.usecases import Visit
from bot.usecases.asks import own
from bot.wording import reviews as wording


async def review(ports: Ports, visit: Visit) -> Message:
    """Show the queue, one review, the form that a decision needs, or take the decision."""
    if visit.command.number is None:
        return await queue(ports, visit)
    found = await _found(ports, visit)
    if not visit.command.words:
        return wording.detail(found, ports.policy, visit.person)
    if visit.command.words == "example":
        return await propose_example(ports, visit, found)
    decision = Decision(visit.command.words)
    permitted(found, decision, visit.person)
    form = wording.form(found, decision, visit.language)
    if form is not None and not visit.command.values:
        return form
    return await decide(ports, visit, found, decision)


async def queue(ports: Ports, visit: Visit) -> Message:
    """List what waits for a mentor: reviews, then proposed prompts."""
    organisation = visit.person.organisation
    waiting = await ports.reviews.queue(organisation)
    proposals = await ports.proposals.waiting(organisation)
    return wording.queue(waiting, proposals, visit.person)


async def decide(ports: Ports, visit: Visit, found: Review, decision: Decision) -> Message:
    """Take the decision; the person is told, and an approved ask goes on, by `pursuit.pursue`."""
    values = visit.command.values
    text, note = values.get("text", "").strip() or None, values.get("note", "").strip() or None
    if decision in {Decision.EDIT, Decision.ANSWER} and text is None:
        raise WrongUse("text")
    if decision is Decision.REFUSE and note is None:
        raise WrongUse("note")
    if decision is Decision.EDIT and text == found.ask.ask.text:
        decision, text = Decision.APPROVE, None
    await ports.reviews.decide(found.id, visit.person.id, decision, visit.at, text=text, note=note)
    ports.wake()
    return wording.decided(found, decision, visit.language)


async def propose_example(ports: Ports, visit: Visit, found: Review) -> Message:
    """Keep a neutral example that a mentor writes after a decision; what repeats the ask is refused."""
    if found.decision is None:
        raise WrongUse("example")
    text, label = visit.command.values.get("text", "").strip(), visit.command.values.get("label", "")
    if not text or label not in LABELS:
        return wording.example_form(found, visit.language)
    verdict = ports.policy.check(text, {}, direction="in", language=visit.language)
    fault = unfit(text, found.ask.ask.text, verdict.findings)
    if fault is not None or verdict.failed:
        return wording.example_unfit(found, fault or "personal", visit.language)
    number = await ports.proposals.teach(visit.person, label, text, visit.at)
    return wording.example_kept(number, visit.language)


async def appeal(ports: Ports, visit: Visit) -> Message:
    """Let a human look at what the machine stopped, once."""
    record = await own(ports, visit)
    if record.state not in {AskState.BLOCKED, AskState.FAILED, AskState.REFUSED}:
        raise WrongUse("appeal")
    await ports.asks.appeal(record.ask.id, ReviewKind.APPEAL, visit.at, visit.command.words)
    await gateway.tell_mentors(ports)
    return wording.appealed(record.number, visit.language)


async def _found(ports: Ports, visit: Visit) -> Review:
    found = await ports.reviews.by_number(visit.person.organisation, visit.number)
    if found is None:
        raise NotFound("review")
    return found
