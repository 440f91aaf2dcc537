"""Models through langchain, against a real server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken, Usage
from bot.errors import ModelError, ModelRefused, ModelSilent, ModelUnavailable
from tests.edges.openai_server import Breaks, Edge, Fails, Says, Stalls, scripted_model

TURNS = (Turn("system", "Tu aides."), Turn("user", "Dis bonjour à Sophie"))
CARD = ModelCard("essai", "openai", "gpt-test", time_limit=5.0)
KEY = "sk-of-the-test"


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with scripted_model(key=KEY) as running:
        yield running


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "vocabularies"


@pytest.fixture
async def models(edge: Edge, folder: Path) -> AsyncIterator[LangchainModels]:
    access = ModelAccess(key=SecretStr(KEY), base_url=edge.url)
    offered = LangchainModels([(CARD, access)], TiktokenCounts(folder))
    yield offered
    await offered.aclose()


async def said(models: LangchainModels, card: ModelCard = CARD) -> tuple[str, Spoken]:
    pieces = [piece async for piece in models.stream(card, TURNS)]
    spoken = pieces.pop()
    assert isinstance(spoken, Spoken)
    return "".join(str(piece) for piece in pieces), spoken


async def test_the_answer_comes_in_pieces_and_ends_with_what_was_used(
    edge: Edge, models: LangchainModels
) -> None:
    edge.script(Says("Bonjour ", "Sophie."))
    text, spoken = await said(models)
    assert text == "Bonjour Sophie."
    assert spoken.usage == Usage(input=12, output=5, source="api")
    assert spoken.model_served == "gpt-test"
    assert spoken.first_token is not None
    assert 0 < spoken.first_token <= spoken.latency


async def test_the_model_reads_the_turns_in_order_and_the_key_of_the_settings(
    edge: Edge, models: LangchainModels
) -> None:
    await said(models)
    request = edge.received[0]
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert request.last == "Dis bonjour à Sophie"
    assert request.authorization == f"Bearer {KEY}"
    assert request.body["max_tokens"] == CARD.max_output


async def test_an_answer_of_a_schema_is_asked_for_in_the_protocols_own_way(
    edge: Edge, models: LangchainModels
) -> None:
    schema = {"type": "object", "properties": {"verdict": {"enum": ["allow", "review"]}}}
    async for _ in models.stream(CARD, TURNS, schema=schema):
        pass
    await said(models)
    held, free = (request.body for request in edge.received)
    assert held["response_format"]["json_schema"]["schema"] == schema
    assert "response_format" not in free


async def test_input_excludes_what_the_provider_read_from_its_cache(
    edge: Edge, models: LangchainModels
) -> None:
    told = {
        "prompt_tokens": 100,
        "completion_tokens": 40,
        "total_tokens": 140,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    edge.script(Says("Oui.", usage=told))
    _, spoken = await said(models)
    assert spoken.usage == Usage(input=36, output=40, cached=64, reasoning=30, source="api")


async def test_usage_that_the_provider_does_not_tell_is_counted_and_marked_so(
    edge: Edge, models: LangchainModels
) -> None:
    edge.script(Says("Bonjour Sophie.", usage=None))
    _, spoken = await said(models)
    assert spoken.usage.source == "tokenizer"
    assert spoken.usage.input > 5
    assert spoken.usage.output > 2


@pytest.mark.parametrize(
    ("script", "expected", "code"),
    [
        (Fails(401), ModelRefused, "refused"),
        (Fails(403), ModelRefused, "refused"),
        (Fails(400), ModelRefused, "refused"),
        (Fails(404), ModelRefused, "refused"),
        (Fails(400, "maximum context length is 4096 tokens"), ModelRefused, "too_long"),
        (Fails(408), ModelUnavailable, "unavailable"),
        (Fails(429), ModelUnavailable, "unavailable"),
        (Fails(500), ModelUnavailable, "unavailable"),
        (Fails(503), ModelUnavailable, "unavailable"),
        (Breaks(), ModelUnavailable, "unavailable"),
        (Breaks("Bonj"), ModelUnavailable, "unavailable"),
        (Says("Bonj", usage=None, finish=None), ModelUnavailable, "unavailable"),
        (Says(), ModelSilent, "silent"),
        (Says("  \n"), ModelSilent, "silent"),
    ],
)
async def test_every_fault_of_a_provider_says_whether_another_model_may_do(
    edge: Edge, models: LangchainModels, script: Says | Fails, expected: type[ModelError], code: str
) -> None:
    edge.script(script)
    with pytest.raises(expected) as caught:
        await said(models)
    assert caught.value.code == code


@pytest.mark.parametrize("script", [Breaks("Il était "), Says("Il était ", usage=None, finish=None)])
async def test_what_a_call_used_is_told_even_when_it_then_fails(
    edge: Edge, models: LangchainModels, script: Says
) -> None:
    edge.script(script)
    heard: list[str | Spoken] = []
    with pytest.raises(ModelUnavailable):  # noqa: PT012  what comes before the error is the point
        async for piece in models.stream(CARD, TURNS):
            heard.append(piece)  # noqa: PERF401  the same
    spoken = heard[-1]
    assert isinstance(spoken, Spoken)
    assert spoken.usage.output > 0
    assert spoken.usage.source == "tokenizer"


async def test_a_provider_is_asked_once_because_trying_again_is_the_gateways(
    edge: Edge, models: LangchainModels
) -> None:
    edge.script(Fails(429), Says("Bonjour."))
    with pytest.raises(ModelUnavailable):
        await said(models)
    assert len(edge.received) == 1


async def test_neither_key_nor_text_reaches_an_error_or_the_log(
    edge: Edge, models: LangchainModels, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    edge.script(Fails(401), Says("Bonjour Sophie."))
    with pytest.raises(ModelRefused) as caught:
        await said(models)
    await said(models)
    for words in (str(caught.value), caplog.text):
        assert KEY not in words
        assert "Sophie" not in words
        assert "secret" not in words


async def test_a_server_that_is_not_there_is_unavailable(folder: Path) -> None:
    async with scripted_model() as gone:
        url = gone.url
    access = ModelAccess(base_url=url)
    absent = LangchainModels([(CARD, access)], TiktokenCounts(folder))
    with pytest.raises(ModelUnavailable):
        await said(absent)
    await absent.aclose()


@pytest.mark.parametrize("script", [Stalls(), Stalls("Bonj")])
async def test_a_model_that_stalls_is_given_up_in_time(edge: Edge, folder: Path, script: Says) -> None:
    card = ModelCard("lent", "openai", "gpt-test", time_limit=0.2)
    slow = LangchainModels([(card, ModelAccess(SecretStr(KEY), edge.url))], TiktokenCounts(folder))
    edge.script(script)
    with pytest.raises(ModelUnavailable):
        await said(slow, card)
    await slow.aclose()


async def test_the_first_word_may_have_a_shorter_limit_than_the_answer(edge: Edge, folder: Path) -> None:
    access = ModelAccess(SecretStr(KEY), edge.url, first_word=0.1)
    models = LangchainModels([(CARD, access)], TiktokenCounts(folder))
    edge.script(Stalls())
    with pytest.raises(ModelUnavailable, match=r"0\.1 s"):
        await said(models)
    await models.aclose()


async def test_a_piece_is_passed_on_before_the_next_one_comes(edge: Edge, models: LangchainModels) -> None:
    edge.script(Stalls("Bonjour "))
    answer = aiter(models.stream(CARD, TURNS))
    assert await anext(answer) == "Bonjour "
    await answer.aclose()  # type: ignore[attr-defined]


async def test_leaving_in_the_middle_hangs_up(edge: Edge, models: LangchainModels) -> None:
    edge.script(Stalls("Bonjour "))
    answer = aiter(models.stream(CARD, TURNS))
    assert await anext(answer) == "Bonjour "
    await answer.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(2):
        await edge.abandoned.wait()


async def test_connections_are_kept_from_one_ask_to_the_next(edge: Edge, models: LangchainModels) -> None:
    for _ in range(3):
        await said(models)
    assert len(edge.connections) == 1


async def test_an_answer_that_the_limit_cut_is_seen_to_be_cut(edge: Edge, models: LangchainModels) -> None:
    edge.script(Says("Il était une", finish="length"))
    text, _ = await said(models)
    assert text == "Il était une […]"


async def test_tracing_stays_off_whatever_the_environment_says(
    edge: Edge, models: LangchainModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", edge.url)
    await said(models)
    from langsmith.utils import tracing_is_enabled

    assert not tracing_is_enabled()
    assert [request.path for request in edge.received] == ["/v1/chat/completions"]
