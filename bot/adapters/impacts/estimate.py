"""From the library's figures to ours: the middle plus the input's share, and a range that holds doubt."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from bot.adapters.impacts.factors import Factors
from bot.adapters.impacts.library import (
    Coefficients,
    Grid,
    Known,
    Pair,
    base_of,
    centre_of,
    coefficients,
    grid_of,
    known_model,
    stamp,
    zone_of,
)
from bot.core.footprint import (
    ADPE_WIDTH,
    EMBODIED_WIDTH,
    ENERGY_WIDTH,
    GRID_WIDTH,
    MEASURED_WIDTH,
    METHOD,
    WATER_WIDTH,
    Footprint,
    Range,
    Tier,
    Width,
    own_machine_energy,
    prefill_energy,
    prefill_per_token,
    widened,
)
from bot.core.model import ModelCard, Usage

log = logging.getLogger(__name__)
_USAGE_WIDTH = Width(ENERGY_WIDTH.low * GRID_WIDTH.low, ENERGY_WIDTH.high * GRID_WIDTH.high)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is kept of a model in a zone, so that an assessment is arithmetic only."""

    model: Known
    grid: Grid
    coefficients: Coefficients
    prefill: Range
    warnings: tuple[str, ...]


class EcoLogitsImpacts:
    """The port Impacts. Loads the library at the first assessment (200 ms), then takes microseconds."""

    def __init__(self, factors: Factors | None = None, zone: str = "BEL") -> None:
        """`zone` is where an owned machine draws its electricity when its card does not say."""
        self._factors = factors or Factors()
        self._zone = zone
        self._drawn: dict[tuple[str, str, str | None, str | None], _Drawn | Footprint] = {}
        self._grids: dict[str, Grid | None] = {}

    @property
    def factors(self) -> str:
        """Return the name of the tables in use: the library's digest, and the accountant's set if any."""
        own = self._factors.version
        return f"{own}+{stamp()[1]}" if own else stamp()[1]

    def assess(
        self, card: ModelCard, usage: Usage, latency: float, watt_hours: float | None = None
    ) -> Footprint:
        """Return the footprint of one call. Never raises: a fault of the library is a warning."""
        try:
            return self._assess(card, usage, max(0.0, latency), watt_hours)
        except (ArithmeticError, AttributeError, ImportError, LookupError, TypeError, ValueError) as fault:
            log.warning("footprint of %s/%s: %s", card.provider, card.model, type(fault).__name__)
            return Footprint(None, None, method=METHOD, zone=card.zone, warnings=("method-failed",))

    def _assess(self, card: ModelCard, usage: Usage, latency: float, watt_hours: float | None) -> Footprint:
        if card.hosting == "owned" or watt_hours is not None:
            return self._own_machine(card, latency, watt_hours)
        key = (card.provider, card.model, card.impacts_as, card.zone)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(card)
        return drawn if isinstance(drawn, Footprint) else self._estimate(drawn, usage, latency)

    def _draw(self, card: ModelCard) -> _Drawn | Footprint:
        model = known_model(card.provider, card.model, card.impacts_as, self._factors)
        if model is None:
            return self._untold("model-not-registered", zone=card.zone)
        grid = grid_of(zone_of(model.provider, card.zone), self._factors)
        if grid is None:
            return self._untold("zone-not-registered", zone=card.zone)
        drawn = coefficients(model, grid, self._factors)
        centre = centre_of(model.provider, self._factors)[2]
        assumed = () if card.zone else ("zone-assumed",)
        warnings = (*model.warnings, *grid.warnings, *centre, *assumed)
        return _Drawn(model, grid, drawn, _prefill(model, drawn), warnings)

    def _untold(self, warning: str, zone: str | None) -> Footprint:
        library, _ = stamp()
        return Footprint(
            None, None, method=METHOD, factors=self.factors, zone=zone, warnings=(warning,), library=library
        )

    def _estimate(self, drawn: _Drawn, usage: Usage, latency: float) -> Footprint:
        base = drawn.coefficients.at(usage.output, latency)
        grid = drawn.grid
        prefill = prefill_energy(drawn.prefill, usage.input + usage.cache_write, usage.cached)
        # Hardware is busy while it reads, too: its share grows as the energy does.
        longer = 1 + (prefill.mid / _middle(base["energy"]) if base["energy"][1] > 0 else 0)
        gwp_usage = widened(*base["gwp_usage"], _USAGE_WIDTH) + _at_grid(prefill, grid.gwp)
        gwp_embodied = widened(*base["gwp_embodied"], EMBODIED_WIDTH) * longer
        adpe = widened(*_sum(base["adpe_usage"], base["adpe_embodied"]), ADPE_WIDTH)
        pe = widened(*_sum(base["pe_usage"], base["pe_embodied"]), ENERGY_WIDTH)
        return Footprint(
            widened(*base["energy"], ENERGY_WIDTH) + prefill,
            gwp_usage + gwp_embodied,
            gwp_usage,
            gwp_embodied,
            adpe + prefill * grid.adpe,
            pe + prefill * grid.pe,
            widened(*base["water"], WATER_WIDTH) + prefill * grid.water,
            tier="proxy" if drawn.model.matched == "proxy" else "model",
            matched=drawn.model.matched,
            warnings=drawn.warnings,
            prefill=prefill,
            model_key=f"{drawn.model.provider}/{drawn.model.key}",
            active=_middle(drawn.model.active),
            total=_middle(drawn.model.total),
            pue=_middle(drawn.coefficients.pue),
            **self._of(grid),
        )

    def _own_machine(self, card: ModelCard, latency: float, watt_hours: float | None) -> Footprint:
        zone = card.zone or self._zone
        if zone not in self._grids:
            self._grids[zone] = grid_of(zone, self._factors)
        grid = self._grids[zone]
        if grid is None:
            return self._untold("zone-not-registered", zone=zone)
        energy, tier, warning = _own_energy(card, latency, watt_hours)
        gwp = _at_grid(energy, grid.gwp)
        # Making the machine is among the association's own purchases: not counted again at each ask.
        warnings = (warning, "hardware-in-own-purchases", *grid.warnings)
        return Footprint(
            energy,
            gwp,
            gwp,
            None,
            energy * grid.adpe,
            energy * grid.pe,
            energy * grid.water,
            tier=tier,
            matched="exact" if tier == "measured" else "proxy",
            warnings=warnings,
            pue=1.0,
            **self._of(grid),
        )

    def _of(self, grid: Grid) -> dict[str, Any]:
        library, _ = stamp()
        named = {"method": METHOD, "factors": self.factors, "library": library}
        return {**named, "zone": grid.zone, "grid": grid.gwp}


def figures(
    provider: str, model: str, tokens: int, latency: float, zone: str | None, factors: Factors | None = None
) -> dict[str, Pair] | None:
    """Return the library's own figures, unchanged, as `sobria footprint` prints them; None if unknown."""
    own = factors or Factors()
    known = known_model(provider, model, None, own)
    grid = None if known is None else grid_of(zone_of(known.provider, zone), own)
    if known is None or grid is None:
        return None
    found = base_of(known, grid, tokens, latency, own)
    return {
        "energy_kwh": found["energy"],
        "gwp_kgco2eq": _sum(found["gwp_usage"], found["gwp_embodied"]),
        "adpe_kgsbeq": _sum(found["adpe_usage"], found["adpe_embodied"]),
        "pe_mj": _sum(found["pe_usage"], found["pe_embodied"]),
        "wcf_l": found["water"],
    }


def _prefill(model: Known, drawn: Coefficients) -> Range:
    energy, clock = drawn.per_token["energy"], drawn.per_second["energy"]
    output = [a + b * s for a, b, s in zip(energy, clock, drawn.token_seconds, strict=True)]
    low, high = drawn.pue
    active = Range(model.active[0], _middle(model.active), model.active[1])
    return prefill_per_token(active, Range(low, (low + high) / 2, high), Range(output[0], 0.0, output[1]))


def _own_energy(card: ModelCard, latency: float, watt_hours: float | None) -> tuple[Range, Tier, str]:
    if watt_hours is not None:
        used = watt_hours / 1000
        return (
            Range(used * MEASURED_WIDTH.low, used, used * MEASURED_WIDTH.high),
            "measured",
            "watts-measured",
        )
    warning = "watts-assumed" if card.watts is None else "watts-declared"
    return own_machine_energy(latency, card.watts), "proxy", warning


def _at_grid(energy: Range, factor: float) -> Range:
    return Range(
        energy.low * factor * GRID_WIDTH.low, energy.mid * factor, energy.high * factor * GRID_WIDTH.high
    )


def _middle(pair: Pair) -> float:
    return (pair[0] + pair[1]) / 2


def _sum(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]
