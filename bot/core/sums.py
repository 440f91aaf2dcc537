"""Sums of ledger entries: whole numbers that add up the same in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any

from bot.core.footprint import Range
from bot.core.quantities import EURO, range_of

Triple = tuple[int, int, int]
NOTHING: Triple = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a set of entries adds up to. Footprints are (low, mid, high) in `quantities` units.

    `unpriced` are entries with tokens but no price; `tokens_assessed` those whose footprint is known.
    """

    entries: int = 0
    avoided: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    tokens_estimated: int = 0
    tokens_assessed: int = 0
    cost_neur: int = 0
    unpriced: int = 0
    latency_us: int = 0
    energy: Triple = NOTHING
    prefill: Triple = NOTHING
    gwp: Triple = NOTHING
    usage: Triple = NOTHING
    embodied: Triple = NOTHING
    adpe: Triple = NOTHING
    pe: Triple = NOTHING
    water: Triple = NOTHING

    def __add__(self, other: Sums) -> Sums:
        """Add field by field, bounds included."""
        added: list[Any] = [_added(getattr(self, name), getattr(other, name)) for name in _NAMES]
        return Sums(*added)

    @property
    def tokens(self) -> int:
        """Return all tokens, read and written."""
        return self.tokens_in + self.tokens_cached + self.tokens_out

    @property
    def calls(self) -> int:
        """Return the entries for which a model was called."""
        return self.entries - self.avoided

    @property
    def euros(self) -> float:
        """Return what is known of the cost."""
        return self.cost_neur / EURO

    @property
    def coverage(self) -> float:
        """Return the share of tokens whose footprint is known; 1 when there are none."""
        return self.tokens_assessed / self.tokens if self.tokens else 1.0

    def range(self, quantity: str) -> Range | None:
        """Return a footprint in kWh, kg, MJ or L; None when no entry with tokens could be assessed."""
        if self.tokens and not self.tokens_assessed:
            return None
        return range_of(quantity, *getattr(self, quantity))


_NAMES = tuple(field.name for field in fields(Sums))


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, tuple):
        return (one[0] + other[0], one[1] + other[1], one[2] + other[2])
    return one + other


def total(parts: Iterable[Sums]) -> Sums:
    """Return the sum of all parts."""
    return reduce(Sums.__add__, parts, Sums())


@dataclass(frozen=True, slots=True)
class Slice:
    """Sums of the entries of a period that share team, area, template, model and the way they closed."""

    sums: Sums
    team: str = ""
    area: str = ""
    template: str = ""
    purpose: str = "answer"
    kind: str = "settled"
    reason: str = ""
    provider: str = ""
    model: str = ""
    hosting: str = ""
    zone: str = ""
    zone_basis: str = ""
    tier: str = "none"
    method: str = ""
    sample: bool = False
