"""Whole numbers for money and footprints, so that totals are exact in whatever order they are added.

One unit each, fine enough for one token and wide enough for a federation's decade in 64 bits:
energy nWh, greenhouse gases ng CO2e, metals fg Sb eq, primary energy µJ, water pL, money nano-euro.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, mul

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


def whole(value: float, scale: float) -> int | None:
    """Return `value` in its whole unit, None when it is no number that 64 bits can hold."""
    scaled = value * scale
    return round(scaled) if -LARGEST < scaled < LARGEST else None  # false for what is not a number, too


def columns(footprint: Footprint) -> dict[str, int | None]:
    """Return every bound of every quantity as a whole number, None where the method could not tell."""
    try:
        # All at once, without a step of Python for each of them: every closing waits for it.
        found = list(map(_rounded, map(mul, _every_bound(footprint), _SCALES)))
    except (AttributeError, OverflowError, ValueError):  # a quantity is not known, a bound is no number
        return _one_by_one(footprint)
    if min(found) > -LARGEST and max(found) < LARGEST:
        return dict(zip(_NAMES, found, strict=True))
    return _one_by_one(footprint)


def _one_by_one(footprint: Footprint) -> dict[str, int | None]:
    ranges: list[Range | None] = [getattr(footprint, _field(quantity)) for quantity in QUANTITIES]
    bounds = [getattr(one, bound, None) for one in ranges for bound in BOUNDS]
    found = [
        None if value is None else whole(value, scale) for value, scale in zip(bounds, _SCALES, strict=True)
    ]
    return dict(zip(_NAMES, found, strict=True))


def _field(quantity: str) -> str:
    return {"usage": "gwp_usage", "embodied": "gwp_embodied"}.get(quantity, quantity)


_NAMES = tuple(f"{quantity}_{bound}" for quantity in QUANTITIES for bound in BOUNDS)
_SCALES = tuple(float(SCALE[quantity]) for quantity in QUANTITIES for _ in BOUNDS)
_every_bound = attrgetter(*(f"{_field(quantity)}.{bound}" for quantity in QUANTITIES for bound in BOUNDS))
_rounded: Callable[[float], int] = float.__round__


def range_of(quantity: str, low: int, mid: int, high: int) -> Range:
    """Return whole numbers as a range in the quantity's usual unit (kWh, kg, MJ, L)."""
    scale = SCALE[quantity]
    return Range(low / scale, mid / scale, high / scale)
