"""A second opinion: a configured model is asked about a text that the policy is unsure of, and no other.

The model reads the text with pseudonyms, as a value of JSON beside the charter, and answers by a schema.
It can send the ask to a person or let it pass, never block it. A failure, a delay or an answer that is not
what the schema asks for means that a person looks.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from bot.core.ask import Ask, Turn
from bot.core.budget import reserve_for
from bot.core.ledger import Closing, Purpose, Settlement
from bot.core.model import ModelCard, Spoken
from bot.core.policy.pseudonym import hide
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.entries import closed, opened
from bot.errors import BudgetExhausted, ModelError, ModelSilent, where
from bot.ports import Ports
from bot.wording.opinion import question

PATIENCE = 20.0
"""Seconds that a person waits for it; then a colleague looks instead."""

LONGEST_ANSWER = 400
"""Code points; the answer that is asked for has forty."""

FAILED = "second opinion"
"""The name of the check in `Verdict.failed`."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["allow", "review"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}

log = logging.getLogger(__name__)


async def second(ports: Ports, card: ModelCard, wanted: Ask, verdict: Verdict) -> Verdict:
    """Return the verdict with the opinion of `card` in it: allow or review, and review when it failed.

    Its entry is opened and committed before anything leaves. Raises StoreUnavailable.
    """
    turns = _turns(ports, wanted, verdict)
    opening = await opened(ports, wanted, ports.clock.now())
    reserve = reserve_for(card, sum(len(turn.text) for turn in turns))
    try:
        await ports.ledger.open(replace(opening, purpose=Purpose.SECOND_OPINION, reserve=reserve))
    except BudgetExhausted:
        return unheard(verdict)
    closing = Settlement(opening.entry, Closing.FAILED, wanted.at, card=card, reason="interrupted")
    answer = None
    try:
        async with asyncio.timeout(PATIENCE):
            answer, spoken = await _heard(ports, card, turns)
        closing = closed(ports, opening.entry, card, spoken)
    except (TimeoutError, ModelError) as fault:
        closing = replace(closing, reason=getattr(fault, "code", "unavailable"))
    except Exception as fault:  # noqa: BLE001  whatever broke, nothing was heard
        log.error("second opinion failed: %s", where(fault))  # noqa: TRY400  a traceback may hold the text
    finally:  # also when the person leaves: what was opened is closed
        await asyncio.shield(ports.ledger.close(replace(closing, at=ports.clock.now())))
    return unheard(verdict) if answer is None else weighed(verdict, read(answer), card.name)


def _turns(ports: Ports, wanted: Ask, verdict: Verdict) -> tuple[Turn, ...]:
    """Return what the model reads: the charter, and the text with pseudonyms as a value of JSON."""
    hidden = hide(wanted.text, verdict.findings)
    return (
        Turn("system", question(ports.policy.charter)),
        Turn("user", json.dumps({"text": hidden.text}, ensure_ascii=False)),
    )


async def _heard(ports: Ports, card: ModelCard, turns: tuple[Turn, ...]) -> tuple[str, Spoken]:
    said, spoken = "", None
    async with aclosing(ports.models.stream(card, turns, schema=SCHEMA)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Spoken):
                spoken = piece
            else:
                said += piece[:LONGEST_ANSWER]
    if spoken is None:
        raise ModelSilent(card.name)
    return said, spoken


def read(answer: str) -> Outcome | None:
    """Return allow or review, None for anything but the one object that was asked for."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(said, dict) or set(said) != {"verdict"}:
        return None
    return {"allow": Outcome.ALLOW, "review": Outcome.REVIEW}.get(str(said["verdict"]))


def weighed(verdict: Verdict, opinion: Outcome | None, model: str) -> Verdict:
    """Return the verdict that an opinion leads to; `pourquoi` finds it among the hits."""
    if opinion is None:
        return unheard(verdict)
    met = [hit for hit in verdict.hits if opinion is Outcome.REVIEW]
    article = next((hit.article for hit in verdict.hits if hit.category == verdict.doubt), None)
    asked = Hit(f"{verdict.doubt}.second_opinion", opinion, verdict.doubt, article, why=model)
    category = verdict.doubt if opinion is Outcome.REVIEW else None
    if met:
        category = verdict.category
    return replace(verdict, outcome=opinion, category=category, hits=(*met, asked))


def unheard(verdict: Verdict) -> Verdict:
    """Return the verdict when the opinion could not be had: a person looks, as after any failed check."""
    doubt = Hit("failed", Outcome.REVIEW, None, why=FAILED)
    return replace(
        verdict,
        outcome=Outcome.REVIEW,
        hits=(*verdict.hits, doubt),
        failed=(*verdict.failed, FAILED),
    )
