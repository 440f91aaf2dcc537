"""The embedded model for real: llama.cpp in a child, a small model, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.embedded import EmbeddedModel
from bot.adapters.embedded.weights import LARGER
from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken
from bot.errors import ModelRefused, ModelUnavailable, SettingsError
from tests.edges.tiny_model import tiny_model

CARD = ModelCard("essai", "embedded", "smollm2-135m", max_output=24, time_limit=60, hosting="owned")
SYSTEM = Turn(
    "system", "You help an association. Answer in one short sentence, with nothing before or after."
)


async def test_a_missing_file_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.gguf"):
        await EmbeddedModel(tmp_path / "none.gguf", "x").address()


async def test_a_file_that_is_not_what_its_publisher_gives_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / LARGER.file
    path.write_bytes(b"GGUF and then something else")
    model = EmbeddedModel(path, "x", weights=LARGER)
    with pytest.raises(SettingsError, match="refused"):
        await model.address()
    assert not model.running


async def test_an_ask_of_a_model_that_is_not_there_is_refused_and_not_a_crash(tmp_path: Path) -> None:
    model = EmbeddedModel(tmp_path / "none.gguf", "x")
    models = LangchainModels([(CARD, ModelAccess(local=model.address))], TiktokenCounts(tmp_path))
    with pytest.raises(ModelRefused):
        await anext(aiter(models.stream(CARD, (Turn("user", "Hello"),))))


@pytest.fixture
async def model() -> AsyncIterator[EmbeddedModel]:
    running = EmbeddedModel(tiny_model(), CARD.model, window=1024)
    yield running
    await running.stop()


@pytest.fixture
async def models(model: EmbeddedModel, tmp_path: Path) -> AsyncIterator[LangchainModels]:
    offered = LangchainModels([(CARD, ModelAccess(local=model.address))], TiktokenCounts(tmp_path))
    yield offered
    await offered.aclose()


async def said(models: LangchainModels, words: str) -> tuple[str, Spoken]:
    pieces = [piece async for piece in models.stream(CARD, (SYSTEM, Turn("user", words)))]
    spoken = pieces.pop()
    assert isinstance(spoken, Spoken)
    return "".join(str(piece) for piece in pieces), spoken


@pytest.mark.slow
async def test_a_real_model_streams_and_counts(models: LangchainModels) -> None:
    pieces = [piece async for piece in models.stream(CARD, (SYSTEM, Turn("user", "Say hello to Sophie.")))]
    spoken = pieces.pop()
    assert isinstance(spoken, Spoken)
    assert len(pieces) > 2
    assert spoken.usage.source == "api"
    assert spoken.usage.input + spoken.usage.cached > 20
    assert 2 < spoken.usage.output <= CARD.max_output
    assert spoken.model_served == CARD.model


@pytest.mark.slow
async def test_constant_instructions_are_read_once(models: LangchainModels) -> None:
    await models.warm(SYSTEM.text)
    _, spoken = await said(models, "Say hello to Sophie.")
    assert spoken.usage.cached > 10
    assert spoken.usage.input < 25


@pytest.mark.slow
async def test_two_asks_at_once_are_both_answered(models: LangchainModels) -> None:
    answers = await asyncio.gather(said(models, "Say hello."), said(models, "Say goodbye."))
    assert all(text.strip() for text, _ in answers)


@pytest.mark.slow
async def test_leaving_in_the_middle_stops_the_work_and_frees_the_place(models: LangchainModels) -> None:
    async with aclosing(models.stream(CARD, (SYSTEM, Turn("user", "Tell a story.")))) as answer:
        await anext(answer)
    text, _ = await said(models, "Say hello.")
    assert text.strip()


@pytest.mark.slow
async def test_a_text_beyond_the_window_is_refused_as_too_long(models: LangchainModels) -> None:
    with pytest.raises(ModelRefused) as caught:
        await said(models, "word " * 3000)
    assert caught.value.code == "too_long"


@pytest.mark.slow
async def test_a_child_that_was_killed_is_started_again(
    model: EmbeddedModel, models: LangchainModels
) -> None:
    first = await model.address()
    assert model.child is not None
    os.kill(model.child, signal.SIGKILL)
    while model.running:
        await asyncio.sleep(0)
    text, _ = await said(models, "Say hello.")
    assert text.strip()
    assert (await model.address()).key != first.key


@pytest.mark.slow
async def test_nobody_without_the_key_is_answered(model: EmbeddedModel) -> None:
    address = await model.address()
    body: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1}
    async with httpx.AsyncClient() as client:
        for path in ("chat/completions", "completions", "models"):
            assert (await client.post(f"{address.url}/{path}", json=body)).status_code in {401, 404}
    assert "127.0.0.1" in address.url
    assert address.key not in repr(address)


@pytest.mark.slow
async def test_the_key_is_in_no_list_of_processes(model: EmbeddedModel) -> None:
    address = await model.address()
    shown = [Path(f"/proc/{model.child}/{name}") for name in ("cmdline", "environ")]
    read = [await asyncio.to_thread(path.read_bytes) for path in shown]
    assert all(address.key.encode() not in words for words in read)


@pytest.mark.slow
async def test_a_file_that_is_no_model_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"not a model")
    model = EmbeddedModel(path, "x")
    with pytest.raises(ModelUnavailable, match="would not start"):
        await model.address()
    assert not model.running


@pytest.mark.slow
def test_the_child_dies_with_a_parent_that_was_killed() -> None:
    script = (
        "import asyncio, sys, pathlib\n"
        "from bot.adapters.embedded import EmbeddedModel\n"
        "async def main():\n"
        "    model = EmbeddedModel(pathlib.Path(sys.argv[1]), 'x', window=512)\n"
        "    await model.address()\n"
        "    print(model.child, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen(
        (sys.executable, "-c", script, str(tiny_model())), stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    gone = os.pidfd_open(child) if _alive(child) else None
    if gone is not None:
        import select

        assert select.select([gone], [], [], 10)[0], "the child outlived its parent by ten seconds"
        os.close(gone)


def _alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
