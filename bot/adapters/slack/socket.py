"""Socket Mode: envelopes in, acknowledgements out, a new socket whenever one is lost.

Our own loop on aiohttp rather than the SDK's client: that one tries a used-up address again for ever after a
failed connection, and writes the address, which is a credential, to the log.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.listeners import HEARD, RECEIPT
from bot.errors import Undeliverable, where

HEARTBEAT = 15.0
"""Seconds between pings; a connection that is silent for half of it more is given up."""

SHORTEST, LONGEST = 0.5, 5.0
"""Seconds between attempts: people wait, and one small request in five seconds burdens nobody."""

STEADY = 5.0
"""Seconds after which a connection counts as one that held."""

DRAIN = 30.0
"""Seconds that a socket is still served after Slack asked for its replacement."""

log = logging.getLogger(__name__)


class SocketMode:
    """Keeps one socket open for as long as `run` runs."""

    def __init__(self, api: SlackApi, app: AsyncApp, app_token: str) -> None:
        self._api = api
        self._app = app
        self._token = app_token
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: set[asyncio.Task[None]] = set()
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled. A lost socket is replaced, sooner at first and then more patiently."""
        async with aiohttp.ClientSession(trust_env=True) as session:
            try:
                await self._connect(session)
            finally:
                for task in self._listening:
                    task.cancel()
                await asyncio.gather(*self._listening, return_exceptions=True)

    async def _connect(self, session: aiohttp.ClientSession) -> None:
        wait = SHORTEST
        while True:
            began = asyncio.get_running_loop().time()
            try:
                renewed = await self._served(session, await self._address())
                lasted = asyncio.get_running_loop().time() - began
                wait = SHORTEST if lasted > STEADY else wait
                if renewed and lasted > STEADY:
                    continue
                if not renewed:
                    log.warning("the socket to Slack is lost; connecting again")
            except (Undeliverable, aiohttp.ClientError, OSError, TimeoutError) as fault:
                log.warning("no socket to Slack (%s); trying again in %.1f s", _named(fault), wait)
            self.connected.clear()
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311  spreads replicas, hides nothing
            wait = min(LONGEST, wait * 2)

    async def _address(self) -> str:
        await self._api.identity()  # asked now, so that no acknowledgement ever waits for it
        opened = await self._api.call("apps.connections.open", token=self._token)
        return str(opened["url"])

    async def _served(self, session: aiohttp.ClientSession, address: str) -> bool:
        """Serve one socket until it is lost; return True at once when Slack asks for its replacement.

        It is then served beside its successor until Slack closes it: nothing is lost in between.
        """
        # A socket that is not up soon will not be: while the network is cut, some are opened and never answered.
        async with asyncio.timeout(HEARTBEAT):
            socket = await session.ws_connect(address, heartbeat=HEARTBEAT, max_msg_size=8_000_000)
        self.connected.set()
        log.info("listening to Slack")
        renew = asyncio.Event()
        listening = asyncio.create_task(self._listen(socket, renew))
        self._listening.add(listening)
        listening.add_done_callback(self._ended)
        asked = asyncio.create_task(renew.wait())
        try:
            await asyncio.wait({listening, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        return renew.is_set()

    def _ended(self, listening: asyncio.Task[None]) -> None:
        self._listening.discard(listening)
        fault = None if listening.cancelled() else listening.exception()
        if fault is not None:
            log.warning("a socket to Slack broke: %s", where(fault))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, renew: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with socket, asyncio.timeout(None) as drain:
                async for frame in socket:
                    if frame.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    envelope = _read(frame.data)
                    if envelope.get("type") == "disconnect":
                        log.info("Slack asks for a new socket: %s", _word(envelope.get("reason")))
                        drain.reschedule(asyncio.get_running_loop().time() + DRAIN)
                        renew.set()
                    elif envelope.get("envelope_id") and isinstance(envelope.get("payload"), dict):
                        self._start(socket, envelope)

    def _start(self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._serve(socket, envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        identity = str(envelope["envelope_id"])
        request = AsyncBoltRequest(
            mode="socket_mode", body=envelope["payload"], context={RECEIPT: f"envelope:{identity}"}
        )
        try:
            answer = await self._app.async_dispatch(request)
            if request.context.get(HEARD) and answer.status != 200:
                log.warning("an envelope could not be kept; Slack will send it again")
                return
            payload = {"payload": json.loads(answer.body)} if answer.body.startswith("{") else {}
            await socket.send_json({"envelope_id": identity, **payload})
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            log.warning("an envelope was not acknowledged: %s", where(fault))


def _named(fault: BaseException) -> str:
    return str(fault) if isinstance(fault, Undeliverable) else type(fault).__name__


def _word(reason: object) -> str:
    """Return Slack's word for why, and nothing else that might be sent in its place."""
    return reason if isinstance(reason, str) and reason.isidentifier() else "?"


def _read(text: str) -> Mapping[str, Any]:
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}
