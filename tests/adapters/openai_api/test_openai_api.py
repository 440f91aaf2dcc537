"""The door for programs, opened with OpenAI's own client over a real connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import openai
import pytest
import uvicorn

from bot import dispatch
from bot.adapters import openai_api, web
from bot.core.ask import AskState, Platform, Turn
from bot.core.call import Call
from bot.core.person import Person
from bot.core.reply import Fact, Message, Tone
from bot.errors import StoreUnavailable
from bot.ports import Outlet, Ports

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AMINA = Person("amina", "senne", "Amina Haddad")
TOKEN = "jeton-d-amina"
RECORD = SimpleNamespace(state=AskState.ANSWERED, model="petit", tokens_in=100, tokens_out=20)

Road = Callable[[Ports, Call, Outlet], Awaitable[None]]


@dataclass
class Scene:
    """A running API, and the road that the test lays behind it."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    road: Road | None = None
    record: Any = field(default_factory=lambda: RECORD)
    client: openai.AsyncOpenAI = field(init=False)

    def ends(self, message: Message, *pieces: str) -> None:
        """Let the road write the pieces and show the message."""

        async def road(_: Ports, __: Call, outlet: Outlet) -> None:
            for piece in pieces:
                await outlet.write(piece)
            await outlet.show(message)

        self.road = road

    async def run(self, ports: Ports, call: Call, outlet: Outlet) -> None:
        """Stand where dispatch stands."""
        self.calls.append(call)
        assert self.road is not None
        await self.road(ports, call, outlet)

    async def by_number(self, _: str, __: int) -> Any:
        """Stand where the store stands."""
        if isinstance(self.record, Exception):
            raise self.record
        return self.record

    async def ask(self, *messages: Any, **options: Any) -> Any:
        """Ask with the client, as a program does."""
        sent: list[Any] = [
            {"role": "user", "content": text} if isinstance(text, str) else text for text in messages
        ]
        return await self.client.chat.completions.create(model="sobria", messages=sent, **options)


@pytest.fixture
async def scene(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    stage = Scene()
    monkeypatch.setattr(dispatch, "run", stage.run)
    ports = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW), asks=SimpleNamespace(by_number=stage.by_number)
    )

    async def authenticate(token: str) -> Person | None:
        return AMINA if token == TOKEN else None

    app = web.application([openai_api.router(cast("Ports", ports), authenticate)])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stage.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        # Loading certificates for a connection that uses none would be most of a test's time.
        plain = openai.DefaultAsyncHttpxClient(verify=False)
        stage.client = openai.AsyncOpenAI(api_key=TOKEN, base_url=stage.url, max_retries=0, http_client=plain)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield stage
        finally:
            await stage.client.close()
            server.should_exit = True
            await serving


ANSWER = Message("Bonjour Sophie.", Tone.ANSWER, ask=12)
HELD = Message(
    "Une personne regarde d’abord. Votre demande porte le n° 13.",
    Tone.WAITING,
    title="En attente",
    facts=(Fact("Article", "4"),),
    ask=13,
)


async def test_an_answer_comes_back_with_the_model_that_gave_it_and_what_it_used(scene: Scene) -> None:
    scene.ends(ANSWER, "Bonjour ", "Sophie.")
    answer = await scene.ask("Dis bonjour à Sophie")
    assert answer.choices[0].message.content == "Bonjour Sophie."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "petit"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (100, 20)
    assert answer.model_extra["sobria"] == {"ask": 12, "state": "answered"}


async def test_a_request_is_an_ask_of_the_person_whose_token_it_is(scene: Scene) -> None:
    scene.ends(ANSWER)
    await scene.ask("pourquoi 12")
    (call,) = scene.calls
    assert call.person == AMINA
    assert call.place.platform is Platform.API
    assert call.line == "demander"
    assert call.values == {"question": "pourquoi 12"}
    assert call.at == NOW


async def test_earlier_messages_become_turns_and_a_clients_instructions_the_persons_words(
    scene: Scene,
) -> None:
    scene.ends(ANSWER)
    parts = [{"type": "text", "text": "Et"}, {"type": "text", "text": "Luc ?"}]
    await scene.ask(
        {"role": "system", "content": "Sois bref."},
        "Dis bonjour à Sophie",
        {"role": "assistant", "content": "Bonjour Sophie."},
        {"role": "user", "content": parts},
    )
    (call,) = scene.calls
    assert call.earlier == (
        Turn("user", "Sois bref.\n\nDis bonjour à Sophie"),
        Turn("assistant", "Bonjour Sophie."),
    )
    assert call.values["question"] == "Et\nLuc ?"


async def test_a_stream_brings_the_pieces_as_they_come_then_the_usage(scene: Scene) -> None:
    scene.ends(ANSWER, "Bonjour ", "", "Sophie.")
    stream = await scene.ask("Bonjour", stream=True, stream_options={"include_usage": True})
    chunks = [chunk async for chunk in stream]
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert [piece for piece in pieces if piece] == ["Bonjour ", "Sophie."]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens == 120
    assert len({chunk.id for chunk in chunks}) == 1


async def test_a_piece_is_read_before_the_answer_is_over(scene: Scene) -> None:
    read = asyncio.Event()

    async def road(_: Ports, __: Call, outlet: Outlet) -> None:
        await outlet.write("Bonjour ")
        async with asyncio.timeout(5):
            await read.wait()
        await outlet.show(ANSWER)

    scene.road = road
    async for chunk in await scene.ask("Bonjour", stream=True):
        if chunk.choices and chunk.choices[0].delta.content == "Bonjour ":
            read.set()
    assert read.is_set()


@pytest.mark.parametrize("stream", [False, True])
async def test_a_held_ask_explains_itself_and_gives_its_number(scene: Scene, stream: bool) -> None:
    scene.ends(HELD)
    scene.record = SimpleNamespace(state=AskState.HELD, model=None, tokens_in=None, tokens_out=None)
    answer = await scene.ask("Classe ces candidats", stream=stream)
    if stream:
        chunks = [chunk async for chunk in answer]
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        finish = chunks[-1].choices[0].finish_reason
    else:
        text, finish = answer.choices[0].message.content, answer.choices[0].finish_reason
    assert finish == "content_filter"
    assert "n° 13" in text
    assert "En attente" in text
    assert "Article" in text


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_fails_is_a_503_that_a_client_may_try_again(scene: Scene, stream: bool) -> None:
    scene.ends(Message("Aucun modèle n’a répondu à temps.", Tone.FAULT, ask=14))
    with pytest.raises(openai.InternalServerError, match="Aucun modèle"):
        await scene.ask("Bonjour", stream=stream)


async def test_a_fault_in_mid_stream_is_an_error_and_never_looks_like_an_end(scene: Scene) -> None:
    scene.ends(Message("La réponse n’a pas été montrée.", Tone.FAULT, ask=15), "Il était ")
    stream = await scene.ask("Bonjour", stream=True)
    with pytest.raises(openai.APIError, match="pas été montrée"):
        [chunk async for chunk in stream]


async def test_who_has_not_accepted_the_charter_is_told_to(scene: Scene) -> None:
    scene.ends(Message("Acceptez d’abord la charte.", Tone.WAITING))
    with pytest.raises(openai.PermissionDeniedError, match="charte"):
        await scene.ask("Bonjour")


async def test_an_exhausted_budget_is_the_quota_error_that_clients_know(scene: Scene) -> None:
    scene.ends(Message("Le budget du mois est épuisé.", Tone.STOPPED))
    with pytest.raises(openai.RateLimitError) as caught:
        await scene.ask("Bonjour")
    assert caught.value.code == "insufficient_quota"


async def test_a_road_that_breaks_still_answers_the_client(scene: Scene) -> None:
    async def road(_: Ports, __: Call, ___: Outlet) -> None:
        raise StoreUnavailable("locked")

    scene.road = road
    with pytest.raises(openai.InternalServerError):
        await scene.ask("Bonjour")


async def test_a_store_that_cannot_be_read_at_the_end_is_a_503(scene: Scene) -> None:
    scene.ends(ANSWER)
    scene.record = StoreUnavailable("locked")
    with pytest.raises(openai.InternalServerError):
        await scene.ask("Bonjour")


async def test_an_ask_goes_on_when_its_client_hangs_up(scene: Scene) -> None:
    gone, done = asyncio.Event(), asyncio.Event()

    async def road(_: Ports, __: Call, outlet: Outlet) -> None:
        await outlet.write("Bonjour ")
        await gone.wait()
        await outlet.show(ANSWER)
        done.set()

    scene.road = road
    stream = await scene.ask("Bonjour", stream=True)
    await anext(aiter(stream))
    await stream.close()
    gone.set()
    async with asyncio.timeout(5):
        assert await done.wait()


async def test_an_unknown_token_opens_nothing(scene: Scene) -> None:
    stranger = scene.client.with_options(api_key="autre")
    with pytest.raises(openai.AuthenticationError):
        await stranger.models.list()
    with pytest.raises(openai.AuthenticationError):
        await stranger.chat.completions.create(
            model="sobria", messages=[{"role": "user", "content": "Bonjour"}]
        )
    assert scene.calls == []


async def test_models_are_listed_and_described(scene: Scene) -> None:
    assert [model.id async for model in scene.client.models.list()] == ["sobria"]
    assert (await scene.client.models.retrieve("sobria")).owned_by == "sobria"
    with pytest.raises(openai.NotFoundError):
        await scene.client.models.retrieve("gpt-5")


async def test_a_request_that_cannot_be_answered_is_a_bad_request(scene: Scene) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await scene.ask("Bonjour", n=2)
    assert caught.value.param == "n"
    with pytest.raises(openai.BadRequestError) as caught:
        await scene.ask("a" * 60_001)
    assert caught.value.code == "context_length_exceeded"
    with pytest.raises(openai.APIStatusError) as too_large:
        await scene.ask("a" * 1_000_001)
    assert too_large.value.status_code == 413
    assert scene.calls == []
