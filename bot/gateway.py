"""The one road of an ask, from a person to a model and back, in the order in which it is gone.

`ask` names the steps: rendered, admission, judged, accepted, answer, outcome; what each of them does comes below
it in that order. What happens between this machine and one model is in `exchange.py`.

Every step is committed before the next one starts, so that a crash anywhere leaves a record that
`usecases/pursuit.py` finishes or fails, tells its person of, and counts once. Nothing is let through
that was not checked.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot import exchange, lease, opinion
from bot.core.ask import Ask, AskRecord, AskState
from bot.core.budget import reserve_for
from bot.core.ledger import Closing, Reserve, Settlement
from bot.core.model import ModelCard, Need, choose
from bot.core.person import Person
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.core.prompt import PromptTemplate, render
from bot.core.reply import Message
from bot.core.review import ReviewKind
from bot.entries import opened
from bot.errors import NotFound, TooLarge, Undeliverable, where
from bot.ports import Outlet, Ports
from bot.wording import asks as wording
from bot.wording import reviews as review_wording

LONGEST_ASK = 60_000
"""Code points. Some 15,000 tokens: beyond it no model we offer would read the text with care."""

SHORT = 2_000
"""Code points that the policy checks faster than a thread is handed the text."""

AGAIN = timedelta(seconds=5)
"""How soon a message is brought again that a cut network kept from its person."""

RAREST = timedelta(minutes=15)
"""How rarely a message that its platform refuses is tried at the least."""

MOST_ATTEMPTS = 3
"""Calls for one ask before it is failed, counting those that a crash interrupted."""

log = logging.getLogger(__name__)


async def ask(ports: Ports, wanted: Ask, outlet: Outlet) -> None:
    """Take `wanted` along the whole road and show its person how it ended.

    Raises WrongUse, NotFound, TooLarge, BudgetExhausted or StoreUnavailable before anything was accepted.
    """
    wanted = rendered(ports, wanted)
    refusal = await admission(ports, wanted)
    if refusal is not None:
        await outlet.show(refusal)
        return
    verdict = await judged(ports, wanted)
    if verdict.doubt and ports.second_opinion and not wanted.human:
        verdict = await opinion.second(ports, ports.second_opinion, wanted, verdict)
    held = lease.until(ports)
    record = await accepted(ports, wanted, verdict, held)
    try:
        async with lease.kept(ports, ports.asks.renew, wanted.id, held):
            if record.state is AskState.RUNNING:
                record = await answer(ports, record, outlet)
            await _shown(ports, record, outlet)
    except Undeliverable as fault:
        await put_off(ports, record, fault)
        raise


def rendered(ports: Ports, wanted: Ask) -> Ask:
    """Put the values into the template; every missing or unknown variable is named at once."""
    if wanted.template is not None:
        template = ports.prompts.find(wanted.template)
        if template is None:
            raise NotFound("prompt")
        wanted = replace(wanted, text=render(template, wanted.values))
    if len(wanted.text) + sum(len(turn.text) for turn in wanted.earlier) > LONGEST_ASK:
        raise TooLarge(str(LONGEST_ASK))
    return wanted


async def admission(ports: Ports, wanted: Ask) -> Message | None:
    """Return what the person must do first, or None: accept the charter, pass lessons."""
    person = wanted.person
    if wanted.human:
        return None
    if person.charter != ports.policy.charter.version:
        return wording.charter_first(ports.policy.charter, person)
    template = ports.prompts.find(wanted.template) if wanted.template else None
    return learning(ports, template, person) if template is not None else None


def learning(ports: Ports, template: PromptTemplate, person: Person) -> Message | None:
    """Return which lessons lead to a prompt, or None when the person has the level for it."""
    if template.level <= person.level:
        return None
    return wording.level_first(template, person, taught=template.level <= ports.course.highest)


async def judged(ports: Ports, wanted: Ask) -> Verdict:
    """Let the policy check the rendered text and each value. A check that fails means a human looks."""
    values = {**wanted.values, **{f"turn {n}": turn.text for n, turn in enumerate(wanted.earlier)}}
    check = partial(
        ports.policy.check, direction="in", language=wanted.person.language, context=wanted.context
    )
    try:
        if len(wanted.text) <= SHORT:
            return check(wanted.text, values)
        return await asyncio.to_thread(check, wanted.text, values)
    except Exception as fault:  # noqa: BLE001  whatever broke, the check did not pass
        log.error("policy check failed: %s", where(fault))  # noqa: TRY400  a traceback may hold the text
        return Verdict(Outcome.REVIEW, failed=("policy",), hits=(Hit("failed", Outcome.REVIEW, None),))


async def accepted(ports: Ports, wanted: Ask, verdict: Verdict, held: datetime) -> AskRecord:
    """Commit the ask, its verdict and an opened ledger entry, before anything leaves the machine."""
    state, review, avoided = _fate(wanted, verdict)
    opening = await opened(ports, wanted, wanted.at)
    if state is AskState.RUNNING:
        opening = replace(opening, reserve=_reserve(ports, wanted))
    return await ports.asks.accept(
        wanted,
        verdict,
        state,
        opening,
        review=review,
        avoided=avoided,
        lease=held,
    )


def _fate(wanted: Ask, verdict: Verdict) -> tuple[AskState, ReviewKind | None, str | None]:
    """Return the state an ask begins in, the review it opens, and why no model will be called."""
    if verdict.distress:
        return AskState.HELD, ReviewKind.DISTRESS, "distress"
    if wanted.human:
        return AskState.HELD, ReviewKind.HUMAN, "human"
    if verdict.outcome is Outcome.BLOCK:
        return AskState.BLOCKED, None, "blocked"
    if verdict.outcome is Outcome.REVIEW:
        return AskState.HELD, ReviewKind.HELD, None
    return AskState.RUNNING, None, None


def _reserve(ports: Ports, wanted: Ask) -> Reserve | None:
    """Return the most that the first model to be tried may use: a hard budget must have room for it."""
    card = next(iter(_offered(ports, wanted)), None)
    said = len(wanted.text) + sum(len(turn.text) for turn in wanted.earlier)
    return None if card is None else reserve_for(card, said)


def _offered(ports: Ports, wanted: Ask) -> tuple[ModelCard, ...]:
    template = ports.prompts.find(wanted.template) if wanted.template else None
    return choose(ports.models.cards(), template.need if template else Need.SMALL)


async def answer(ports: Ports, record: AskRecord, outlet: Outlet) -> AskRecord:
    """Hide personal data, then call models, the smallest adequate first, until one answers."""
    try:
        conversation = exchange.hidden(ports, record)
    except Exception as fault:  # noqa: BLE001  what was not hidden does not leave
        log.error("ask %s could not be hidden: %s", record.ask.id, where(fault))  # noqa: TRY400  the same
        return await _failed(ports, record, "unchecked")
    for card in _offered(ports, record.ask):
        if record.attempts >= MOST_ATTEMPTS:
            break
        record = await exchange.attempt(ports, record, conversation, card, outlet)
        if record.state.final:
            return record
    return await _failed(ports, record, record.fault or "no_model")


async def _failed(ports: Ports, record: AskRecord, fault: str) -> AskRecord:
    settlement = Settlement(record.entry, Closing.FAILED, ports.clock.now(), reason=fault)
    return await ports.asks.settle(record.ask.id, AskState.FAILED, settlement, answer=None, fault=fault)


async def outcome(ports: Ports, record: AskRecord) -> Message:
    """Return how an ask ended, in the person's words: the same message live, late or after a crash."""
    organisation = await ports.people.organisation(record.ask.person.organisation)
    return wording.outcome(record, ports.policy, organisation, ports.models.cards())


async def _shown(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    if record.state is AskState.HELD:
        await _both_told(ports, record, outlet)
    else:
        await _told(ports, record, outlet)


async def _both_told(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    """Tell the person and the mentors at once: emergency numbers and alerts wait for nobody's network."""
    mentors = asyncio.create_task(tell_mentors(ports))
    try:
        await _told(ports, record, outlet)
    finally:
        await mentors


async def _told(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    await outlet.show(await outcome(ports, record))
    await ports.asks.told(record.ask.id)


async def put_off(ports: Ports, record: AskRecord, fault: Undeliverable) -> None:
    """Have an ask's message brought again: at once when the network is back, ever more rarely when refused."""
    now = ports.clock.now()
    wait = AGAIN if fault.passing else min(RAREST, max(AGAIN, (now - record.ask.at) / 2))
    await ports.asks.postpone(record.ask.id, now + wait)


async def tell_mentors(ports: Ports) -> None:
    """Post every review that mentors have not heard of. What cannot be delivered is tried again later."""
    now = ports.clock.now()
    for review in await ports.reviews.claim_untold(now, now + timedelta(minutes=1)):
        organisation = await ports.people.organisation(review.organisation)
        try:
            message = review_wording.waiting(review, organisation.language)
            await ports.courier.post(review.organisation, "review", message)
        except Undeliverable as fault:
            log.warning("review %s waits: %s", review.id, fault)
            if fault.passing:
                await ports.reviews.postpone(review.id, ports.clock.now() + AGAIN)
        else:
            await ports.reviews.told(review.id)
