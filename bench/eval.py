"""Everything that the policy must reach, in one table: asks, personal data, general harm, time, load and memory.

    python bench/eval.py [--presidio PYTHON]

The texts are those that nothing was trained on. Time is only judged beside its peer: without `--presidio`
(see `bench/policy.py`) it is printed with nothing to reach. Ends with 1 when a figure is not reached.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import personal
import policy as timing

from bot import policing
from bot.core.policy import measure, quality
from bot.core.policy.engine import Policy

ASKS = timing.ROOT / "tests/content/asks"
LEAKED, FALSE_SPANS, TIMES_AS_FAST, SECONDS, MEGABYTES = 0.01, 0.05, 10.0, 2.0, 250.0
HARM, LOOK_ALIKES = 0.90, 0.05
HANDS = ("held", "held_desk", "held_survey")
"""Sets of asks by different hands that had read the categories and nothing else."""
TWINS = "held_twins"
"""Asks in pairs that differ in what decides alone: harder than what people type, so nothing is asked of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, over how many texts, and what to reach: at least, or at most; None when nothing is asked."""

    what: str
    here: float
    of: int | None = None
    reach: float | None = None
    most: bool = False

    @property
    def holds(self) -> bool:
        """Return whether the figure is reached."""
        if self.reach is None:
            return True
        return self.here <= self.reach if self.most else self.here >= self.reach

    def __str__(self) -> str:
        """Return the row as printed."""
        wanted = "" if self.reach is None else f"{'≤' if self.most else '≥'} {self.reach:g}"
        texts = "" if self.of is None else str(self.of)
        return f"{' ' if self.holds else '!'} {self.what:36}{wanted:>8}{self.here:10.3f}{texts:>8}"


def asks(shipped: Policy) -> Iterator[Row]:
    """Yield what verdicts must reach, on the held-back asks of each hand, and what they reach on twins."""
    for hand in (*HANDS, TWINS):
        found = quality.measure((each, shipped.check(each.text, {})) for each in labelled(hand))
        for name, reach in quality.REACH.items():
            wanted = None if hand == TWINS else reach
            what = f"{hand}: {name}"
            yield Row(what, found.share(name) or 0.0, found.asked[name], wanted, most=name.startswith("over"))


def harm(shipped: Policy) -> Iterator[Row]:
    """Yield how much general harm is stopped, and how much of what only sounds like it."""
    found = quality.measure((each, shipped.check(each.text, {})) for each in labelled("harm"))
    yield Row("general harm flagged", found.share("flagged") or 0.0, found.asked["flagged"], HARM)
    over = found.share("over-flagged") or 0.0
    yield Row("harmless look-alikes flagged", over, found.asked["over-flagged"], LOOK_ALIKES, most=True)


def labelled(name: str) -> Iterator[quality.Labelled]:
    """Yield the labelled asks of a set."""
    for line in (ASKS / f"{name}.jsonl").read_text().splitlines():
        one = json.loads(line)
        yield quality.Labelled(one["id"], one["text"], one["verdict"], one["category"], one["hard"])


def spans(find: Callable[[str], list[measure.Stretch]]) -> Iterator[Row]:
    """Yield F1 by label, and what is left visible or hidden for nothing, on the held-back texts."""
    texts = [each for each in personal.examples() if each.split == "held"]
    found = measure.measure(texts, find)
    for label, reach in personal.REACH.items():
        score = found.labels.get(label, measure.Score())
        yield Row(f"{label} F1", score.f1, score.right + score.missed, reach)
    yield Row("personal characters left visible", found.leaked, len(texts), LEAKED, most=True)
    clean = sum(not each.spans for each in texts)
    yield Row("false spans in a text without any", found.false_spans, clean, FALSE_SPANS, most=True)


def speed(presidio: str | None) -> Iterator[Row]:
    """Yield load, memory and milliseconds a text, and the ratio to the peer."""
    readers = {"sobria": timing.Reader(sys.executable, timing.OURS)}
    if presidio:
        readers["presidio"] = timing.Reader(presidio, timing.PRESIDIO)
    ready = readers["sobria"].ready
    yield Row("load, s", ready["load"], None, SECONDS, most=True)
    yield Row("memory, MB", ready["memory"], None, MEGABYTES, most=True)
    for words in (20, 60):
        spent = timing.spent(readers, words)
        medians = {name: statistics.median(each) for name, each in spent.items()}
        for name, median in medians.items():
            yield Row(f"{words} words, {name}, ms", median, len(spent[name]))
        if presidio:
            ratio = medians["presidio"] / medians["sobria"]
            yield Row(f"{words} words, times as fast", ratio, None, TIMES_AS_FAST)
    for reader in readers.values():
        reader.close()


def main() -> None:
    """Print the table row by row; end with 1 when a figure is not reached."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--presidio", metavar="PYTHON")
    wanted = arguments.parse_args()
    shipped = policing.load(Path(timing.ROOT) / "policies", inspect=policing.personal_data())
    print(f"  {'what':36}{'reach':>8}{'here':>10}{'texts':>8}")
    missed = 0
    for rows in (asks(shipped), harm(shipped), spans(personal.finder()), speed(wanted.presidio)):
        for row in rows:
            missed += not row.holds
            print(row, flush=True)
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
