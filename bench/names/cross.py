"""How well names are found in texts that the weights have not seen: each third read with what the rest taught.

    python bench/names/cross.py strangers [teaching …]        files of tests/content/personal, without .jsonl

The gazetteer and the rules know these texts; only the weights do not. So the figures flatter still.
"""

from __future__ import annotations

import json
import sys

import train

from bot.adapters.names import read_figures, read_gazetteer
from bot.core.policy.detectors.figures import by_first_word
from bot.core.policy.detectors.names import NameModel, Names
from bot.core.policy.measure import Example, Stretch, measure
from bot.core.policy.normalise import normalise
from bot.core.policy.personal import findings

PARTS = 3


def main() -> None:
    gazetteer, figures = read_gazetteer(), by_first_word(read_figures())
    for file in sys.argv[1:]:
        examples = list(read(file))
        found: dict[str, list[Stretch]] = {}
        for part in range(PARTS):
            chosen = examples[part::PARTS]
            weights = train.learn(gazetteer, {one.id for one in chosen})
            names = Names(NameModel(gazetteer, weights, figures))
            for one in chosen:
                found[one.text] = [
                    (at.start, at.end, at.label.value) for at in findings(normalise(one.text), names)[0]
                ]
        quality = measure(examples, found.__getitem__)
        person = quality.labels["PERSON"]
        print(
            f"{file}: {len(examples)} texts, PERSON F1 {person.f1:.3f}, leaked {quality.leaked:.2%}, "
            f"false stretches per clean text {quality.false_spans:.3f}"
        )


def read(file: str) -> list[Example]:
    lines = (train.TEXTS / f"{file}.jsonl").read_text().splitlines()
    return [
        Example(one["id"], one["text"], tuple((at["start"], at["end"], at["label"]) for at in one["spans"]))
        for one in map(json.loads, lines)
    ]


if __name__ == "__main__":
    main()
