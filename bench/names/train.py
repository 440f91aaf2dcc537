"""Train the weights of the names detector on the development texts and on templates; run by hand.

    python bench/names/train.py

Every text of `tests/content/personal` that is not held back is used many times over: with other names of
every
origin in place of its own, in lower case, in capitals, without accents, with names that no gazetteer knows.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections.abc import Container, Iterator
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.adapters.names import read_gazetteer
from bot.core.policy.detectors.cities import CITIES
from bot.core.policy.detectors.observations import features
from bot.core.policy.detectors.tokens import Reader, lower_text
from bot.core.policy.normalise import fold, normalise

HERE = Path(__file__).parent
TEXTS = HERE.parents[1] / "tests" / "content" / "personal"
TARGET = HERE.parents[1] / "bot" / "adapters" / "names" / "weights.json.gz"
COPIES = 14
STRENGTH = 0.5
PARTICLES = (
    "El",
    "Van",
    "De",
    "Ben",
    "Da",
    "Di",
    "Le",
    "Van den",
    "Van de",
    "De la",
    "Aït",
    "Al",
    "van",
    "de",
)
DRAWN = random.Random(20261123)

Marked = tuple[str, list[tuple[int, int]]]
"""A text and the stretches that are names of private persons."""


class Pool:
    """Names and words to draw from, evenly over the given names of every origin and over France's."""

    def __init__(self, gazetteer: dict[str, str], origins: Path) -> None:
        import tomllib

        lists = tomllib.loads(origins.read_text())
        self.given = [names["given"].split() for names in lists.values()]
        self.family = [names["family"].split() for names in lists.values() if names["family"]]
        known = list(gazetteer.items())
        self.given.append([w.capitalize() for w, k in known if k[0] >= "2"])
        self.given.append([w.capitalize() for w, k in known if k[0] == "3" and k[3] < "2"])
        self.given.append([w.title() for w, k in known if k[0] == "1" and k[3] == "0"])
        self.family.append([w.capitalize() for w, k in known if k[2] == "3"])
        self.family.append([w.capitalize() for w, k in known if k[2] >= "2"])
        self.family.append([w.capitalize() for w, k in known if k[2] == "1" and k[3] == "0"])
        self.given.append([w.capitalize() for w, k in known if k[0] == "3" and "1" <= k[3] <= "3"])
        self.family.append(
            [w.capitalize() for w, k in known if k[2] >= "2" and "1" <= k[3] <= "3" and len(w) > 3]
        )
        self.words = [w for w, k in known if "2" <= k[3] <= "3" and len(w) > 2] + [
            w for w, k in known if k[3] == "1" and k[0] == "0" and len(w) > 3
        ][::4]
        self.others = [w.capitalize() for w, k in known if k[4] == "2" and len(w) > 2]
        self.cities = [city.title() for city in CITIES if " " not in city]

    def name(self, kind: str) -> str:
        """Draw a given name, a family name or an initial."""
        if kind == "I":
            return DRAWN.choice("ABCDEFGHJKLMNOPRSTVWYZ")
        name = DRAWN.choice(DRAWN.choice(self.given if kind == "G" else self.family))
        if kind == "G" and DRAWN.random() < 0.08:
            name += "-" + DRAWN.choice(self.given[-3])
        if kind == "S" and DRAWN.random() < 0.15:
            name = f"{DRAWN.choice(PARTICLES)} {name}"
        return self.unknown(name) if DRAWN.random() < 0.12 else name

    def unknown(self, name: str) -> str:
        """Return a name that sounds like one and is in no list."""
        at = DRAWN.randrange(1, max(2, len(name) - 1))
        return name[:at] + DRAWN.choice("aeiouklmnrst") + name[at:]


def main() -> None:
    kept = learn(read_gazetteer(), everything="--all" in sys.argv)
    TARGET.write_bytes(
        gzip.compress(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode(), 9, mtime=0)
    )
    print(len(kept), "weights,", TARGET.stat().st_size, "bytes")


def learn(
    gazetteer: dict[str, str], skip: Container[str] = (), *, everything: bool = False
) -> dict[str, float]:
    """Return the weights learnt from every development text but those in `skip`, and from the templates."""
    pool = Pool(gazetteer, HERE / "origins.toml")
    reader = Reader(gazetteer)
    rows: list[dict[str, int]] = []
    wanted: list[int] = []
    weights: list[float] = []
    for text, spans, weight in (
        *from_texts(pool, gazetteer, skip, everything=everything),
        *from_templates(pool),
    ):
        for seen, label in observed(text, spans, reader):
            rows.append(seen)
            wanted.append(label)
            weights.append(weight)
    vectoriser = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=400, solver="liblinear")
    matrix = vectoriser.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model.fit(matrix, wanted, sample_weight=weights)
    learned = dict(zip(vectoriser.feature_names_, model.coef_[0], strict=True))
    learned["bias"] = learned.get("bias", 0.0) + float(model.intercept_[0])
    return {name: round(float(weight), 3) for name, weight in learned.items() if abs(weight) > 0.03}


def observed(text: str, spans: list[tuple[int, int]], reader: Reader) -> Iterator[tuple[dict[str, int], int]]:
    """Yield what is seen of each candidate, and whether it is part of a name."""
    tokens = reader.read(text)
    small = lower_text(tokens)
    for at, token in enumerate(tokens):
        if token.candidate:
            inside = any(start <= token.start and token.end <= end for start, end in spans)
            yield dict.fromkeys(features(tokens, at, small), 1), int(inside)


def from_texts(
    pool: Pool, gazetteer: dict[str, str], skip: Container[str], *, everything: bool
) -> Iterator[tuple[str, list[tuple[int, int]], float]]:
    for file in sorted(TEXTS.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            example = json.loads(line)
            if (example["split"] == "held" and not everything) or example["id"] in skip:
                continue
            names = [(one["start"], one["end"]) for one in example["spans"] if one["label"] == "PERSON"]
            plain = normalise(example["text"])
            if plain.starts is not None:
                continue
            yield plain.text, names, 1.0
            for _ in range(COPIES if names else 4):
                text, spans = renamed(plain.text, names, pool, gazetteer)
                yield *disguised(text, spans), 0.5


def renamed(text: str, names: list[tuple[int, int]], pool: Pool, gazetteer: dict[str, str]) -> Marked:
    """Put other names in the place of a text's own."""
    out, spans, position = "", [], 0
    for start, end in names:
        out += text[position:start]
        name = re.sub(
            r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*", lambda word: _other(word, pool, gazetteer), text[start:end]
        )
        spans.append((len(out), len(out) + len(name)))
        out, position = out + name, end
    return out + text[position:], spans


def _other(word: re.Match[str], pool: Pool, gazetteer: dict[str, str]) -> str:
    known = gazetteer.get(fold(word[0]), "00000")
    kind = "G" if known[0] > known[2] or (known[0] == known[2] and word.start() == 0) else "S"
    name = pool.name(kind)
    if word[0].islower():
        return name.lower()
    return name.upper() if word[0].isupper() else name


def disguised(text: str, spans: list[tuple[int, int]]) -> Marked:
    """Return the text as it is, or in lower case, without accents, in capitals."""
    drawn = DRAWN.random()
    if drawn < 0.28 and len(text.lower()) == len(text):
        text = text.lower()
        flat = fold(text)
        return (flat if DRAWN.random() < 0.5 and len(flat) == len(text) else text), spans
    if drawn < 0.33 and len(text.upper()) == len(text):
        return text.upper(), spans
    return text, spans


def from_templates(pool: Pool) -> Iterator[tuple[str, list[tuple[int, int]], float]]:
    lines = [line for line in (HERE / "templates.txt").read_text().splitlines() if line and line[0] != "#"]
    for line in lines:
        for _ in range(60 if re.search(r"\{[WwAUuOo]\}", line) else 26):
            out, spans, position = "", [], 0
            for slot in re.finditer(r"[{<](GS|SG|G|S|I|W|w|C|O|o|A|U|u)[}>]", line):
                out += line[position : slot.start()]
                filled = _filled(slot[1], pool)
                if slot[0][0] == "{" and slot[1] in {"GS", "SG", "G", "S", "I"}:
                    spans.append((len(out), len(out) + len(filled)))
                out, position = out + filled, slot.end()
            yield *disguised(out + line[position:], spans), 0.4


def _filled(slot: str, pool: Pool) -> str:
    if slot in {"W", "w"}:
        word = DRAWN.choice(pool.words)
        return word.capitalize() if slot == "W" else word
    if slot == "A":
        return "".join(DRAWN.choices("ABCDEFGILMNOPRSTUV", k=DRAWN.randint(2, 5)))
    if slot in {"U", "u"}:
        made_up = pool.unknown(DRAWN.choice(pool.cities if DRAWN.random() < 0.5 else pool.words).capitalize())
        return made_up if slot == "U" else made_up.lower()
    if slot in {"O", "o"}:
        other = DRAWN.choice(pool.others)
        return other if slot == "O" else other.lower()
    if slot == "C":
        return DRAWN.choice(pool.cities)
    return " ".join(pool.name(kind) for kind in slot)


if __name__ == "__main__":
    main()
