"""What another policy would have decided on asks that were made: counted, and case by case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.core.ask import AskRecord
from bot.core.policy.pseudonym import hide
from bot.core.policy.verdict import Outcome, Verdict

Judge = Callable[[AskRecord], Verdict]


@dataclass(frozen=True, slots=True)
class Case:
    """An ask on which two policies differ. Its text has pseudonyms; whose it is, is not said."""

    number: int
    day: str
    before: Verdict
    after: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Replay:
    """How many asks were judged again, how many would have ended otherwise, and which."""

    asks: int
    moved: Mapping[tuple[Outcome, Outcome], int]
    renamed: int
    cases: tuple[Case, ...]

    def into(self, outcome: Outcome) -> int:
        """Return how many asks would have come to `outcome` that did not before."""
        return sum(count for (_, after), count in self.moved.items() if after is outcome)


def replayed(records: Iterable[AskRecord], before: Judge, after: Judge) -> Replay:
    """Judge every ask by both policies. Asks put to a human are left out: no policy decides on them."""
    asks = renamed = 0
    moved: Counter[tuple[Outcome, Outcome]] = Counter()
    cases = []
    for record in records:
        if record.ask.human or record.purged:
            continue
        asks += 1
        old, new = before(record), after(record)
        if old.outcome is not new.outcome:
            moved[old.outcome, new.outcome] += 1
        elif old.category != new.category:
            renamed += 1
        else:
            continue
        text = hide(record.ask.text, new.findings).text
        cases.append(Case(record.number, f"{record.ask.at:%Y-%m-%d}", old, new, text))
    return Replay(asks, dict(moved), renamed, tuple(cases))
