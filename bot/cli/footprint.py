"""`sobria footprint`: what one call costs the world, by the library alone and by our estimate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.core.footprint import Footprint


def footprint(
    provider: Annotated[str, typer.Option(help="Such as mistralai, openai, anthropic.")],
    model: Annotated[str, typer.Option(help="The model's name at its provider.")],
    output_tokens: Annotated[int, typer.Option(min=0, help="Tokens written.")],
    latency: Annotated[float, typer.Option(min=0, help="Seconds that the answer took.")],
    zone: Annotated[str | None, typer.Option(help="Where the electricity is drawn: FRA, BEL …")] = None,
    input_tokens: Annotated[int, typer.Option(min=0, help="Tokens read.")] = 0,
    cached_tokens: Annotated[int, typer.Option(min=0, help="Tokens read from the provider's cache.")] = 0,
    factors: Annotated[Path | None, typer.Option(help="Factors that prevail over the library's.")] = None,
    form: Annotated[str, typer.Option("--format", help="json, the only one.")] = "json",
) -> None:
    """Estimate the footprint of one call.

    The library's figure, and ours with input tokens and doubt.

    Example: sobria footprint --provider mistralai --model mistral-small-latest --output-tokens 400
    --latency 4 --zone FRA
    """
    from bot.adapters.impacts import EcoLogitsImpacts, Factors, figures, read_factors
    from bot.core.model import ModelCard, Usage

    if form != "json":
        raise WrongUse(f"unknown format {form}; json is the only one")
    own = Factors() if factors is None else read_factors(factors)
    base = figures(provider, model, output_tokens, latency, zone, own)
    card = ModelCard(model, provider, model, zone=zone)
    found = EcoLogitsImpacts(own).assess(card, Usage(input_tokens, output_tokens, cached_tokens), latency)
    typer.echo(json.dumps(_told(base, found), ensure_ascii=False, indent=1))
    if base is None:
        why = ", ".join(found.warnings) or "the library has none"
        typer.echo(
            f"sobria: no figure for {model} ({why}); docs/carbon.md says which names are known", err=True
        )
        raise typer.Exit(1)


_RESULTS = ("energy_kwh", "gwp_kgco2eq", "adpe_kgsbeq", "pe_mj", "wcf_l")


def _told(base: Mapping[str, tuple[float, float]] | None, found: Footprint) -> dict[str, Any]:
    results = (found.energy, found.gwp, found.adpe, found.pe, found.water)
    known: Mapping[str, tuple[float, float]] = base or {}
    return {
        "base": {name: list(known[name]) if name in known else None for name in _RESULTS},
        "estimate": {
            name: None if value is None else [value.low, value.high]
            for name, value in zip(_RESULTS, results, strict=True)
        },
        "central": {
            "gwp_kgco2eq": found.gwp and found.gwp.mid,
            "energy_kwh": found.energy and found.energy.mid,
        },
        "method": found.method,
        "factors": f"{found.library}, {found.factors}",
        "matched": found.matched,
        "zone": found.zone,
        "warnings": list(found.warnings),
        "published": _published(),
    }


def _published() -> list[dict[str, Any]]:
    from bot.core.footprint import PUBLISHED

    return [
        {
            "name": one.name,
            "year": one.year,
            "output_tokens": one.tokens,
            "energy_kwh": one.energy,
            "gwp_kgco2eq": one.gwp,
            "adpe_kgsbeq": one.adpe,
            "wcf_l": one.water,
            "includes": one.includes,
        }
        for one in PUBLISHED
    ]
