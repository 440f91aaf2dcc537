"""The rows of a made-up history: what each association's people asked, as chained rows and as sums of a day.

What repeats is made once: the names in a row depend on its number modulo `ROUND`, and a day's sums are one
closing's amounts times how often it happened. So a row costs little more than its digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import repeat
from operator import mul
from typing import Any

from bot.adapters.store.ledger_rows import GENESIS, assessed_row, line
from bot.adapters.store.sums import amounts_of, rollup_key, tallied_of, tally_keys
from bot.adapters.store.tables_ledger import CLOSING, OPENING, SUMS, TALLIED
from bot.core.footprint import Footprint, Range
from bot.core.model import ModelCard, Price

PEOPLE = 20
TEAMS = 3
ROUND = 60
"""After so many numbers the same person asks for the same thing of the same model again."""
_SOME = Range(4e-5, 1e-4, 8e-4)
FOOTPRINT = Footprint(
    *(_SOME,) * 7,
    method="sobria-1",
    factors="bench",
    tier="model",
    zone="SWE",
    matched="exact",
    prefill=_SOME,
)
CARD = ModelCard(
    "small", "mistralai", "mistral-small-latest", zone="SWE", price=Price(0.1, 0.3, since=date(2026, 1, 1))
)
ASSESSED = assessed_row(FOOTPRINT)
_MODELS = ("mistral-small-latest", "mistral-small-latest", "mistral-large-latest", "ministral-8b-latest")
_AREAS = (("compte-rendu", "Réunions"), (None, None), ("traduire", "Traduction"), ("falc", "Langage clair"))
_FIXED: dict[str, Any] = {
    "card": "small",
    "provider": "mistralai",
    "host": "",
    "hosting": "cloud",
    "zone": "SWE",
    "zone_basis": "assumed",
    "token_source": "api",
    "tokens_cached": 0,
    "tokens_cache_write": 0,
    "tokens_reasoning": 0,
    "latency_us": 3_200_000,
    "first_token_us": 400_000,
    "cost_neur": 120_000,
    "price_since": 20260101,
}


class Chains:
    """Makes the rows of each association's chain, one after the other."""

    def __init__(self, associations: int) -> None:
        self._heads = [(0, GENESIS)] * associations

    def opening(self, which: int, number: int, entry: str, at: int, day: int) -> tuple[Any, ...]:
        """Return an opening as the columns `OPENING` and the digest."""
        asker, subject, text = _asked(which, number % ROUND)
        return self._row(which, (entry, 0, "opened", at, day), (*asker, entry, *subject), text % entry)

    def closing(self, which: int, number: int, entry: str, at: int, day: int) -> tuple[Any, ...]:
        """Return a closing as the columns `CLOSING` and the digest."""
        return self._row(which, (entry, 1, "settled", at, day), *_used(number % 4, *tokens(number)))

    def _row(self, which: int, moment: tuple[Any, ...], rest: tuple[Any, ...], text: str) -> tuple[Any, ...]:
        position, before = self._heads[which]
        name, (entry, phase, kind, at, day) = organisation(which), moment
        line = f'["{name}",{position + 1},"{entry}",{phase},"{kind}",{at},{day},{text}'
        digest = sha256(before + line.encode()).digest()
        self._heads[which] = (position + 1, digest)
        return (name, position + 1, *moment, *rest, digest)


class DaySums:
    """Counts a day's closings by what they have in common, then makes the day's rows of sums."""

    def __init__(self) -> None:
        self._rollup: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._tally: dict[tuple[int, str, int], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, which: int, number: int) -> None:
        """Count one closing."""
        read, written = tokens(number)
        counted = (
            self._rollup[which, number % 12],
            self._tally[which, "organisation", 0],
            self._tally[which, "team", number % TEAMS],
            self._tally[which, "person", number % PEOPLE],
        )
        for sums in counted:
            sums[0] += 1
            sums[1] += read
            sums[2] += written

    def rollup(self, day: int) -> Iterator[tuple[Any, ...]]:
        """Yield the day's rows of `rollup`, in the order of its key."""
        for key, sums in sorted(self._rollup.items(), key=lambda one: one[0]):
            (name, _, *facets), amounts = _rollup_of(*key)
            yield (name, day, *facets, *_times(amounts, SUMS, *sums))

    def tally(self, day: int) -> Iterator[tuple[Any, ...]]:
        """Yield the day's rows of `tally`, in the order of its key."""
        for key, sums in sorted(self._tally.items(), key=lambda one: one[0]):
            (_, *whose), amounts = _tally_of(*key)
            yield (day, *whose, *_times(amounts, TALLIED, *sums))


def organisation(which: int) -> str:
    """Return the id of an association by its number."""
    return f"org{which:04}"


def tokens(number: int) -> tuple[int, int]:
    """Return what the call of that number read and wrote."""
    return 300 + number % 900, 100 + number % 400


@cache
def _asked(which: int, turn: int) -> tuple[tuple[Any, ...], tuple[Any, ...], str]:
    """Return the opening's columns before and after `ask`, and their JSON with a gap for it."""
    name = organisation(which)
    template, area = _AREAS[turn // 3 % 4]
    asker = (f"{name}-p{turn % PEOPLE}", f"{name}-t{turn % TEAMS}")
    subject = ("answer", None, template, area, "console", 0)
    return asker, subject, line([*asker, "%s", *subject]).decode()[1:]


@cache
def _used(model: int, read: int, written: int) -> tuple[tuple[Any, ...], str]:
    """Return the closing's own columns and their JSON."""
    row = dict.fromkeys(CLOSING) | _FIXED | {"tokens_in": read, "tokens_out": written}
    row |= {"model": _MODELS[model], "model_served": _MODELS[model]}
    values = tuple(row[name] for name in CLOSING[7:])
    return values, line(values).decode()[1:]


def _closing(which: int, turn: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an entry's two rows as the sums want them, without tokens."""
    asker, subject, _ = _asked(which, turn)
    opened = dict(zip(OPENING[7:], (*asker, None, *subject), strict=True))
    closed = dict(zip(CLOSING[7:], _used(turn % 4, 0, 0)[0], strict=True))
    return {**opened, "organisation": organisation(which)}, {**closed, "kind": "settled", "day": 0}


@cache
def _rollup_of(which: int, turn: int) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    opened, closed = _closing(which, turn)
    return rollup_key(opened, closed, ASSESSED), amounts_of(closed, ASSESSED)


@cache
def _tally_of(which: int, scope: str, turn: int) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    opened, closed = _closing(which, turn)
    key = next(one for one in tally_keys(opened, 0) if one[2] == scope)
    return key, tallied_of(amounts_of(closed, ASSESSED), closed["kind"])


_OWN = ("tokens_in", "tokens_out", "tokens", "tokens_assessed")


@cache
def _places(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return where the counted tokens stand among `names`: their place, and read (0), written (1) or both."""
    which = dict(zip(_OWN, (0, 1, 2, 2), strict=True))
    return tuple((names.index(name), which[name]) for name in _OWN if name in names)


def _times(
    amounts: tuple[int, ...], names: tuple[str, ...], entries: int, read: int, written: int
) -> list[int]:
    """Return one closing's amounts, as often as it happened and with the tokens that were counted."""
    row = list(map(mul, amounts, repeat(entries)))
    counted = (read, written, read + written)
    for place, which in _places(names):
        row[place] = counted[which]
    return row
