"""A Slack workspace to talk to: the Web API, Socket Mode and signed requests, over real connections.

It refuses what Slack refuses (blocks beyond the limits, dead triggers, unknown channels, too many calls) and
sends what Slack sends. Tests act as users: `slash`, `say`, `press`, `submit`; `seen` is what they then read.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.edges.blockkit import faults, view_faults

TEAM, BOT, SECRET = "T0000SOBRIA", "U0000000BOT", "signing-secret"
BOT_TOKEN, APP_TOKEN = "xoxb-made-up", "xapp-made-up"
TRIGGER_LIVES = 3.0
PATIENCE = 8.0

Payload = dict[str, Any]


@dataclass
class Seen:
    """Something a user reads: `by` is how it came (post, ephemeral, view, response, file)."""

    by: str
    channel: str
    text: str
    blocks: list[Payload] = field(default_factory=list)
    user: str = ""
    thread: str | None = None
    ts: str = ""
    edits: int = 0
    content: bytes = b""
    view: Payload = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Everything that is written on it."""
        return json.dumps(self.blocks or self.view.get("blocks") or self.text, ensure_ascii=False) + self.text

    @property
    def buttons(self) -> dict[str, Payload]:
        """Buttons by label."""
        rows = [block for block in (self.blocks or self.view.get("blocks", [])) if block["type"] == "actions"]
        return {element["text"]["text"]: element for row in rows for element in row["elements"]}


class SlackServer:
    """One workspace."""

    def __init__(self) -> None:
        self.users: dict[str, Payload] = {BOT: {"id": BOT, "is_bot": True, "team_id": TEAM}}
        self.members: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self.seen: list[Seen] = []
        self.calls: list[str] = []
        self.acked: list[str] = []
        self.files: dict[str, bytes] = {}
        self.scopes = "chat:write"
        self.limited: dict[str, float] = {}
        self.down = False
        self.losing: dict[str, int] = {}
        self.home: Payload | None = None
        self._triggers: dict[str, float] = {}
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.port = 0

    # the server

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/response/{channel}/{user}", self._response)
        app.router.add_post("/upload/{file}", self._uploaded)
        app.router.add_get("/files/{file}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def stop(self) -> None:
        await self.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    async def cut(self) -> None:
        """Cut every socket, as a network does: without a word."""
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def renew(self, reason: str = "refresh_requested") -> None:
        """Announce, as Slack does now and then, that the newest socket is to be replaced; it stays open a while."""
        await self._sockets[-1].send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def send_raw(self, frame: str) -> None:
        """Send anything over the newest socket."""
        await self._sockets[-1].send_str(frame)

    @property
    def sockets(self) -> int:
        """How many sockets are open."""
        return len(self._sockets)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def person(self, user: str, name: str, **more: Any) -> str:
        profile = {"real_name": name, "email": more.pop("email", f"{user.lower()}@exemple.be")}
        self.users[user] = {"id": user, "team_id": TEAM, "profile": profile, "locale": "fr-FR", **more}
        return user

    # what users do

    def trigger(self) -> str:
        name = f"{next(self._numbers)}.{time.time()}"
        self._triggers[name] = time.monotonic()
        return name

    def slash_payload(self, user: str, channel: str, text: str) -> Payload:
        return {
            "command": "/ia",
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "team_id": TEAM,
            "team_domain": "sobria",
            "channel_name": "general",
            "user_name": user.lower(),
            "api_app_id": "A1",
            "trigger_id": self.trigger(),
            "token": "legacy",
            "is_enterprise_install": "false",
            "response_url": f"http://127.0.0.1:{self.port}/response/{channel}/{user}",
        }

    async def slash(self, user: str, channel: str, text: str) -> Payload:
        payload = self.slash_payload(user, channel, text)
        await self.send("slash_commands", payload)
        return payload

    async def say(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> str:
        """Say something: a direct message in a D channel, otherwise a mention of the bot."""
        ts = self._ts()
        direct = channel.startswith("D")
        event = {"user": user, "channel": channel, "text": text, "ts": ts, **more}
        event |= {"type": "message", "channel_type": "im"} if direct else {"type": "app_mention"}
        event |= {"thread_ts": thread} if thread else {}
        self.seen.append(Seen("post", channel, text, user=user, thread=thread, ts=ts))
        await self.event(event)
        return ts

    async def event(self, event: Payload, event_id: str | None = None) -> Payload:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event": event,
        }
        await self.send("events_api", payload)
        return payload

    def press_payload(self, user: str, seen: Seen, label: str) -> Payload:
        element = seen.buttons[label]
        ephemeral = seen.by in {"ephemeral", "response"}
        return {
            "type": "block_actions",
            "user": {"id": user, "team_id": TEAM},
            "team": {"id": TEAM},
            "api_app_id": "A1",
            "trigger_id": self.trigger(),
            "channel": {"id": seen.channel},
            "container": {
                "type": "message",
                "message_ts": seen.ts,
                "channel_id": seen.channel,
                "is_ephemeral": ephemeral,
            },
            **(
                {} if ephemeral else {"message": {"ts": seen.ts, "thread_ts": seen.thread, "text": seen.text}}
            ),
            "response_url": f"http://127.0.0.1:{self.port}/response/{seen.channel}/{user}",
            "actions": [{"block_id": "b", **{k: v for k, v in element.items() if k != "text"}}],
        }

    async def press(self, user: str, seen: Seen, label: str) -> Payload:
        payload = self.press_payload(user, seen, label)
        await self.send("interactive", payload)
        return payload

    async def shortcut(self, user: str, channel: str, callback: str, text: str) -> None:
        await self.send(
            "interactive",
            {
                "type": "message_action",
                "callback_id": callback,
                "trigger_id": self.trigger(),
                "user": {"id": user},
                "team": {"id": TEAM},
                "channel": {"id": channel},
                "message": {"ts": self._ts(), "text": text, "user": "U0000OTHER1"},
                "message_ts": "1.1",
                "response_url": f"http://127.0.0.1:{self.port}/response/{channel}/{user}",
            },
        )

    async def submit(self, user: str, seen: Seen, filled: Mapping[str, str]) -> Payload:
        view = seen.view
        state: Payload = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element = block["element"]
                value = filled.get(block["block_id"], element.get("initial_value"))
                state[block["block_id"]] = {"value": _typed(element, value)}
        payload = {
            "type": "view_submission",
            "user": {"id": user},
            "team": {"id": TEAM},
            "trigger_id": self.trigger(),
            "view": {**view, "id": "V1", "state": {"values": state}},
        }
        await self.send("interactive", payload)
        return payload

    async def send(
        self, kind: str, payload: Payload, envelope: str | None = None, *, oldest: bool = False
    ) -> str:
        """Send an envelope over the newest socket, or the oldest, and wait for its acknowledgement."""
        await self.until(lambda: bool(self._sockets))
        identity = envelope or f"env-{next(self._numbers)}"
        before = self.acked.count(identity)
        await self._sockets[0 if oldest else -1].send_json(
            {
                "envelope_id": identity,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        await self.until(lambda: self.acked.count(identity) > before)
        return identity

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(holds)

    async def reads(self, user: str, words: str, by: str | None = None) -> Seen:
        """Wait until `user` can read `words`; return the latest such thing."""

        def found() -> list[Seen]:
            return [seen for seen in self.seen if self._visible(seen, user, by) and words in seen.words]

        await self.until(lambda: bool(found()))
        return found()[-1]

    def _visible(self, seen: Seen, user: str, by: str | None) -> bool:
        return seen.user in {"", user, BOT} and (by is None or seen.by == by)

    # signed requests

    def signed(
        self, payload: Payload, *, form: bool, secret: str = SECRET, age: float = 0
    ) -> tuple[bytes, dict[str, str]]:
        """Return body and headers as Slack would post them over HTTP."""
        if form:
            fields = payload if "command" in payload else {"payload": json.dumps(payload)}
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps(payload).encode(), "application/json"
        return self.signed_raw(body, kind, secret, age)

    def signed_raw(
        self, body: bytes, kind: str, secret: str = SECRET, age: float = 0
    ) -> tuple[bytes, dict[str, str]]:
        """Return any body with Slack's signature."""
        stamp = str(int(time.time() - age))
        base = b"v0:" + stamp.encode() + b":" + body
        signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        headers = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": signature}
        return body, headers

    # what the app asks

    def _ts(self) -> str:
        return f"1700000000.{next(self._numbers):06d}"

    async def _note(self, seen: Seen | None = None) -> None:
        async with self._changed:
            if seen is not None:
                self.seen.append(seen)
            self._changed.notify_all()

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        await self._note()
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self.acked.append(json.loads(frame.data)["envelope_id"])
                await self._note()
        if socket in self._sockets:
            self._sockets.remove(socket)
        return socket

    async def _response(self, request: web.Request) -> web.Response:
        body = await request.json()
        wrong = faults(body.get("blocks", []))
        if wrong:
            return web.Response(status=400, text="; ".join(wrong))
        found = request.match_info
        await self._note(
            Seen(
                "response",
                found["channel"],
                body.get("text", ""),
                body.get("blocks", []),
                found["user"],
                ts=self._ts(),
            )
        )
        return web.Response(text="ok")

    async def _uploaded(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.Response(
            body=self.files[request.match_info["file"]], content_type="application/octet-stream"
        )

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        await self._note()
        if self.down:
            return web.Response(status=503)
        if method in self.limited:
            pause = self.limited.pop(method)
            headers = {"Retry-After": str(pause)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if (arguments.get("token") or token) not in {BOT_TOKEN, APP_TOKEN}:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = await self._answer(method, arguments)
        if self.losing.get(method) and request.transport is not None:
            self.losing[method] -= 1
            request.transport.abort()  # done, but whoever asked will not know
        headers = {"x-oauth-scopes": self.scopes} if method == "auth.test" else {}
        return web.json_response({"ok": "error" not in answer, **answer}, headers=headers)

    async def _answer(self, method: str, arguments: Payload) -> Payload:
        found: Any = getattr(self, "_" + method.replace(".", "_"), None)
        return {"error": "unknown_method"} if found is None else await found(arguments)

    async def _auth_test(self, _: Payload) -> Payload:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B1", "url": "http://sobria"}

    async def _apps_connections_open(self, _: Payload) -> Payload:
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}

    async def _users_info(self, arguments: Payload) -> Payload:
        user = self.users.get(arguments["user"])
        return {"user": user} if user else {"error": "user_not_found"}

    async def _conversations_members(self, arguments: Payload) -> Payload:
        if arguments["channel"] not in self.members:
            return {"error": "channel_not_found"}
        return {"members": sorted(self.members[arguments["channel"]])}

    async def _usergroups_users_list(self, arguments: Payload) -> Payload:
        return {"users": self.groups.get(arguments["usergroup"], [])}

    async def _conversations_list(self, _: Payload) -> Payload:
        return {"channels": [{"id": key, "name": name} for name, key in self.names.items()]}

    async def _conversations_open(self, arguments: Payload) -> Payload:
        return {"channel": {"id": direct(arguments["users"])}}

    async def _conversations_replies(self, arguments: Payload) -> Payload:
        thread = arguments["ts"]
        found = [seen for seen in self.seen if seen.by == "post" and thread in {seen.ts, seen.thread}]
        return {"messages": [_as_message(seen) | {"thread_ts": thread} for seen in found]}

    async def _conversations_history(self, arguments: Payload) -> Payload:
        found = [seen for seen in self.seen if seen.by == "post" and seen.channel == arguments["channel"]]
        return {"messages": [_as_message(seen) for seen in reversed(found) if not seen.thread]}

    async def _chat_postMessage(self, arguments: Payload) -> Payload:  # noqa: N802
        wrong = faults(arguments.get("blocks", []))
        if wrong:
            return {"error": "invalid_blocks", "response_metadata": {"messages": wrong}}
        channel = arguments["channel"]
        channel = direct(channel) if channel.startswith("U") else channel
        ts = self._ts()
        await self._note(
            Seen(
                "post",
                channel,
                arguments.get("text", ""),
                arguments.get("blocks", []),
                BOT,
                arguments.get("thread_ts"),
                ts,
            )
        )
        return {"ts": ts, "channel": channel}

    async def _chat_postEphemeral(self, arguments: Payload) -> Payload:  # noqa: N802
        wrong = faults(arguments.get("blocks", []))
        if wrong or arguments["channel"] not in self.members:
            return {"error": "invalid_blocks" if wrong else "channel_not_found"}
        blocks = arguments.get("blocks", [])
        await self._note(
            Seen(
                "ephemeral",
                arguments["channel"],
                arguments["text"],
                blocks,
                arguments["user"],
                arguments.get("thread_ts"),
                self._ts(),
            )
        )
        return {"message_ts": self._ts()}

    async def _chat_update(self, arguments: Payload) -> Payload:
        wrong = faults(arguments.get("blocks", []))
        found = [seen for seen in self.seen if seen.ts == arguments["ts"]]
        if wrong or not found:
            return {"error": "invalid_blocks" if wrong else "message_not_found"}
        found[0].text, found[0].blocks = arguments.get("text", ""), arguments.get("blocks", [])
        found[0].edits += 1
        await self._note()
        return {"ts": arguments["ts"]}

    async def _chat_delete(self, arguments: Payload) -> Payload:
        self.seen = [seen for seen in self.seen if seen.ts != arguments["ts"]]
        await self._note()
        return {"ts": arguments["ts"]}

    async def _views_open(self, arguments: Payload) -> Payload:
        born = self._triggers.pop(arguments["trigger_id"], None)
        if born is None or time.monotonic() - born > TRIGGER_LIVES:
            return {"error": "expired_trigger_id"}
        wrong = view_faults(arguments["view"])
        if wrong:
            return {"error": "invalid_arguments", "response_metadata": {"messages": wrong}}
        await self._note(Seen("view", "", arguments["view"]["title"]["text"], view=arguments["view"]))
        return {"view": {"id": "V1"}}

    async def _views_publish(self, arguments: Payload) -> Payload:
        wrong = view_faults(arguments["view"])
        if wrong:
            return {"error": "invalid_arguments", "response_metadata": {"messages": wrong}}
        self.home = arguments["view"]
        await self._note(Seen("home", "", "", user=arguments["user_id"], view=arguments["view"]))
        return {}

    async def _files_getUploadURLExternal(self, arguments: Payload) -> Payload:  # noqa: N802
        file = f"F{next(self._numbers)}"
        self.names[file] = arguments["filename"]
        return {"upload_url": f"http://127.0.0.1:{self.port}/upload/{file}", "file_id": file}

    async def _files_completeUploadExternal(self, arguments: Payload) -> Payload:  # noqa: N802
        for file in arguments["files"]:
            content = self.files[file["id"]]
            name = self.names[file["id"]]
            await self._note(
                Seen(
                    "file",
                    arguments.get("channel_id", ""),
                    name,
                    content=content,
                    thread=arguments.get("thread_ts"),
                )
            )
        return {}


def _as_message(seen: Seen) -> Payload:
    return {"user": seen.user, "text": seen.text, "ts": seen.ts, "blocks": seen.blocks}


def direct(user: str) -> str:
    """Return the bot's own conversation with `user`."""
    return f"D{user[1:]}"


def _typed(element: Payload, value: str | None) -> Payload:
    if element["type"] == "static_select":
        return {"type": "static_select", "selected_option": {"value": value} if value else None}
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": value}
    return {"type": element["type"], "value": value}


async def _arguments(request: web.Request) -> Payload:
    if request.content_type == "application/json":
        found: Payload = await request.json()
        return found
    return {**request.query, **await request.post()}
