"""The one road of an ask, from a person to a model and back. Read `ask` and `answer` top to bottom.

Every step is committed before the next one starts, so that a crash anywhere leaves a record that
`usecases/pursuit.py` finishes or fails, tells its person of, and counts once. Nothing is let through
that was not checked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot import lease, opinion
from bot.core.ask import Ask, AskRecord, AskState, Turn
from bot.core.budget import reserve_for
from bot.core.conversation import Conversation, Sieve
from bot.core.heading import heading
from bot.core.ledger import Closing, Reserve, Settlement
from bot.core.model import ModelCard, Need, Spoken, choose
from bot.core.person import Language, Person
from bot.core.policy.finding import Finding
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.core.prompt import PromptTemplate, render
from bot.core.reply import Message
from bot.core.review import ReviewKind
from bot.entries import closed, opened
from bot.errors import (
    ModelError,
    ModelSilent,
    NotAllowed,
    NotFound,
    TooLarge,
    Undeliverable,
    where,
)
from bot.ports import Outlet, Ports
from bot.wording import asks as wording
from bot.wording import reviews as review_wording
from bot.wording.model import beginning, instructions

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

    Raises WrongUse, NotFound, TooLarge or StoreUnavailable before anything was accepted.
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


async def _shown(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    if record.state is AskState.HELD:
        await _both_told(ports, record, outlet)
    else:
        await _told(ports, record, outlet)


async def _told(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    await outlet.show(await outcome(ports, record))
    await ports.asks.told(record.ask.id)


async def put_off(ports: Ports, record: AskRecord, fault: Undeliverable) -> None:
    """Have an ask's message brought again: at once when the network is back, ever more rarely when refused."""
    now = ports.clock.now()
    wait = AGAIN if fault.passing else min(RAREST, max(AGAIN, (now - record.ask.at) / 2))
    await ports.asks.postpone(record.ask.id, now + wait)


async def _both_told(ports: Ports, record: AskRecord, outlet: Outlet) -> None:
    """Tell the person and the mentors at once: emergency numbers and alerts wait for nobody's network."""
    mentors = asyncio.create_task(tell_mentors(ports))
    try:
        await _told(ports, record, outlet)
    finally:
        await mentors


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
    """Return what the person must do first, or None: charter, level, budget."""
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


def _reserve(ports: Ports, wanted: Ask) -> Reserve | None:
    """Return the most that the first model to be tried may use: a hard budget must have room for it."""
    card = next(iter(_offered(ports, wanted)), None)
    said = len(wanted.text) + sum(len(turn.text) for turn in wanted.earlier)
    return None if card is None else reserve_for(card, said)


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


async def answer(ports: Ports, record: AskRecord, outlet: Outlet) -> AskRecord:
    """Hide personal data, then call models, the smallest adequate first, until one answers."""
    try:
        conversation = hidden(ports, record)
    except Exception as fault:  # noqa: BLE001  what was not hidden does not leave
        log.error("ask %s could not be hidden: %s", record.ask.id, where(fault))  # noqa: TRY400  the same
        return await _failed(ports, record, "unchecked")
    for card in _offered(ports, record.ask):
        if record.attempts >= MOST_ATTEMPTS:
            break
        record = await attempt(ports, record, conversation, card, outlet)
        if record.state.final:
            return record
    return await _failed(ports, record, record.fault or "no_model")


async def _failed(ports: Ports, record: AskRecord, fault: str) -> AskRecord:
    settlement = Settlement(record.entry, Closing.FAILED, ports.clock.now(), reason=fault)
    return await ports.asks.settle(record.ask.id, AskState.FAILED, settlement, answer=None, fault=fault)


def _offered(ports: Ports, wanted: Ask) -> tuple[ModelCard, ...]:
    template = ports.prompts.find(wanted.template) if wanted.template else None
    return choose(ports.models.cards(), template.need if template else Need.SMALL)


async def attempt(
    ports: Ports, record: AskRecord, conversation: Conversation, card: ModelCard, outlet: Outlet
) -> AskRecord:
    """Call one model, turn pseudonyms back as pieces come, settle; or close the entry and open the next."""
    language = record.ask.person.language
    await ports.asks.sent(record.ask.id, conversation.sent, card.name)
    organisation = await ports.people.organisation(record.ask.person.organisation)
    begun = begun_for(card, conversation, language)
    turns = (Turn("system", instructions(language, organisation.name)), *conversation.turns, *begun)
    sieve = Sieve(conversation.pseudonyms, lambda text: _may_pass(ports, text, record))
    spoken: Spoken | None = None
    try:
        async with aclosing(ports.models.stream(card, turns)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Spoken):
                    spoken = piece
                else:
                    await outlet.write(sieve.feed("".join(turn.text for turn in begun) + piece))
                    begun = ()
        await outlet.write(sieve.flush())
        if spoken is None or not (sieve.stopped or sieve.text.strip()):
            raise ModelSilent(card.name)
    except ModelError as failure:
        log.warning("model %s failed: %s", card.name, type(failure).__name__)
        return await next_attempt(ports, record, card, failure.code, spoken)
    settlement = closed(ports, record.entry, card, spoken)
    if sieve.stopped:
        return await ports.asks.settle(
            record.ask.id, AskState.FAILED, settlement, answer=None, fault="withheld"
        )
    return await ports.asks.settle(record.ask.id, AskState.ANSWERED, settlement, answer=sieve.text)


def begun_for(card: ModelCard, conversation: Conversation, language: Language) -> tuple[Turn, ...]:
    """Return the beginning of an answer that a small model would not find, most often nothing."""
    found = heading(conversation.turns[-1].text, conversation.pseudonyms) if card.continues else None
    return (Turn("assistant", beginning(language, found)),) if found else ()


async def next_attempt(
    ports: Ports, record: AskRecord, card: ModelCard | None, reason: str, spoken: Spoken | None = None
) -> AskRecord:
    """Close the entry of an attempt that failed, with what it used as far as that is known; open the next."""
    now = ports.clock.now()
    failed = Settlement(record.entry, Closing.FAILED, now, card=card, reason=reason)
    if card is not None and spoken is not None:
        failed = replace(closed(ports, record.entry, card, spoken), closing=Closing.FAILED, reason=reason)
    opening = await opened(ports, record.ask, now, parent=record.entry)
    await ports.asks.retry(record.ask.id, failed, opening)
    return replace(record, entry=opening.entry, attempts=record.attempts + 1, fault=reason)


def hidden(ports: Ports, record: AskRecord) -> Conversation:
    """Put pseudonyms over the conversation; what the verdict has found already is not looked for again."""
    known = record.verdict.findings
    if record.ask.earlier or record.words != record.ask.text or record.verdict.failed:
        return Conversation.hiding(
            record.words, record.ask.earlier, lambda whole: _found(ports, whole, record.ask.person.language)
        )
    return Conversation.hiding(record.words, (), lambda _: known)


def _found(ports: Ports, whole: str, language: Language) -> Sequence[Finding]:
    """Find personal data, wholly or not at all: an approval does not stand for a check that failed."""
    verdict = ports.policy.check(whole, {}, direction="in", language=language)
    if verdict.failed:
        raise NotAllowed("unchecked")
    return verdict.findings


def _may_pass(ports: Ports, text: str, record: AskRecord) -> bool:
    """Return whether a stretch of the answer may be shown; a check that fails says no."""
    verdict = ports.policy.check(
        text, {}, direction="out", language=record.ask.person.language, context=record.context
    )
    return verdict.outcome is Outcome.ALLOW


async def outcome(ports: Ports, record: AskRecord) -> Message:
    """Return how an ask ended, in the person's words: the same message live, late or after a crash."""
    organisation = await ports.people.organisation(record.ask.person.organisation)
    return wording.outcome(record, ports.policy, organisation, ports.models.cards())


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
