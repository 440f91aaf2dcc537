"""The only import of EcoLogits: its tables, its calculation, and the coefficients drawn from it.

For one model in one zone every result is `a` a token plus `b` a second of generation, and the time is the
call's own or the library's estimate, whichever is shorter. Three questions to the library give `a` and
`b`, a fourth its estimate of time. What is computed from them equals what it would answer (see the tests).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from bot.adapters.impacts.factors import Factors
from bot.adapters.impacts.models import ALIASES, PROVIDERS, UNLISTED

Matched = Literal["exact", "alias", "proxy", "none"]
Pair = tuple[float, float]
Results = dict[str, Pair]

ASSUMED_PUE: Pair = (1.1, 1.4)
ASSUMED_WUE: Pair = (0.1, 1.0)
_PROBE_TOKENS = 1000
_PROBE_SECONDS = 0.25  # shorter than any provider takes for the probe's tokens
_NO_LIMIT = 1e12


@dataclass(frozen=True, slots=True)
class Known:
    """A model as the calculation needs it. Parameters in billions, low and high."""

    provider: str
    key: str
    matched: Matched
    total: Pair
    active: Pair
    tps: float | None = None
    ttft: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """What a kilowatt-hour drawn in a zone costs: kgCO2e, kgSbeq, MJ, litres."""

    zone: str
    gwp: float
    adpe: float
    pe: float
    water: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Low and high bound of each result, a token and a second; and the seconds of generation."""

    per_token: Results
    per_second: Results
    first_token: Pair
    token_seconds: Pair
    pue: Pair

    def at(self, tokens: int, latency: float) -> Results:
        """Return every result for an answer of `tokens` that took `latency` seconds."""
        low, high = (
            min(latency, first + tokens * each)
            for first, each in zip(self.first_token, self.token_seconds, strict=True)
        )
        return {
            name: (a[0] * tokens + b[0] * low, a[1] * tokens + b[1] * high)
            for (name, a), b in zip(self.per_token.items(), self.per_second.values(), strict=True)
        }


@cache
def _ecologits() -> Any:
    # Late, as it takes 200 ms; and it installs its own logger class for the whole program, which is undone.
    kept = logging.getLoggerClass()
    try:
        import ecologits.electricity_mix_repository as mixes
        import ecologits.impacts.llm as llm
        import ecologits.model_repository as models
        import ecologits.tracers.utils as tracers
        from ecologits.utils.range_value import RangeValue
    finally:
        logging.setLoggerClass(kept)
    return _Library(models.models, mixes.electricity_mixes, tracers.PROVIDER_CONFIG_MAP, llm, RangeValue)


@dataclass(frozen=True, slots=True)
class _Library:
    models: Any
    mixes: Any
    centres: Any
    llm: Any
    range: Callable[..., Any]


@cache
def stamp() -> tuple[str, str]:
    """Return the library with its version, and a digest of its model and electricity tables."""
    import ecologits

    tables = Path(ecologits.__file__).parent / "data"
    digest = sha256(
        b"".join((tables / name).read_bytes() for name in ("models.json", "electricity_mixes.json"))
    )
    return f"ecologits {version('ecologits')}", digest.hexdigest()[:12]


def known_model(provider: str, name: str, impacts_as: str | None, factors: Factors) -> Known | None:
    """Find a model by the settings' word for it, its own name, an alias, or what the factors say of it."""
    given = factors.parameters.get(f"{provider}/{name}")
    host = PROVIDERS.get(provider, provider)
    if given is not None:
        return Known(host, f"{provider}/{name}", "proxy", (given[0],) * 2, (given[1],) * 2)
    if impacts_as:
        first, _, rest = impacts_as.partition("/")
        model_host, wanted = (first, rest) if first in _ecologits().centres else (host, impacts_as)
        return _looked_up(PROVIDERS.get(model_host, model_host), wanted, "alias")
    return _looked_up(host, name, "exact")


def _looked_up(provider: str, name: str, matched: Matched) -> Known | None:
    listed = _ecologits().models.find_model(provider=provider, model_name=name)
    if listed is not None:
        return _known(listed, provider, name, matched)
    if (provider, name) in UNLISTED:
        total, active = UNLISTED[provider, name]
        return Known(provider, name, "alias", (total, total), (active, active), warnings=("model-unlisted",))
    if (provider, name) in ALIASES:
        return _looked_up(provider, ALIASES[provider, name], "alias")
    open_weights = _ecologits().models.find_model(provider="huggingface_hub", model_name=name)
    return None if open_weights is None else _known(open_weights, provider, name, "alias")


def _known(listed: Any, provider: str, name: str, matched: Matched) -> Known:
    parameters = listed.architecture.parameters
    deployment = listed.deployment
    return Known(
        provider,
        name,
        matched,
        _pair(getattr(parameters, "total", parameters)),
        _pair(getattr(parameters, "active", parameters)),
        deployment.tps if deployment else None,
        deployment.ttft if deployment else None,
        tuple(warning.code for warning in listed.warnings),
    )


def zone_of(provider: str, zone: str | None) -> str:
    """Return the zone, or the provider's own when none is given (the world's for an unknown provider)."""
    centre = _ecologits().centres.get(PROVIDERS.get(provider, provider))
    return zone or (centre.datacenter_location if centre else "WOR")


def grid_of(zone: str, factors: Factors) -> Grid | None:
    """Return the zone's electricity, None when nobody knows the zone."""
    listed = _ecologits().mixes.find_electricity_mix(zone=zone)
    own = factors.grid.get(zone, {})
    if listed is None and set(own) != {"gwp", "adpe", "pe", "water"}:
        return None
    values = (
        {}
        if listed is None
        else {"gwp": listed.gwp, "adpe": listed.adpe, "pe": listed.pe, "water": listed.wue}
    )
    warnings = () if listed is None else tuple(warning.code for warning in listed.warnings)
    return Grid(zone, **{**values, **own}, warnings=warnings)


def centre_of(provider: str, factors: Factors) -> tuple[Pair, Pair, tuple[str, ...]]:
    """Return a provider's PUE and WUE (L/kWh), assumed with a warning when the library has none."""
    centre = _ecologits().centres.get(provider)
    warnings: tuple[str, ...] = ("datacentre-assumed",)
    pue, wue = ASSUMED_PUE, ASSUMED_WUE
    if centre is not None:
        pue, wue, warnings = _pair(centre.datacenter_pue), _pair(centre.datacenter_wue), ()
    own = factors.pue.get(provider)
    return (pue if own is None else (own, own)), wue, warnings


def base_of(model: Known, grid: Grid, tokens: int, latency: float, factors: Factors) -> Results:
    """Return the library's own figures, unchanged, by one call to it."""
    library = _ecologits()
    pue, wue, _ = centre_of(model.provider, factors)
    found = library.llm.compute_llm_impacts(
        model_active_parameter_count=_ranged(model.active),
        model_total_parameter_count=_ranged(model.total),
        output_token_count=tokens,
        request_latency=latency,
        if_electricity_mix_adpe=grid.adpe,
        if_electricity_mix_pe=grid.pe,
        if_electricity_mix_gwp=grid.gwp,
        if_electricity_mix_wue=grid.water,
        datacenter_pue=_ranged(pue),
        datacenter_wue=_ranged(wue),
        tps=model.tps,
        ttft=model.ttft,
    )
    usage, embodied = found.usage, found.embodied
    return {
        "energy": _pair(usage.energy.value),
        "gwp_usage": _pair(usage.gwp.value),
        "adpe_usage": _pair(usage.adpe.value),
        "pe_usage": _pair(usage.pe.value),
        "water": _pair(usage.wcf.value),
        "gwp_embodied": _pair(embodied.gwp.value),
        "adpe_embodied": _pair(embodied.adpe.value),
        "pe_embodied": _pair(embodied.pe.value),
    }


def coefficients(model: Known, grid: Grid, factors: Factors) -> Coefficients:
    """Draw the coefficients of a model in a zone from the library."""
    tokens, seconds = _PROBE_TOKENS, _PROBE_SECONDS
    still = base_of(model, grid, tokens, 0.0, factors)
    timed = base_of(model, grid, tokens, seconds, factors)
    once, twice = (base_of(model, grid, times * tokens, _NO_LIMIT, factors) for times in (1, 2))
    per_second = {name: _each(lambda a, b: (b - a) / seconds, still[name], timed[name]) for name in still}
    clock = per_second["gwp_embodied"]
    first, second = (_each(lambda a, b: b / a, clock, one["gwp_embodied"]) for one in (once, twice))
    token_seconds = _each(lambda a, b: (b - a) / tokens, first, second)
    return Coefficients(
        {name: _each(lambda a, _: a / tokens, pair, pair) for name, pair in still.items()},
        per_second,
        _each(lambda a, b: a - b * tokens, first, token_seconds),
        token_seconds,
        centre_of(model.provider, factors)[0],
    )


def _each(calculate: Callable[[float, float], float], one: Pair, other: Pair) -> Pair:
    return calculate(one[0], other[0]), calculate(one[1], other[1])


def _pair(value: Any) -> Pair:
    if isinstance(value, int | float):
        return float(value), float(value)
    return float(value.min), float(value.max)


def _ranged(pair: Pair) -> Any:
    return pair[0] if pair[0] == pair[1] else _ecologits().range(min=pair[0], max=pair[1])
