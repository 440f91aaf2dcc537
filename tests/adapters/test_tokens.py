"""Counting tokens: the right figures, offline, whoever asks first."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.tokens import VOCABULARIES, TiktokenCounts, encoding_for
from bot.core.model import ModelCard

GPT = ModelCard("a", "openai", "gpt-5-mini")
QWEN = ModelCard("b", "embedded", "qwen2.5-coder-1.5b")
FRENCH = "Les bénévoles ont distribué les colis hier."


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("counting went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_french_is_counted_without_a_network(tmp_path: Path) -> None:
    counts = TiktokenCounts(tmp_path / "tokens")
    assert counts.count(FRENCH, GPT) == 10
    assert counts.count("", GPT) == 0


def test_words_that_steer_a_model_count_as_plain_text(tmp_path: Path) -> None:
    assert TiktokenCounts(tmp_path).count("<|endoftext|>", GPT) > 1


def test_every_thread_may_be_the_first(tmp_path: Path) -> None:
    counts = TiktokenCounts(tmp_path / "tokens")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: counts.count(FRENCH, GPT), range(32))) == {10}


def test_a_half_written_vocabulary_is_replaced(tmp_path: Path) -> None:
    half = tmp_path / VOCABULARIES["o200k_base"]
    half.write_bytes(b"IQ== 0\n")
    import tiktoken.registry

    tiktoken.registry.ENCODINGS.pop("o200k_base", None)
    assert TiktokenCounts(tmp_path).count(FRENCH, GPT) == 10
    assert half.stat().st_size > 1_000_000
    assert [path.name for path in tmp_path.iterdir()] == [half.name]


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-5", "o200k_base"),
        ("gpt-4o-mini", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("qwen2.5-coder-1.5b", "cl100k_base"),
        ("Qwen/Qwen3-8B", "cl100k_base"),
        ("mistral-small-latest", "o200k_base"),
    ],
)
def test_a_model_is_counted_with_the_vocabulary_nearest_to_its_own(model: str, encoding: str) -> None:
    assert encoding_for(ModelCard("x", "openai", model)) == encoding
