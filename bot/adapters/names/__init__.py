"""The names detector's memory: a gazetteer and the weights of its model, read once from files shipped here.

`SOURCES.md` beside this file names sources and licences; `bench/names` holds the scripts that made both.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from bot.core.policy.detectors.figures import by_first_word
from bot.core.policy.detectors.names import NameModel, Names

_HERE = Path(__file__).parent


def load(threshold: float = 0.45) -> Names:
    """Read gazetteer and weights: half a second, about 60 MB."""
    weights = json.loads(gzip.decompress((_HERE / "weights.json.gz").read_bytes()))
    return Names(NameModel(read_gazetteer(), weights, by_first_word(read_figures()), threshold))


def read_figures() -> list[str]:
    """Return the names of public figures, folded."""
    return [line for line in (_HERE / "figures.txt").read_text().splitlines() if line and line[0] != "#"]


def read_gazetteer() -> dict[str, str]:
    """Return what is known of each folded word; equal figures share one string."""
    figures: dict[str, str] = {}
    known: dict[str, str] = {}
    for line in gzip.decompress((_HERE / "gazetteer.txt.gz").read_bytes()).decode().split("\n"):
        word, _, code = line.rpartition(" ")
        known[word] = figures.setdefault(code, code)
    return known
