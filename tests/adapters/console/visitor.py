"""A browser without JavaScript, as far as the console can tell."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from bot.adapters import console
from bot.adapters.console import Console
from bot.core.ask import Platform
from tests.world import ORGANISATION, World

STREAM = {"Accept": "application/x-ndjson"}


class Visitor:
    """Somebody in front of the console."""

    def __init__(self, world: World, built: Console) -> None:
        app = FastAPI()
        app.router.routes.extend(built.routes)
        self.console = built
        self.world = world
        transport = httpx.ASGITransport(app)
        self.web = httpx.AsyncClient(transport=transport, base_url="http://sobria")

    async def enters(self, who: str) -> httpx.Response:
        """Come in by a one-time link."""
        now = self.world.clock.now()
        person = self.world.people[who].id
        token = await self.world.ports.doors.invite(person, now, now + timedelta(minutes=5))
        return await self.web.post(f"/entrer/{token}")

    async def page(self) -> str:
        """Read the conversation."""
        return (await self.web.get("/")).text

    async def token(self) -> str:
        """Find the token of the page's forms."""
        found = re.search(r'name="jeton" value="(\w+)"', await self.page())
        assert found is not None
        return found[1]

    async def says(self, line: str, **values: str) -> str:
        """Send a line or a form and read the page that it leads to."""
        sent = {"jeton": await self.token(), "ligne": line} | values
        answer = await self.web.post("/dire", data=sent)
        assert answer.status_code == 303, answer.text
        return html.unescape(await self.page())

    async def streams(self, line: str, **sent: str) -> list[dict[str, Any]]:
        """Send a line as the page's own script does and read all that comes."""
        form = {"jeton": await self.token(), "ligne": line} | sent
        answer = await self.web.post("/dire", data=form, headers=STREAM)
        return [json.loads(part) for part in answer.text.splitlines()]


@asynccontextmanager
async def visiting(world: World, who: str | None = None, *, demo: bool = False) -> AsyncIterator[Visitor]:
    """Open the console on a world; `who` has come in already."""
    built = console.build(world.ports, organisation=ORGANISATION, demo=demo)
    world.ports.courier.add(Platform.CONSOLE, built)  # type: ignore[attr-defined]
    visitor = Visitor(world, built)
    if who is not None:
        await visitor.enters(who)
    try:
        yield visitor
    finally:
        await built.close()
        await visitor.web.aclose()
