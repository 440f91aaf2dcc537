"""A program's request on the real road: policy, store, pseudonyms and all; only the model is scripted."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import openai
import pytest
import uvicorn

from bot.adapters import openai_api, web
from bot.core.person import Person
from tests.world import World

pytestmark = pytest.mark.slow  # the whole program behind each

SECRET = "sophie.lambert@exemple.be"


@pytest.fixture
async def client(world: World) -> AsyncIterator[openai.AsyncOpenAI]:
    async def authenticate(token: str) -> Person | None:
        return await world.ports.people.person(world.people[token].id) if token in world.people else None

    app = web.application([], openai_api.router(world.ports, authenticate).routes)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        plain = openai.DefaultAsyncHttpxClient(verify=False)
        async with openai.AsyncOpenAI(
            api_key="staff", base_url=url, max_retries=0, http_client=plain
        ) as asking:
            yield asking
        server.should_exit = True
        await serving


async def answer(client: openai.AsyncOpenAI, text: str) -> openai.types.chat.ChatCompletion:
    return await client.chat.completions.create(model="sobria", messages=[{"role": "user", "content": text}])


async def test_the_model_behind_sees_pseudonyms_and_the_program_reads_the_values(
    world: World, client: openai.AsyncOpenAI
) -> None:
    world.models.script(["J’ai lu : {sent}"])
    said = await answer(client, f"Rédige un mot de remerciement à {SECRET}.")
    assert SECRET not in world.models.received[0][1][-1].text
    assert SECRET in (said.choices[0].message.content or "")
    assert said.choices[0].finish_reason == "stop"
    assert said.model == "petit"
    assert said.usage is not None
    assert said.usage.total_tokens == 120


async def test_a_stream_has_the_values_back_too(world: World, client: openai.AsyncOpenAI) -> None:
    world.models.script(["J’ai lu ", ": {sent}"])
    stream = await client.chat.completions.create(
        model="sobria", messages=[{"role": "user", "content": f"Écris à {SECRET}."}], stream=True
    )
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
    assert SECRET in text


async def test_a_ranking_of_people_is_held_for_a_mentor(world: World, client: openai.AsyncOpenAI) -> None:
    said = await answer(client, "Classe ces candidats du meilleur au moins bon : Karim, Julie et Pedro.")
    assert said.choices[0].finish_reason == "content_filter"
    assert said.model_extra is not None
    assert said.model_extra["sobria"]["state"] == "held"
    assert str(said.model_extra["sobria"]["ask"]) in (said.choices[0].message.content or "")
    assert world.models.received == []
    assert len(world.mailbox.posted) == 1


async def test_no_command_is_read_in_a_programs_text(world: World, client: openai.AsyncOpenAI) -> None:
    said = await answer(client, "aide")
    assert said.choices[0].message.content == "Voici une réponse."
    assert len(world.models.received) == 1


async def test_who_has_not_accepted_the_charter_gets_no_answer(
    world: World, client: openai.AsyncOpenAI
) -> None:
    with pytest.raises(openai.PermissionDeniedError):
        await answer(client.with_options(api_key="newcomer"), "Bonjour")
    assert world.models.received == []
