"""How well personal data are found: exact stretches by label, characters left visible, false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Stretch = tuple[int, int, str]
"""Start, end and label, in code points of the text as received."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the personal data that are in it. `split` is `dev`, or `held` for texts nobody tunes on."""

    id: str
    text: str
    spans: tuple[Stretch, ...]
    split: str = "dev"


@dataclass(frozen=True, slots=True)
class Score:
    """What was right, invented and missed for one label."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall, 1.0 when there was nothing to find."""
        everything = 2 * self.right + self.invented + self.missed
        return 2 * self.right / everything if everything else 1.0

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right."""
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what there was that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of a whole set, and what went wrong: (example, kind of fault, stretch)."""

    labels: dict[str, Score]
    leaked: float
    """Share of personal characters that no finding covers."""
    false_spans: float
    """Findings per text that has nothing personal in it."""
    faults: tuple[tuple[str, str, Stretch], ...] = field(default=())


def measure(examples: Iterable[Example], find: Callable[[str], Sequence[Stretch]]) -> Quality:
    """Score `find` on the examples; a stretch counts as right when both ends and the label agree."""
    right, invented, missed = Counter[str](), Counter[str](), Counter[str]()
    personal = leaked = clean = false = 0
    faults: list[tuple[str, str, Stretch]] = []
    for example in examples:
        wanted, found = set(example.spans), set(find(example.text))
        right.update(label for *_, label in wanted & found)
        invented.update(label for *_, label in found - wanted)
        missed.update(label for *_, label in wanted - found)
        faults += [(example.id, "invented", one) for one in sorted(found - wanted)]
        faults += [(example.id, "missed", one) for one in sorted(wanted - found)]
        visible = _characters(wanted)
        personal += len(visible)
        leaked += len(visible - _characters(found))
        clean += not wanted
        false += 0 if wanted else len(found)
    labels = sorted({*right, *invented, *missed})
    scores = {label: Score(right[label], invented[label], missed[label]) for label in labels}
    return Quality(
        scores, leaked / personal if personal else 0.0, false / clean if clean else 0.0, tuple(faults)
    )


def _characters(stretches: Iterable[Stretch]) -> set[int]:
    return {place for start, end, _ in stretches for place in range(start, end)}
