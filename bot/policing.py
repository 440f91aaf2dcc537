"""Puts a policy together: what the ethics group wrote, its likeness model, what finds personal data."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.adapters import likeness
from bot.adapters.files import policy as files
from bot.adapters.files import policy_examples as examples
from bot.core.policy import personal
from bot.core.policy.engine import Content, Inspect, Policy, nothing_found
from bot.core.policy.finding import Finding
from bot.core.policy.folding import words_of
from bot.core.policy.likeness import Likeness
from bot.core.policy.masking import masked
from bot.core.policy.normalise import normalise

MODEL = "likeness.npz"

log = logging.getLogger(__name__)


def load(
    folder: Path,
    own: Path | None = None,
    *,
    inspect: Inspect = nothing_found,
    instructions: Iterable[str] = (),
    cache: Path | None = None,
) -> Policy:
    """Return the policy of `folder` with what `own` changes, ready to check. Raises ContentError.

    The likeness model is read when it fits the examples, else trained (about a minute) and kept in `cache`.
    """
    content = files.load(folder, own)
    model = fitting_model(content, folder, own, inspect, cache)
    return Policy(content, model, inspect, instructions=instructions, seconds=time.perf_counter)


def personal_data(names: personal.Find | None = None) -> Inspect:
    """Return what finds personal data; `names` finds the names of persons, the shipped model when None."""
    find = names or person_names()

    def inspect(text: str) -> tuple[Sequence[Finding], Sequence[str]]:
        return personal.findings(normalise(text), find)

    return inspect


@functools.cache
def person_names() -> personal.Find:
    """Return the shipped detector of names, loaded once."""
    from bot.adapters import names  # half a second, for those who look for names

    return names.load()


def fitting_model(
    content: Content, folder: Path, own: Path | None, inspect: Inspect, cache: Path | None = None
) -> Likeness:
    """Return a likeness model that learned from the present examples, trained if there is none yet."""
    folders = (folder, own) if own else (folder,)
    digest = examples.fingerprint(folders)
    kept = (cache or _cache()) / f"{digest[:24]}.npz"
    for path in (folder / MODEL, kept):
        model = likeness.read(path, likeness.shipped())
        if model is not None and model.digest == digest:
            return model
    log.info("the policy's examples have changed: learning from them takes about a minute")
    model = train(content, folders, inspect)
    try:
        model.save(kept)
    except OSError:
        return model  # a read-only machine trains at each start
    return model


def train(content: Content, folders: Iterable[Path], inspect: Inspect) -> likeness.LikenessModel:
    """Learn from every example of `folders`."""
    folders = tuple(folders)
    taught = examples.teachings(folders, content.categories)
    return likeness.train(
        (sample(each.text, each.label, each.weight, inspect) for each in taught),
        likeness.shipped(),
        examples.fingerprint(folders),
    )


def sample(text: str, label: str, weight: float, inspect: Inspect) -> likeness.Sample:
    """Return a text as the engine would read it, with its class."""
    words = words_of(normalise(masked(text, inspect(text)[0])).text)
    return likeness.Sample(words, label, weight)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sobria"
