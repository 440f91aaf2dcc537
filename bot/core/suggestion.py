"""One thing to do next week that would save something, computed from this week's figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.core.quantities import EURO, SCALE
from bot.core.sums import Slice, Sums

Kind = Literal["smaller_model", "shorter_answers", "shorter_inputs", "less_retrying"]

ENOUGH_CALLS = 10
MOVED = 0.5
LONG_ANSWER = 500
SHORTENED = 0.25
LONG_INPUT = 1500
TRIMMED = 0.5
MANY_FAILED = 0.05


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to change, by how much (`share`), and what it would have saved this period."""

    kind: Kind
    share: float
    gwp_kg: float
    euros: float
    model: str = ""
    instead: str = ""
    area: str = ""


def suggest(called: Iterable[Slice]) -> Suggestion | None:
    """Return the suggestion that would have saved most greenhouse gases, None when nothing is worth it."""
    slices = list(called)
    candidates = [*_smaller(slices), *_shorter(slices), *_trimmed(slices), *_fewer_failures(slices)]
    worth = [one for one in candidates if one.gwp_kg > 0]
    return max(worth, key=lambda one: (one.gwp_kg, one.kind), default=None)


def _smaller(slices: list[Slice]) -> Iterable[Suggestion]:
    models = _grouped(slices, "model")
    weighed = {
        name: sums.gwp[1] / sums.tokens
        for name, sums in models.items()
        if name and sums.calls >= ENOUGH_CALLS and sums.tokens and sums.tokens_assessed == sums.tokens
    }
    if len(weighed) < 2:
        return
    lightest = min(weighed, key=lambda name: weighed[name])
    for name, each in weighed.items():
        if name != lightest:
            sums, small = models[name], models[lightest]
            saved = (each - weighed[lightest]) * sums.tokens * MOVED / SCALE["gwp"]
            dearer = sums.cost_neur / sums.tokens - small.cost_neur / small.tokens
            euros = max(0.0, dearer * sums.tokens * MOVED / EURO)
            yield Suggestion("smaller_model", MOVED, saved, euros, name, lightest)


def _shorter(slices: list[Slice]) -> Iterable[Suggestion]:
    for area, sums in _grouped(slices, "area").items():
        if sums.calls >= ENOUGH_CALLS and sums.tokens_out / sums.calls > LONG_ANSWER:
            saved = (sums.gwp[1] - sums.prefill[1] * _grid(sums)) * SHORTENED / SCALE["gwp"]
            written = sums.tokens_out / max(1, sums.tokens)
            euros = sums.euros * written * SHORTENED
            yield Suggestion("shorter_answers", SHORTENED, max(0.0, saved), euros, area=area)


def _trimmed(slices: list[Slice]) -> Iterable[Suggestion]:
    for area, sums in _grouped(slices, "area").items():
        if sums.calls >= ENOUGH_CALLS and sums.tokens_in / sums.calls > LONG_INPUT:
            saved = sums.prefill[1] * _grid(sums) * TRIMMED / SCALE["gwp"]
            read = sums.tokens_in / max(1, sums.tokens)
            yield Suggestion("shorter_inputs", TRIMMED, saved, sums.euros * read * TRIMMED, area=area)


def _fewer_failures(slices: list[Slice]) -> Iterable[Suggestion]:
    for name, sums in _grouped([part for part in slices if part.kind == "failed"], "model").items():
        calls = sum(part.sums.calls for part in slices if part.model == name)
        if calls >= ENOUGH_CALLS and sums.calls / calls > MANY_FAILED:
            share = sums.calls / calls
            yield Suggestion("less_retrying", share, sums.gwp[1] / SCALE["gwp"], sums.euros, name)


def _grid(sums: Sums) -> float:
    """Return the mean gCO2e a kWh of what was used, as a ratio of whole units."""
    return sums.usage[1] / sums.energy[1] if sums.energy[1] else 0.0


def _grouped(slices: list[Slice], name: str) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(Sums)
    for part in slices:
        found[getattr(part, name)] += part.sums
    return dict(found)
