"""Reads the examples that the likeness model learns from: written out, or composed from a sentence's slots.

`label` is `allow` or a category's code, `texts` are written out; `compose` has sentences such as
« {qui} a reçu {quoi}, {question} » and, under `slots`, what may stand for each.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.files.policy import digest
from bot.adapters.files.reading import Part, document, documents, written
from bot.core.policy.likeness import ALLOW

COMPOSED_WEIGHT = 0.35
"""What a composed example counts for beside one that somebody wrote as a whole."""

OWN_WEIGHT = 3.0
"""What an organisation's own example counts for: it knows its people, and has few examples."""

LEARNT_FROM = ("examples/*.yaml",)

_SLOT = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Teaching:
    """A text to learn from, its class (`allow` or a category's code), and what it counts for."""

    text: str
    label: str
    weight: float = 1.0


def fingerprint(folders: Iterable[Path]) -> str:
    """Return the fingerprint of all that the likeness model learns from."""
    return digest(folders, LEARNT_FROM)


def teachings(folders: Iterable[Path], labels: Iterable[str]) -> tuple[Teaching, ...]:
    """Return every example of `folders`, the shipped one first. Raises ContentError."""
    known = (ALLOW, *labels)
    found: list[Teaching] = []
    for number, folder in enumerate(folders):
        for path in documents(folder, "examples/*.yaml"):
            part = document(*written(path, folder.parent))
            found += _file(part, known, OWN_WEIGHT if number else 1.0)
    return tuple(found)


def _file(part: Part, known: tuple[str, ...], weight: float) -> Iterator[Teaching]:
    fields = part.known(("label",), ("texts", "compose"))
    label = fields["label"].one_of(known)
    for text in fields["texts"].texts() if "texts" in fields else ():
        yield Teaching(text, label, weight)
    for each in fields["compose"].parts() if "compose" in fields else ():
        for text in _composed(each):
            yield Teaching(text, label, weight * COMPOSED_WEIGHT)


def _composed(part: Part) -> list[str]:
    """Return up to `most` different sentences, the same ones each time."""
    fields = part.known(("texts", "slots"), ("most",))
    slots = {name: each.texts() for name, each in fields["slots"].entries().items()}
    most = fields["most"].whole(1, 1000) if "most" in fields else 60
    chance = random.Random(len(fields["texts"].texts()) * 1009 + most)  # noqa: S311  not for secrets
    found: dict[str, None] = {}
    templates = [(each, each.text()) for each in fields["texts"].parts()]
    for each, template in templates:
        missing = [name for name in _SLOT.findall(template) if name not in slots]
        if missing:
            each.fault(f"no slot « {missing[0]} »; known: {', '.join(slots)}")
    for turn in range(most * 3):
        if len(found) >= most:
            break
        found[_filled(templates[turn % len(templates)][1], slots, chance)] = None
    return list(found)


def _filled(template: str, slots: Mapping[str, tuple[str, ...]], chance: random.Random) -> str:
    for _ in range(3):
        template = _SLOT.sub(lambda match: chance.choice(slots[match[1]]), template)
    return template
