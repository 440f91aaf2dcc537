"""Models: what each can do and costs, and which one is the smallest that will do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Literal

Hosting = Literal["cloud", "rented", "owned"]
ZoneBasis = Literal["contract", "provider default", "assumed"]
TokenSource = Literal["api", "tokenizer", "estimate"]


class Need(IntEnum):
    """How strong a model a prompt asks for."""

    SMALL = 1
    MEDIUM = 2
    LARGE = 3


@dataclass(frozen=True, slots=True)
class Price:
    """Euros per million tokens from `since` on; `source` says where the figure was read."""

    input: float
    output: float
    cached: float | None = None
    since: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model that the settings offer. Never holds a key.

    `zone` is where the electricity is drawn (EcoLogits' codes), `watts` the declared power of an owned
    machine under load, `window` the context in tokens, `time_limit` seconds for a whole answer.
    """

    name: str
    provider: str
    model: str
    strength: Need = Need.SMALL
    hosting: Hosting = "cloud"
    host: str = ""
    zone: str | None = None
    zone_basis: ZoneBasis = "assumed"
    window: int = 4096
    max_output: int = 1024
    time_limit: float = 120.0
    price: Price | None = None
    watts: float | None = None
    impacts_as: str | None = None
    trial: bool = False

    @property
    def continues(self) -> bool:
        """Return whether the model goes on with an answer that was begun for it."""
        return self.provider == "embedded"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `input` excludes cached reads; `reasoning` is part of `output`."""

    input: int
    output: int
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0
    source: TokenSource = "api"


@dataclass(frozen=True, slots=True)
class Spoken:
    """The end of a call: what was used and how long it took (seconds)."""

    usage: Usage
    latency: float
    first_token: float | None
    model_served: str
    watt_hours: float | None = None


def choose(cards: Iterable[ModelCard], need: Need) -> tuple[ModelCard, ...]:
    """Return the models to try in order: the smallest adequate first, then stronger, then weaker ones.

    Among equals the order of the settings stands. A weaker model is better than no answer.
    """
    listed = tuple(cards)
    adequate = sorted((card for card in listed if card.strength >= need), key=lambda card: card.strength)
    weaker = sorted((card for card in listed if card.strength < need), key=lambda card: -card.strength)
    return (*adequate, *weaker)
