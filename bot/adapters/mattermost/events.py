"""Direct messages and mentions by the server's websocket; what was missed while it was cut comes by REST.

The reader only queues; a post that is for us is kept before the next one is looked at. A connection is given up
when it is silent, and made again sooner at first and then more patiently; after each one, and after a start, the
posts are read since the last before which none was missed, and receipts keep them single.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.adapters.drafts import PAUSES, brought
from bot.adapters.mattermost import requests
from bot.adapters.mattermost.door import Door
from bot.adapters.mattermost.driver import Refused
from bot.errors import NotAllowed, StoreError, Undeliverable, where

HEARTBEAT = 20.0
HELLO_WITHIN = 10.0
SHORTEST, LONGEST = 0.5, 10.0
REFUSED = 60.0
"""Seconds between attempts with a token that the server refuses."""

OVERLAP = 10_000
"""Milliseconds read again after a cut: clocks differ, and a post seen twice is taken once."""

BEFORE_START = 15 * 60_000
"""Milliseconds before the first start that are read: what people wrote while it was set up."""

LONGEST_ABSENCE = 23 * 3_600_000
"""Milliseconds that are read at most after an absence: receipts keep posts single for a day."""

NOTED_EVERY = 20.0
"""Seconds between notes of how far the server was heard."""

QUEUE = 1_000

log = logging.getLogger(__name__)


class Events:
    """Keeps one websocket open for as long as `run` runs."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._queue: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue(QUEUE)
        self._started = _millis(door.ports.clock.now())
        self._seen = self._newest = self._started - BEFORE_START
        self._whole = False
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled."""
        wait = SHORTEST
        async with aiohttp.ClientSession(trust_env=True) as session, asyncio.TaskGroup() as group:
            await self._since()
            group.create_task(self._attend())
            group.create_task(self._noting())
            while True:
                try:
                    await self._listen(session)
                    wait = SHORTEST
                    log.warning("the websocket to Mattermost is lost; connecting again")
                except NotAllowed:
                    log.error("Mattermost refuses the bot's token; run `sobria doctor`")  # noqa: TRY400
                    wait = REFUSED
                except (Undeliverable, aiohttp.ClientError, OSError, TimeoutError) as fault:
                    log.warning(
                        "no websocket to Mattermost (%s); again in %.0f s", type(fault).__name__, wait
                    )
                self.connected.clear()
                await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  spreads replicas
                wait = min(LONGEST, wait * 2)

    async def _since(self) -> None:
        """Go on from where an earlier run ended, however long ago within a day."""
        while True:
            try:
                heard = await self._door.inbox.heard()
                break
            except StoreError as fault:
                log.warning("not known how far was heard: %s", type(fault).__name__)
                await asyncio.sleep(LONGEST)
        if heard is not None:
            self._seen = self._newest = max(_millis(heard), self._started - LONGEST_ABSENCE)

    async def _noting(self) -> None:
        """Note now and then up to when everything was taken, for the next start."""
        noted = 0
        while True:
            await asyncio.sleep(NOTED_EVERY)
            if self._whole and self._seen > noted:
                with suppress(StoreError):  # the next turn makes up for it
                    await self._door.inbox.hear(datetime.fromtimestamp(self._seen / 1000, UTC))
                    noted = self._seen

    async def _listen(self, session: aiohttp.ClientSession) -> None:
        settings = self._door.settings
        address = "ws" + settings.url.rstrip("/").removeprefix("http") + "/api/v4/websocket"
        async with session.ws_connect(address, heartbeat=HEARTBEAT, max_msg_size=16_000_000) as socket:
            challenge = {"token": settings.bot_token}
            await socket.send_json({"seq": 1, "action": "authentication_challenge", "data": challenge})
            await self._greeted(socket)
            self.connected.set()
            log.info("listening to Mattermost")
            self._whole = False
            catching_up = asyncio.create_task(self._caught_up(socket))
            try:
                async for frame in socket:
                    if frame.type is aiohttp.WSMsgType.TEXT:
                        await self._queue.put(_read(frame.data))
            finally:
                catching_up.cancel()

    async def _caught_up(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Catch up beside the reader, which must not fall silent; when that fails, connect again."""
        try:
            await self._catch_up()
        except Undeliverable as fault:
            log.warning("what was written meanwhile is not read yet: %s", fault)
            await socket.close()
        else:
            self._whole = True
            self._seen = self._newest

    async def _greeted(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Wait for the server's hello. Raises NotAllowed when the token is refused, TimeoutError."""
        async with asyncio.timeout(HELLO_WITHIN):
            async for frame in socket:
                said = _read(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else {}
                if said.get("event") == "hello":
                    return
                if said.get("status") == "FAIL":
                    raise NotAllowed("token")
        raise Undeliverable("closed before hello")

    async def _attend(self) -> None:
        while True:
            event = await self._queue.get()
            try:
                await self._event(event, event.get("data") or {}, event.get("broadcast") or {})
            except (KeyError, TypeError, ValueError, AttributeError, Undeliverable) as fault:
                log.warning("an event was dropped: %s", where(fault))

    async def _event(
        self, event: Mapping[str, Any], data: Mapping[str, Any], broadcast: Mapping[str, Any]
    ) -> None:
        match event.get("event"):
            case "posted":
                await self._posted(data)
            case (
                "user_added" | "user_removed" | "channel_member_updated" | "leave_team" | "user_role_updated"
            ):
                user = data.get("user_id") or broadcast.get("user_id")
                if user:
                    self._door.server.forget(str(user))
                    self._door.running.start_alone(self._door.membership_changed(str(user)))
            case "user_updated":
                self._door.server.forget(str((data.get("user") or {}).get("id")))

    async def _posted(self, data: Mapping[str, Any]) -> None:
        post = _read(data.get("post", ""))
        direct = data.get("channel_type") == "D"
        await self._take(post, direct=direct)

    async def _take(self, post: Mapping[str, Any], *, direct: bool) -> None:
        me = await brought(self._door.server.me, PAUSES)
        said = bool(post.get("id")) and requests.said_by_person(post, str(me["id"]))
        named = direct or requests.names_bot(str(post.get("message") or ""), str(me["username"]))
        if said and named:
            await self._kept(post, direct=direct)
        self._newest = max(self._newest, int(post.get("create_at") or 0))
        if self._whole:
            self._seen = self._newest

    async def _kept(self, post: Mapping[str, Any], *, direct: bool) -> None:
        """Have a post kept before anything that came after it is looked at, however long the store is away."""
        while True:
            try:
                await self._door.said(post, direct=direct)
            except StoreError as fault:
                log.warning("a post is not kept yet: %s", type(fault).__name__)
                await asyncio.sleep(SHORTEST)
            else:
                return

    async def _catch_up(self) -> None:
        """Take what was written to the bot since the last post it saw."""
        since = self._seen - OVERLAP
        await self._door.mail.tidy()
        async for channel in self._changed(since):
            posts = self._door.rest.driver.posts.get_posts_for_channel
            try:
                found = await self._door.rest.call(posts, channel["id"], params={"since": since})
            except Refused as fault:
                if fault.status not in {403, 404}:
                    raise
                continue  # a channel the bot has just lost is no reason to miss the others
            await self._door.mail.tidy(found["posts"].values(), self._started)
            for post in sorted(found["posts"].values(), key=lambda post: int(post["create_at"])):
                if int(post["create_at"]) > since and not post.get("delete_at"):
                    await self._take(post, direct=channel["type"] == "D")

    async def _changed(self, since: int) -> AsyncIterator[Mapping[str, Any]]:
        rest = self._door.rest
        seen: set[str] = set()
        for team in await rest.send("get", "/users/me/teams"):
            for channel in await rest.send("get", f"/users/me/teams/{team['id']}/channels"):
                if channel["id"] not in seen and int(channel.get("last_post_at") or 0) > since:
                    seen.add(channel["id"])
                    yield channel


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _read(text: object) -> Mapping[str, Any]:
    """Return the JSON object in `text`; frames and the posts inside them are both strings of JSON."""
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
