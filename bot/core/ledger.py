"""Ledger entries: opened before anything leaves, closed exactly once. Counts, never texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.footprint import Footprint
from bot.core.model import ModelCard, Usage


class Purpose(StrEnum):
    """What a model was called for."""

    ANSWER = "answer"
    SECOND_OPINION = "second_opinion"
    LESSON = "lesson"


class Closing(StrEnum):
    """How an entry ended."""

    SETTLED = "settled"
    FAILED = "failed"
    AVOIDED = "avoided"


def entry_name(at: datetime, chance: str) -> str:
    """Return a name for an entry that rises with time, so that its index grows at the end only."""
    return f"{round(at.timestamp() * 1000):012x}{chance[:20]}"


@dataclass(frozen=True, slots=True)
class Reserve:
    """The most that a call may use, held against hard budgets from its opening to its closing."""

    tokens: int
    euros: float = 0.0
    gwp_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry as it is opened. `person` is the person's pseudonymous ledger key, never their name or id.

    `parent` is the entry of an earlier attempt at the same ask; `area` the prompt's area. Without
    `reserve` (no model will be called yet) hard budgets are not asked. An `entry` whose identifiers rise
    with time keeps the index on them small to write.
    """

    entry: str
    organisation: str
    team: str | None
    person: str
    at: datetime
    ask: str | None = None
    purpose: Purpose = Purpose.ANSWER
    parent: str | None = None
    template: str | None = None
    area: str | None = None
    platform: str | None = None
    sample: bool = False
    reserve: Reserve | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an entry is closed. `cost` is in euros; None where no price is known.

    An avoided entry (no model was called) has no card and no usage; `reason` says why in a code.
    """

    entry: str
    closing: Closing
    at: datetime
    card: ModelCard | None = None
    model_served: str | None = None
    usage: Usage | None = None
    latency: float | None = None
    first_token: float | None = None
    cost: float | None = None
    watt_hours: float | None = None
    footprint: Footprint | None = None
    reason: str | None = None


def cost_of(card: ModelCard, usage: Usage) -> float | None:
    """Return euros for `usage` at the card's price, None when no price is known."""
    price = card.price
    if price is None:
        return None
    cached = price.input if price.cached is None else price.cached
    euros = usage.input * price.input + usage.cached * cached + usage.output * price.output
    return euros / 1_000_000
