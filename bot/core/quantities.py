"""Whole numbers for money and footprints, so that totals are exact in whatever order they are added.

One unit each, fine enough for one token and wide enough for a federation's decade in 64 bits:
energy nWh, greenhouse gases ng CO2e, metals fg Sb eq, primary energy µJ, water pL, money nano-euro.
"""

from __future__ import annotations

import math

from bot.core.footprint import Footprint, Range

QUANTITIES = ("energy", "prefill", "gwp", "usage", "embodied", "adpe", "pe", "water")
BOUNDS = ("low", "mid", "high")
SCALE = {
    "energy": 10**12,  # kWh to nWh
    "prefill": 10**12,
    "gwp": 10**12,  # kg to ng
    "usage": 10**12,
    "embodied": 10**12,
    "adpe": 10**18,  # kg to fg
    "pe": 10**12,  # MJ to µJ
    "water": 10**12,  # L to pL
}
EURO = 10**9
LARGEST = 2**63 - 1
_FIELD = {"usage": "gwp_usage", "embodied": "gwp_embodied"}


def whole(value: float, scale: int) -> int | None:
    """Return `value` in its whole unit, None when it is no number that 64 bits can hold."""
    if not math.isfinite(value) or abs(value * scale) > LARGEST:
        return None
    return round(value * scale)


def columns(footprint: Footprint) -> dict[str, int | None]:
    """Return every bound of every quantity as a whole number, None where the method could not tell."""
    found: dict[str, int | None] = {}
    for quantity in QUANTITIES:
        value: Range | None = getattr(footprint, _FIELD.get(quantity, quantity))
        for bound in BOUNDS:
            number = None if value is None else whole(getattr(value, bound), SCALE[quantity])
            found[f"{quantity}_{bound}"] = number
    return found


def range_of(quantity: str, low: int, mid: int, high: int) -> Range:
    """Return whole numbers as a range in the quantity's usual unit (kWh, kg, MJ, L)."""
    scale = SCALE[quantity]
    return Range(low / scale, mid / scale, high / scale)
