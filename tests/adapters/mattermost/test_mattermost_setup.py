"""`sobria init mattermost` makes a server ready, and doing it again changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.adapters.mattermost import driver
from bot.adapters.mattermost.driver import Refused, Rest
from bot.adapters.mattermost.setup import Wanted, set_up
from tests.edges.mattermost_server import BOT, BOT_TOKEN, COMMAND_TOKEN, MattermostServer

WANTED = Wanted("asbl", "https://ia.exemple.be/")


@pytest.fixture
async def server() -> AsyncIterator[MattermostServer]:
    server = MattermostServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def rest(server: MattermostServer) -> AsyncIterator[Rest]:
    rest = Rest(server.url, "admin-token")
    yield rest
    rest.close()


async def test_the_bot_its_channels_and_the_command_are_made(server: MattermostServer, rest: Rest) -> None:
    done = await set_up(rest, WANTED)
    assert (done.bot_token, done.command_token) == (BOT_TOKEN, COMMAND_TOKEN)
    assert server.commands[0]["url"] == "https://ia.exemple.be/mattermost/command"
    assert server.commands[0]["trigger"] == "ia"
    assert all(BOT in server.members[server.names[name]] for name in ("relecture-ia", "admin-ia"))
    assert len(done.steps) == 5


async def test_doing_it_again_changes_nothing_but_a_moved_address(
    server: MattermostServer, rest: Rest
) -> None:
    await set_up(rest, WANTED)
    again = await set_up(rest, WANTED)
    assert (again.bot_token, again.command_token) == ("", COMMAND_TOKEN)
    assert len(server.bots) == len(server.commands) == 1
    moved = await set_up(rest, Wanted("asbl", "https://autre.exemple.be"))
    assert server.commands[0]["url"] == "https://autre.exemple.be/mattermost/command"
    assert any("updated the command" in step for step in moved.steps)


async def test_a_wrong_token_is_said_at_once(server: MattermostServer) -> None:
    rest = Rest(server.url, "wrong")
    with pytest.raises(Refused, match="401"):
        await set_up(rest, WANTED)
    rest.close()


async def test_a_server_that_is_not_there_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "TRIES", 2)
    rest = Rest("http://127.0.0.1:1", "admin-token", time_limit=0.5)
    async with asyncio.timeout(5):
        with pytest.raises(Refused):
            await set_up(rest, WANTED)
    rest.close()


async def test_the_command_line_says_what_is_wrong_and_what_to_do(server: MattermostServer) -> None:
    from typer.testing import CliRunner

    from bot.cli.table import app

    given = [
        "init",
        "mattermost",
        "--team",
        "asbl",
        "--address",
        "https://ia.exemple.be",
        "--url",
        server.url,
    ]
    refused = await asyncio.to_thread(CliRunner().invoke, app, [*given, "--admin-token", "wrong"])
    assert refused.exit_code != 0
    assert "does not know this token" in str(refused.exception)
    done = await asyncio.to_thread(CliRunner().invoke, app, [*given, "--admin-token", "admin-token"])
    assert done.exit_code == 0
    assert 'address = "https://ia.exemple.be"' in done.output
    assert f'command_tokens = ["{COMMAND_TOKEN}"]' in done.output
    assert "admin-token" not in done.output
    assert '\ncallback_secret = "' in done.output
    again = await asyncio.to_thread(CliRunner().invoke, app, [*given, "--admin-token", "admin-token"])
    assert "\n# callback_secret: as before" in again.output
    assert '\ncallback_secret = "' not in again.output, "a new one would make old buttons void"
