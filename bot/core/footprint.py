"""Footprints: always a range, always with its source, never 0 for what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tier = Literal["measured", "supplier", "model", "proxy", "spend", "none"]


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity between `low` and `high`, with a central value. Sums are linear: errors are systematic."""

    low: float
    mid: float
    high: float

    def __add__(self, other: Range) -> Range:
        """Add bound by bound."""
        return Range(self.low + other.low, self.mid + other.mid, self.high + other.high)

    def __mul__(self, factor: float) -> Range:
        """Scale every bound by a factor that is not negative."""
        return Range(self.low * factor, self.mid * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one call cost the world. None where the method could not tell, and `warnings` says why.

    Units: energy kWh (of which `prefill` for the input tokens), gwp kgCO2e (of which `gwp_usage` and
    `gwp_embodied`), adpe kgSbeq, pe MJ, water L. `model_key` is the row of the model table that was used,
    `active` and `total` its parameters in billions, `grid` the electricity factor in kgCO2e/kWh.
    """

    energy: Range | None
    gwp: Range | None
    gwp_usage: Range | None = None
    gwp_embodied: Range | None = None
    adpe: Range | None = None
    pe: Range | None = None
    water: Range | None = None
    method: str = ""
    factors: str = ""
    tier: Tier = "none"
    zone: str | None = None
    matched: Literal["exact", "alias", "proxy", "none"] = "none"
    warnings: tuple[str, ...] = field(default=())
    prefill: Range | None = None
    model_key: str = ""
    active: float | None = None
    total: float | None = None
    pue: float | None = None
    grid: float | None = None
    library: str = ""
