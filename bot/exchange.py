"""One exchange with one model: what may leave the machine, what comes back, and the entry that it closes.

Read `attempt`. The gateway calls it for one model after the other; what was hidden is the same for all.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.core.ask import AskRecord, AskState, Turn
from bot.core.conversation import Conversation, Sieve
from bot.core.heading import heading
from bot.core.ledger import Closing, Settlement
from bot.core.model import ModelCard, Spoken
from bot.core.person import Language
from bot.core.policy.finding import Finding
from bot.core.policy.verdict import Outcome
from bot.entries import closed, opened
from bot.errors import ModelError, ModelSilent, NotAllowed
from bot.ports import Outlet, Ports
from bot.wording.model import beginning, instructions

log = logging.getLogger(__name__)


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


def _may_pass(ports: Ports, text: str, record: AskRecord) -> bool:
    """Return whether a stretch of the answer may be shown; a check that fails says no."""
    verdict = ports.policy.check(
        text, {}, direction="out", language=record.ask.person.language, context=record.context
    )
    return verdict.outcome is Outcome.ALLOW


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
