"""A Mattermost server to talk to, as version 5.37 behaves: REST, websocket, slash commands, presses, dialogs.

It refuses what the server refuses (posts by a bot to channels it is not in, ephemeral posts by a bot, dead
triggers) and has its traps: action ids with other signs than letters and digits are never found, the rest of
a context stays on the server, events carry posts as strings. Limits of newer servers, to 11.6, are checked too.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

Payload = dict[str, Any]

BOT_TOKEN, COMMAND_TOKEN, SECRET = "bot-token-made-up", "command-token-made-up", "callback-secret-made-up"
TRIGGER_LIVES = 3.0
PATIENCE = 8.0
LONGEST, PROPS, FILES = 16_383, 8_000, 5


def key(name: str) -> str:
    """Return a made-up id of the server's shape: 26 letters and digits."""
    return (re.sub(r"[^a-z0-9]", "", name.lower()) + "0" * 26)[:26]


BOT, TEAM = key("sobriabot"), key("team")


@dataclass
class Seen:
    """Something a user reads: `by` is how it came (post, ephemeral, dialog)."""

    by: str
    channel: str
    text: str
    user: str = ""
    attachments: list[Payload] = field(default_factory=list)
    root: str = ""
    id: str = ""
    at: int = 0
    edits: int = 0
    files: list[str] = field(default_factory=list)
    props: Payload = field(default_factory=dict)
    more: Payload = field(default_factory=dict)
    dialog: Payload = field(default_factory=dict)
    url: str = ""

    @property
    def words(self) -> str:
        """Everything that is written on it."""
        return self.text + json.dumps([self.attachments, self.dialog], ensure_ascii=False)

    @property
    def actions(self) -> dict[str, Payload]:
        """Buttons and menus by label."""
        return {action["name"]: action for row in self.attachments for action in row.get("actions", [])}


class MattermostServer:
    """One server with one team. Posts and events are dated by a counter of milliseconds that never stands."""

    def __init__(self) -> None:
        self.users: dict[str, Payload] = {
            BOT: {"id": BOT, "username": "sobria", "is_bot": True, "roles": "system_user"}
        }
        self.members: dict[str, set[str]] = defaultdict(set)
        self.kinds: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.seen: list[Seen] = []
        self.calls: list[str] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.commands: list[Payload] = []
        self.bots: list[Payload] = []
        self.config = {"RequireEmailVerification": "true"}
        self.limited = 0
        self.down = False
        self.deaf = 0
        self.failing: set[str] = set()
        self.address = ""
        self.port = 0
        self._triggers: dict[str, float] = {}
        self._responses: dict[str, tuple[str, str, int]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._pending: dict[str, Seen] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    # the server

    async def start(self) -> None:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_get("/api/v4/websocket", self._websocket)
        app.router.add_post("/hooks/commands/{name}", self._response)
        app.router.add_route("*", "/api/v4/{path:.*}", self._api)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self._http = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self.cut()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def cut(self) -> None:
        """Cut every websocket, as a network does: without a word."""
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def listening(self) -> bool:
        return bool(self._sockets)

    def person(self, name: str, **more: Any) -> str:
        user = key(name)
        self.users[user] = {
            "id": user,
            "username": name,
            "first_name": name.capitalize(),
            "last_name": "Dupont",
            "email": f"{name}@exemple.be",
            "email_verified": False,
            "roles": "system_user",
            "locale": "fr",
            **more,
        }
        return user

    def channel(self, name: str, *members: str, kind: str = "O") -> str:
        channel = key(name)
        self.members[channel] = set(members)
        self.kinds[channel] = kind
        self.names[name] = channel
        return channel

    def direct(self, user: str) -> str:
        """Return the bot's own conversation with `user`."""
        channel = key(f"dm{user[:12]}")
        self.members[channel] = {BOT, user}
        self.kinds[channel] = "D"
        return channel

    # what users do

    def trigger(self) -> str:
        name = f"trigger{next(self._numbers)}"
        self._triggers[name] = time.monotonic()
        return name

    def command_form(self, user: str, channel: str, text: str, root: str = "") -> dict[str, str]:
        hook = f"hook{next(self._numbers)}"
        self._responses[hook] = (channel, user, 5)
        return {
            "channel_id": channel,
            "channel_name": "general",
            "command": "/ia",
            "response_url": f"{self.url}/hooks/commands/{hook}",
            "team_domain": "asbl",
            "team_id": TEAM,
            "text": text,
            "token": COMMAND_TOKEN,
            "trigger_id": self.trigger(),
            "user_id": user,
            "user_name": self.users[user]["username"],
            **({"root_id": root} if root else {}),
        }

    async def slash(self, user: str, channel: str, text: str, root: str = "") -> None:
        """Type `/ia …`; what comes back at once is shown as an ephemeral post.

        Only newer servers tell the thread's `root` (seen with 11.6, not yet with 9.10).
        """
        status, body = await self.callback("command", form=self.command_form(user, channel, text, root))
        assert status == 200, body
        if body.get("text") or body.get("attachments"):
            await self._shown(
                Seen("ephemeral", channel, _rewritten(body, "text"), user, body.get("attachments") or [])
            )

    async def press(self, user: str, seen: Seen, label: str, option: str | None = None) -> Payload:
        """Press a button, or choose `option` of a menu."""
        action = seen.actions[label]
        assert re.fullmatch(r"[A-Za-z0-9]+", action["id"]), "every press would be a 404"
        context = dict(action["integration"]["context"])
        if option is not None:
            chosen = {shown["text"]: shown["value"] for shown in action["options"]}
            context["selected_option"] = chosen[option]
        status, body = await self.post(
            action["integration"]["url"], json=self.press_body(user, seen, context)
        )
        assert status == 200, body
        if body.get("ephemeral_text"):
            await self._shown(Seen("ephemeral", seen.channel, _rewritten(body, "ephemeral_text"), user))
        return body

    def press_body(self, user: str, seen: Seen, context: Payload) -> Payload:
        return {
            "user_id": user,
            "user_name": self.users[user]["username"],
            "channel_id": seen.channel,
            "channel_name": "x",
            "team_id": TEAM,
            "team_domain": "asbl",
            "post_id": seen.id,
            "trigger_id": self.trigger(),
            "type": "button",
            "data_source": "",
            "context": context,
        }

    async def submit(self, user: str, seen: Seen, filled: Mapping[str, str], **changed: Any) -> Payload:
        """Send a dialog that was opened; fields not named keep what stood in them."""
        given = {element["name"]: element.get("default", "") for element in seen.dialog["elements"]}
        body = {
            "type": "dialog_submission",
            "callback_id": seen.dialog["callback_id"],
            "state": seen.dialog["state"],
            "user_id": user,
            "channel_id": seen.channel,
            "team_id": TEAM,
            "submission": {**given, **filled},
            "cancelled": False,
            **changed,
        }
        status, answer = await self.post(seen.url, json=body)
        assert status == 200, answer
        return answer

    async def say(
        self, user: str, channel: str, text: str, root: str = "", *, quietly: bool = False, **more: Any
    ) -> str:
        """Post something; `quietly` while the bot's websocket is cut."""
        seen = Seen("post", channel, text, user, root=root, files=more.pop("file_ids", []), more=more)
        seen.id = more.pop("post_id", "")
        await self._shown(seen)
        if not quietly and BOT in self.members[channel]:
            await self.until(lambda: self.listening)
        if BOT in self.members[channel]:
            await self._event("posted", self._posted(seen))
        return seen.id

    async def callback(self, path: str, **content: Any) -> tuple[int, Payload]:
        """Call the program as the server does."""
        form = content.pop("form", None)
        if form is not None:
            content["data"] = form
        return await self.post(f"{self.address}/mattermost/{path}", **content)

    async def post(self, url: str, **content: Any) -> tuple[int, Payload]:
        assert self._http is not None
        async with self._http.post(url, **content) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else {"text": text}

    async def membership(self, event: str, user: str, channel: str) -> None:
        await self._event(event, {"user_id": user}, {"channel_id": channel})

    async def updated(self, user: str) -> None:
        """Tell that an account has changed."""
        await self._event("user_updated", {"user": self.users[user]})

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
        if by is not None and seen.by != by:
            return False
        if seen.by == "dialog":
            return True
        return seen.user == user if seen.by == "ephemeral" else user in self.members[seen.channel]

    # what the program asks

    async def _shown(self, seen: Seen) -> Seen:
        number = next(self._numbers)
        seen.id = seen.id or key(f"post{number:06d}")
        seen.at = seen.at or int(time.time() * 1000) + number
        async with self._changed:
            self.seen.append(seen)
            self._changed.notify_all()
        return seen

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _posted(self, seen: Seen) -> Payload:
        kind = self.kinds.get(seen.channel, "O")
        return {
            "post": json.dumps(self._as_post(seen)),
            "channel_type": kind,
            "mentions": json.dumps([BOT]),
        }

    def _as_post(self, seen: Seen) -> Payload:
        return {
            "id": seen.id,
            "create_at": seen.at,
            "update_at": seen.at,
            "delete_at": 0,
            "user_id": seen.user,
            "channel_id": seen.channel,
            "root_id": seen.root,
            "message": seen.text,
            "type": "",
            "props": seen.props,
            "file_ids": seen.files,
            **seen.more,
        }

    async def _event(self, name: str, content: Payload, broadcast: Payload | None = None) -> None:
        for socket in list(self._sockets):
            await socket.send_json({"event": name, "data": content, "broadcast": broadcast or {}, "seq": 1})

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for frame in socket:
            said = json.loads(frame.data)
            if said.get("action") == "authentication_challenge":
                if said["data"]["token"] != BOT_TOKEN:
                    await socket.send_json({"status": "FAIL", "error": {"id": "x"}, "seq_reply": said["seq"]})
                    continue
                await socket.send_json({"event": "hello", "data": {"server_version": "5.37.0"}, "seq": 0})
                await socket.send_json({"status": "OK", "seq_reply": said["seq"]})
                self._sockets.append(socket)
                await self._note()
        return socket

    async def _response(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        channel, user, left = self._responses.get(name, ("", "", 0))
        if left == 0:
            return web.Response(status=400)
        self._responses[name] = (channel, user, left - 1)
        body = await request.json()
        await self._shown(
            Seen("ephemeral", channel, _rewritten(body, "text"), user, body.get("attachments") or [])
        )
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.calls.append(f"{request.method} {path}")
        await self._note()
        if self.down:
            return web.Response(status=503)
        if path in self.failing:
            self.failing.discard(path)
            return web.Response(status=500)
        if self.limited:
            self.limited -= 1
            return web.json_response({}, status=429, headers={"Retry-After": "0.1"})
        if request.headers.get("Authorization") not in {f"Bearer {BOT_TOKEN}", "Bearer admin-token"}:
            return web.json_response({"message": "Invalid or expired session"}, status=401)
        for method, pattern, answer in self._routes():
            found = re.fullmatch(pattern, path)
            if found and method == request.method:
                answered: web.Response = await answer(request, *found.groups())
                return answered
        return web.json_response({"message": "not found"}, status=404)

    def _routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            ("GET", r"users/me/teams", self._my_teams),
            ("GET", r"users/me/teams/(\w+)/channels", self._my_channels),
            ("GET", r"users/(\w+)", self._user),
            ("GET", r"config/client", self._config),
            ("GET", r"teams/name/(\w+)", self._team),
            ("GET", r"teams/name/\w+/channels/name/([\w-]+)", self._named),
            ("GET", r"teams/(\w+)/members/(\w+)", self._team_member),
            ("GET", r"channels/(\w+)/members", self._channel_members),
            ("POST", r"channels/(\w+)/members", self._join),
            ("GET", r"channels/(\w+)/posts", self._channel_posts),
            ("GET", r"teams/\w+/channels/name/([\w-]+)", self._named),
            ("POST", r"channels", self._create_channel),
            ("POST", r"channels/direct", self._direct_channel),
            ("POST", r"posts", self._create),
            ("PUT", r"posts/(\w+)/patch", self._patch),
            ("DELETE", r"posts/(\w+)", self._delete),
            ("GET", r"posts/(\w+)/thread", self._thread),
            ("POST", r"posts/ephemeral", self._forbidden),
            ("POST", r"actions/dialogs/open", self._dialog),
            ("POST", r"files", self._upload),
            ("GET", r"files/(\w+)/info", self._file_info),
            ("GET", r"files/(\w+)", self._file),
            ("GET", r"bots", self._listed_bots),
            ("POST", r"bots", self._create_bot),
            ("POST", r"users/(\w+)/tokens", self._create_token),
            ("GET", r"commands", self._listed_commands),
            ("POST", r"commands", self._create_command),
            ("PUT", r"commands/(\w+)", self._update_command),
            ("POST", r"teams/(\w+)/members", self._join_team),
        ]

    async def _my_teams(self, _: web.Request) -> web.Response:
        return web.json_response([{"id": TEAM, "name": "asbl"}])

    async def _my_channels(self, _: web.Request, __: str) -> web.Response:
        latest: dict[str, int] = defaultdict(int)
        for seen in self.seen:
            latest[seen.channel] = max(latest[seen.channel], seen.at)
        return web.json_response(
            [
                {"id": channel, "type": self.kinds.get(channel, "O"), "last_post_at": latest[channel]}
                for channel, members in self.members.items()
                if BOT in members
            ]
        )

    async def _user(self, _: web.Request, user: str) -> web.Response:
        found = self.users.get(BOT if user == "me" else user)
        return web.json_response(found) if found else web.json_response({}, status=404)

    async def _config(self, _: web.Request) -> web.Response:
        return web.json_response(self.config)

    async def _team(self, _: web.Request, name: str) -> web.Response:
        return web.json_response({"id": TEAM, "name": name})

    async def _named(self, _: web.Request, name: str) -> web.Response:
        found = self.names.get(name)
        return web.json_response({"id": found}) if found else web.json_response({}, status=404)

    async def _team_member(self, _: web.Request, __: str, user: str) -> web.Response:
        status = 200 if user in self.users else 404
        return web.json_response({"user_id": user, "delete_at": 0}, status=status)

    async def _channel_members(self, _: web.Request, channel: str) -> web.Response:
        if channel not in self.members:
            return web.json_response({}, status=404)
        if BOT not in self.members[channel]:
            return web.json_response({}, status=403)
        return web.json_response([{"user_id": user} for user in sorted(self.members[channel])])

    async def _join(self, request: web.Request, channel: str) -> web.Response:
        by_bot = request.headers.get("Authorization") == f"Bearer {BOT_TOKEN}"
        if by_bot and self.kinds.get(channel) != "O":
            return web.json_response({}, status=403)
        self.members[channel].add((await request.json())["user_id"])
        return web.json_response({}, status=201)

    async def _create_channel(self, request: web.Request) -> web.Response:
        body = await request.json()
        channel = self.channel(body["name"], kind=body["type"])
        return web.json_response({"id": channel}, status=201)

    async def _join_team(self, _: web.Request, __: str) -> web.Response:
        return web.json_response({}, status=201)

    async def _channel_posts(self, request: web.Request, channel: str) -> web.Response:
        since = int(request.query.get("since", "0"))
        found = [
            seen for seen in self.seen if seen.by == "post" and seen.channel == channel and seen.at > since
        ]
        return web.json_response(
            {"order": [seen.id for seen in found], "posts": {seen.id: self._as_post(seen) for seen in found}}
        )

    async def _thread(self, _: web.Request, root: str) -> web.Response:
        found = [seen for seen in self.seen if seen.by == "post" and root in {seen.id, seen.root}]
        return web.json_response(
            {"order": [seen.id for seen in found], "posts": {seen.id: self._as_post(seen) for seen in found}}
        )

    async def _direct_channel(self, request: web.Request) -> web.Response:
        pair = await request.json()
        return web.json_response({"id": self.direct(next(user for user in pair if user != BOT))}, status=201)

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        wrong = _post_faults(body)
        if wrong or BOT not in self.members.get(body["channel_id"], set()):
            return web.json_response({"message": wrong}, status=400 if wrong else 403)
        attachments = (body.get("props") or {}).get("attachments") or []
        pending = body.get("pending_post_id") or ""
        if pending in self._pending:
            return web.json_response(self._as_post(self._pending[pending]), status=201)
        seen = Seen("post", body["channel_id"], body["message"], BOT, attachments, body.get("root_id") or "")
        seen.files = body.get("file_ids") or []
        seen.props = {**(body.get("props") or {}), "from_bot": "true"}
        if pending:
            self._pending[pending] = seen
        await self._shown(seen)
        await self._event("posted", self._posted(seen))
        if self.deaf:  # the post is made, and the network cut before its maker hears so
            self.deaf -= 1
            return web.Response(status=502)
        return web.json_response(self._as_post(seen), status=201)

    async def _patch(self, request: web.Request, post: str) -> web.Response:
        body = await request.json()
        found = [seen for seen in self.seen if seen.id == post]
        wrong = _post_faults(body)
        if wrong or not found:
            return web.json_response({"message": wrong}, status=400 if wrong else 404)
        found[0].text = body["message"]
        found[0].attachments = (body.get("props") or {}).get("attachments") or []
        found[0].props = body.get("props") or {}
        found[0].edits += 1
        await self._note()
        return web.json_response(self._as_post(found[0]))

    async def _delete(self, _: web.Request, post: str) -> web.Response:
        self.seen = [seen for seen in self.seen if seen.id != post]
        return web.json_response({"status": "OK"})

    async def _forbidden(self, _: web.Request) -> web.Response:
        return web.json_response({"message": "permissions"}, status=403)

    async def _dialog(self, request: web.Request) -> web.Response:
        body = await request.json()
        born = self._triggers.pop(body["trigger_id"], None)
        if born is None or time.monotonic() - born > TRIGGER_LIVES:
            return web.json_response({"message": "trigger"}, status=400)
        wrong = dialog_faults(body["dialog"])
        if wrong:
            return web.json_response({"message": wrong}, status=400)
        state = body["dialog"]["state"]
        await self._shown(
            Seen(
                "dialog",
                "",
                body["dialog"]["title"],
                dialog=body["dialog"],
                url=body["url"],
                user="*",
                id=state[:26],
            )
        )
        return web.json_response({"status": "OK"})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        part: Any = form["files"]
        name = key(f"file{next(self._numbers)}")
        self.files[name] = (part.filename, part.file.read())
        return web.json_response({"file_infos": [{"id": name, "name": part.filename}]}, status=201)

    async def _file_info(self, _: web.Request, file: str) -> web.Response:
        name, content = self.files[file]
        return web.json_response({"id": file, "name": name, "size": len(content), "mime_type": ""})

    async def _file(self, _: web.Request, file: str) -> web.Response:
        name, content = self.files[file]
        kind = "application/json" if name.endswith(".json") else "application/octet-stream"
        return web.Response(body=content, content_type=kind)

    async def _listed_bots(self, _: web.Request) -> web.Response:
        return web.json_response(self.bots)

    async def _create_bot(self, request: web.Request) -> web.Response:
        bot = {**await request.json(), "user_id": BOT}
        self.bots.append(bot)
        return web.json_response(bot, status=201)

    async def _create_token(self, _: web.Request, user: str) -> web.Response:
        return web.json_response({"token": BOT_TOKEN, "user_id": user})

    async def _listed_commands(self, request: web.Request) -> web.Response:
        team = request.query["team_id"]
        return web.json_response([command for command in self.commands if command["team_id"] == team])

    async def _create_command(self, request: web.Request) -> web.Response:
        command = {**await request.json(), "id": key("command"), "token": COMMAND_TOKEN}
        self.commands.append(command)
        return web.json_response(command, status=201)

    async def _update_command(self, request: web.Request, command: str) -> web.Response:
        found = next(known for known in self.commands if known["id"] == command)
        found.update(await request.json())
        return web.json_response(found)


def _post_faults(body: Payload) -> str:
    written = json.dumps(body.get("props") or {}, ensure_ascii=False)
    props = re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", written)  # as Go writes what it counts
    found = ["message"] * (len(body["message"]) > LONGEST) + ["props"] * (len(props) > PROPS)
    return ", ".join(found + ["files"] * (len(body.get("file_ids") or ()) > FILES))


def _rewritten(body: Payload, name: str) -> str:
    """Return the text as the server shows it: it takes an answer to be in Slack's markup, unless told not to."""
    text = str(body.get(name, ""))
    return text if body.get("skip_slack_parsing") else re.sub(r"<([^<|]+)\|([^>]+)>", r"[\2](\1)", text)


def dialog_faults(dialog: Payload) -> str:
    """Return what newer servers find wrong with a dialog, in their log so far; they count bytes."""
    found = ["title"] * (not 0 < _bytes(dialog["title"]) <= 24) + ["elements"] * (len(dialog["elements"]) > 5)
    for element in dialog["elements"]:
        kind = element["type"]
        longest = {"text": 150, "textarea": 3000, "select": 3000}[kind]
        found += ["display_name"] * (not 0 < _bytes(element["display_name"]) <= 24)
        found += ["name"] * (not 0 < len(element["name"]) <= 300)
        found += ["help_text"] * (_bytes(element["help_text"]) > 150)
        found += ["placeholder"] * (_bytes(element["placeholder"]) > 150)
        found += ["max_length"] * (element.get("max_length", 1) > longest)
        found += ["default"] * (len(element["default"]) > element.get("max_length", longest))
        found += ["default"] * (kind == "text" and _bytes(element["default"]) > longest)
        found += ["options"] * (kind == "select" and not element["options"])
    return ", ".join(found)


def _bytes(text: str) -> int:
    return len(text.encode())
