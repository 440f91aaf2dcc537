"""The sentences people read, one TOML file a language and domain, such as `fr/asks.toml`.

Dutch covers what staff read; a sentence missing there is said in English. A test checks that French and
English hold the same sentences with the same facts.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from bot.core.person import Language

HERE = Path(__file__).parent
_FACT = re.compile(r"\{(\w+)\}")
_BEFORE = re.compile(r" ([:;?!»%€])")
_AFTER = re.compile(r"« ")


@cache
def sentences(language: Language, domain: str) -> dict[str, str]:
    """Return every sentence of `domain` in `language` by its key."""
    path = HERE / language / f"{domain}.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {key: typeset(sentence) for key, sentence in found.items()} if language == "fr" else found


def typeset(sentence: str) -> str:
    """Return a French sentence with no-break spaces where its typography asks for them."""
    return _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0\\1", sentence))


def say(language: Language, key: str, **facts: object) -> str:
    """Return sentence `domain.key` with its facts in place.

    A fact is put in as it is: braces inside it are never interpreted. Raises KeyError on a sentence that
    exists in no language or on a fact that is missing: faults of ours, found by the tests.
    """
    domain, _, name = key.partition(".")
    sentence = sentences(language, domain).get(name)
    if sentence is None:
        sentence = sentences("en" if language == "nl" else "fr", domain)[name]
    return _FACT.sub(lambda match: str(facts[match[1]]), sentence)
