"""Whole numbers for money and footprints, so that totals are exact in whatever order they are added.

One unit each, fine enough for one token and wide enough for a federation's decade in 64 bits:
energy nWh, greenhouse gases ng CO2e, metals fg Sb eq, primary energy µJ, water pL, money nano-euro.
"""

from __future__ import annotations

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
    scaled = value * scale
    return round(scaled) if -LARGEST < scaled < LARGEST else None  # false for what is not a number, too


def columns(footprint: Footprint) -> dict[str, int | None]:
    """Return every bound of every quantity as a whole number, None where the method could not tell."""
    found: list[int | None] = []
    for attribute, scale in _FIELDS:
        value: Range | None = getattr(footprint, attribute)
        if value is None:
            found += (None, None, None)
        else:
            found += (whole(value.low, scale), whole(value.mid, scale), whole(value.high, scale))
    return dict(zip(_NAMES, found, strict=True))


_NAMES = tuple(f"{quantity}_{bound}" for quantity in QUANTITIES for bound in BOUNDS)
_FIELDS = tuple((_FIELD.get(quantity, quantity), SCALE[quantity]) for quantity in QUANTITIES)


def range_of(quantity: str, low: int, mid: int, high: int) -> Range:
    """Return whole numbers as a range in the quantity's usual unit (kWh, kg, MJ, L)."""
    scale = SCALE[quantity]
    return Range(low / scale, mid / scale, high / scale)
