"""One life of the whole program beside a chat platform: it may end by a kill at a crossing it is told.

The platform lives in the same process, so that both end at once; what a user has seen by then is written to a
file, as the only thing that outlives them.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from sqlalchemy import func, select

from bot import policing, wiring
from bot.adapters import inbox, jobs
from bot.adapters.slack import socket as slack_socket
from bot.adapters.store.tables import arrivals, asks
from bot.wiring import House
from tests.edges import mattermost_server, slack_server
from tests.edges.mattermost_server import MattermostServer
from tests.edges.slack_server import SlackServer
from tests.end_to_end.crashing import Fuse, mined_at
from tests.end_to_end.program import opened
from tests.world import shipped_policy

QUESTION = "Propose un ordre du jour pour une réunion d’équipe d’une heure."
GENERAL = "C0GENERAL1"

MINES = {"arrivals": ("keep", "done"), "people": ("by_account",), "asks": ("accept",)}
"""The way to an accepted ask."""


class Stage(Protocol):
    """A platform with one person on it, and the program beside it."""

    server: Any

    async def accepts(self) -> None:
        """Accept the charter."""

    async def asks(self, again: bool) -> None:
        """Ask, or send what was not acknowledged again as the platform would; return when acknowledged."""


class SlackStage:
    """`/ia` over Socket Mode, or a direct message."""

    def __init__(self, server: SlackServer, *, said: bool) -> None:
        self.server: Any = server
        self._said = said

    async def accepts(self) -> None:
        await self.server.slash("U0000ANNE1", GENERAL, "charte accepter")
        await self.server.reads("U0000ANNE1", "Merci")

    async def asks(self, again: bool) -> None:
        if self._said:
            channel = slack_server.direct("U0000ANNE1")
            event = {"type": "message", "channel_type": "im", "user": "U0000ANNE1", "channel": channel}
            await self.server.event({**event, "text": QUESTION, "ts": "1700000000.5"}, "Ev-the-question")
        elif not again:
            await self.server.slash("U0000ANNE1", GENERAL, QUESTION)


class MattermostStage:
    """`/ia` over HTTP, or a direct message that stays on the server."""

    def __init__(self, server: MattermostServer, *, said: bool) -> None:
        self.server: Any = server
        self._said = said
        self._anne = mattermost_server.key("anne")

    async def accepts(self) -> None:
        await self.server.slash(self._anne, self.server.names["general"], "charte accepter")
        await self.server.reads(self._anne, "Merci")

    async def asks(self, again: bool) -> None:
        if self._said:
            await self.server.say(self._anne, self.server.direct(self._anne), QUESTION, post_id="question")
        elif not again:
            await self.server.slash(self._anne, self.server.names["general"], QUESTION)


async def lived(folder: Path, kind: str, at: int) -> int:
    """Live once: set up (`at` is -1), ask and be killed at crossing `at`, or come back (`at` is 0)."""
    shipped_policy()  # cached before it takes the place of loading
    policing.load = lambda *_args, **_kwargs: shipped_policy()  # type: ignore[assignment]
    inbox.EVERY = jobs.EVERY = slack_socket.SHORTEST = 0.02
    fuse, assembled = Fuse(0), wiring.assembled
    wiring.assembled = lambda *given: mined_at(assembled(*given), fuse, MINES)
    async with _stage(folder, kind) as (stage, whole):
        stage.server._numbers = itertools.count(100 * (at + 2))  # no trigger comes in two lives
        if at == -1:
            await stage.accepts()
            return 0
        fuse.crossed, fuse.at = 0, at
        await stage.asks(again=at == 0)
        if at > 0:
            (folder / "acknowledged").touch()
        await _at_rest(whole)
        return 0


async def _at_rest(whole: House) -> None:
    """Wait until nothing is left to do."""
    async with asyncio.timeout(20):
        while await _left(whole):
            await asyncio.sleep(0.02)


async def _left(whole: House) -> int:
    waiting = select(func.count()).select_from(arrivals)
    untold = select(func.count()).select_from(asks).where(asks.c.told == 0)
    database = whole.store.database
    return int(await database.read(lambda c: (c.scalar(waiting) or 0) + (c.scalar(untold) or 0)))


@asynccontextmanager
async def _stage(folder: Path, kind: str) -> AsyncIterator[tuple[Stage, House]]:
    platform, _, way = kind.partition(" ")
    make = _slack if platform == "slack" else _mattermost
    async with make(folder, said=way == "said") as one:
        yield one


@asynccontextmanager
async def _slack(folder: Path, *, said: bool) -> AsyncIterator[tuple[Stage, House]]:
    server = SlackServer()
    await server.start(_port(folder))
    server.person("U0000ANNE1", "Anne Dupont")
    server.members |= {GENERAL: {"U0000ANNE1"}, "C00REVIEW1": {slack_server.BOT}}
    settings = {
        "bot_token": slack_server.BOT_TOKEN,
        "app_token": slack_server.APP_TOKEN,
        "base_url": server.base_url,
        "review_channel": "C00REVIEW1",
        "admin_channel": "C00REVIEW1",
    }
    try:
        async with opened(folder, **_kept(folder), slack=settings) as (whole, _):
            yield SlackStage(server, said=said), whole
    finally:
        await server.stop()


@asynccontextmanager
async def _mattermost(folder: Path, *, said: bool) -> AsyncIterator[tuple[Stage, House]]:
    server = MattermostServer()
    server.port = _port(folder)
    await server.start()
    anne, bot = server.person("anne"), mattermost_server.BOT
    server.channel("general", bot, anne)
    settings = {
        "url": server.url,
        "bot_token": mattermost_server.BOT_TOKEN,
        "command_tokens": [mattermost_server.COMMAND_TOKEN],
        "callback_secret": mattermost_server.SECRET,
        "review_channel": server.channel("review", bot, kind="P"),
        "admin_channel": server.names["review"],
    }
    address = f"http://127.0.0.1:{_port(folder) + 1}"
    server.address = address
    try:
        async with opened(folder, **_kept(folder), mattermost=settings, address=address) as (whole, _):
            config = uvicorn.Config(whole.app, port=_port(folder) + 1, log_level="warning", lifespan="off")
            web = uvicorn.Server(config)
            serving = asyncio.create_task(web.serve())
            await server.until(lambda: server.listening and web.started)
            yield MattermostStage(server, said=said), whole
            web.should_exit = True
            await serving
    finally:
        await server.stop()


def _port(folder: Path) -> int:
    """Return the platform's port, the same in every life: answers go to addresses of the life before."""
    return int((folder / "port").read_text())


def _kept(folder: Path) -> Mapping[str, Any]:
    key = (folder / "key").read_text()
    return {"store": {"url": f"sqlite:///{folder / 'sobria.db'}", "keys": [key]}}


def furnished(folder: Path, key: str) -> None:
    """Write what every life in `folder` needs to know."""
    folder.mkdir()
    (folder / "key").write_text(key)
    (folder / "port").write_text(str(20_000 + os.getpid() % 20_000 * 2))
