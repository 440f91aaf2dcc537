"""What a footprint amounts to in things people know, each with its range and its source.

For months and teams, never for a single ask, and never scaled up to a country.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.footprint import Range

VERSION = "2026-1"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """How much of `name` has the same footprint; `source` is the key of a sentence."""

    name: str
    amount: Range
    source: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One unit of something known: kgCO2e or kWh, from the least to the most that it takes."""

    name: str
    quantity: str
    low: float
    high: float
    source: str


YARDSTICKS = (
    # ADEME, Impact CO2, 2025: average car, 142 gCO2e a kilometre, between a small and a large one.
    Yardstick("car_km", "gwp", 0.100, 0.190, "ademe_car"),
    # SNCF Voyageurs, 2024: 3.5 gCO2e a passenger-kilometre by TGV; 2.4 to 4.6 over the years published.
    Yardstick("tgv_km", "gwp", 0.0024, 0.0046, "sncf_tgv"),
    # IEA 2020: 0.077 kWh an hour of streamed video; Carbon Trust 2021: 0.188 kWh.
    Yardstick("video_minutes", "energy", 0.077 / 60, 0.188 / 60, "iea_video"),
    # One litre from 15 °C to boiling takes 0.099 kWh at 100 %; kettles reach 80 to 95 %.
    Yardstick("kettles", "energy", 0.104, 0.124, "physics_kettle"),
)


def equivalents(gwp: Range | None, energy: Range | None) -> tuple[Equivalent, ...]:
    """Return each yardstick's amount, from the least footprint by the largest unit to the most by the least.

    Narrower than the footprint itself would be a precision that nobody has.
    """
    footprints = {"gwp": gwp, "energy": energy}
    found = []
    for stick in YARDSTICKS:
        value = footprints[stick.quantity]
        if value is None or value.mid <= 0:
            continue
        middle = (stick.low + stick.high) / 2
        amount = Range(value.low / stick.high, value.mid / middle, value.high / stick.low)
        found.append(Equivalent(stick.name, amount, stick.source))
    return tuple(found)
