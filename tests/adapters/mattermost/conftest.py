"""A Mattermost server with a few people in it, and the adapter that it calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette

from bot import dispatch
from bot.adapters import inbox as inbox_module
from bot.adapters.mattermost import Mattermost, MattermostSettings, build
from bot.adapters.mattermost import door as door_module
from bot.adapters.mattermost import events as events_module
from bot.adapters.mattermost import outlet as outlet_module
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.mattermost_server import BOT, BOT_TOKEN, COMMAND_TOKEN, SECRET, MattermostServer, Seen, key

ANNE, MIA, GUEST = key("anne"), key("mia"), key("gus")
GENERAL, REVIEW, ADMIN = key("general"), key("review"), key("admin")


@pytest.fixture
async def server() -> AsyncIterator[MattermostServer]:
    server = MattermostServer()
    await server.start()
    server.person("anne")
    server.person("mia")
    server.person("gus", roles="system_guest")
    server.channel("general", ANNE, MIA, BOT)
    server.channel("review", MIA, BOT, kind="P")
    server.channel("admin", BOT, kind="P")
    yield server
    await server.stop()


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    behind = StandIn()
    monkeypatch.setattr(dispatch, "run", behind.run)
    monkeypatch.setattr(outlet_module, "FIRST_WORD_AFTER", 0.1)
    monkeypatch.setattr(outlet_module, "EDIT_EVERY", 0.1)
    monkeypatch.setattr(events_module, "SHORTEST", 0.05)
    monkeypatch.setattr(door_module, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(inbox_module, "EVERY", 0.05)
    return behind


def mattermost_settings(server: MattermostServer) -> MattermostSettings:
    return MattermostSettings(
        ORGANISATION,
        server.url,
        BOT_TOKEN,
        (COMMAND_TOKEN,),
        SECRET,
        address=server.address,
        review_channel="asbl/review",
        admin_channel=ADMIN,
        team="asbl",
    )


@pytest.fixture
async def mattermost(server: MattermostServer, behind: StandIn) -> AsyncIterator[Mattermost]:
    web = uvicorn.Server(uvicorn.Config(Starlette(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(web.serve())
    while not web.started:
        await asyncio.sleep(0.005)
    server.address = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    mattermost = build(behind.ports, mattermost_settings(server))
    web.config.loaded_app.app.routes.extend(mattermost.routes)
    running = asyncio.create_task(mattermost.run())
    yield mattermost
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    web.should_exit = True
    await serving


def by_the_bot(server: MattermostServer) -> list[Seen]:
    """Return what the bot has posted."""
    return [seen for seen in server.seen if seen.by == "post" and seen.user == BOT]
