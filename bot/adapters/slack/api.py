"""The Web API: one session, time limits, rate limits obeyed; whatever goes wrong is `Undeliverable`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.settings import SlackSettings
from bot.core.reply import File
from bot.errors import TooLarge, Undeliverable

_SLACK_HOSTS = (".slack.com", ".slack-edge.com", ".slack-files.com", ".slack-gov.com")
_PAGES = 50
TRIES = 5
"""How often a call is made while Slack says that there are too many."""

quiet = logging.getLogger("bot.adapters.slack.sdk")
quiet.setLevel(logging.WARNING)  # below it the SDK writes whole requests, texts included, to the log

READING = frozenset(
    {
        "conversations.history",
        "conversations.list",
        "conversations.members",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "usergroups.users.list",
        "users.info",
    }
)


PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
"""What Slack answers when the same call may work in a moment."""


class Unreachable(Undeliverable):
    """Slack did not answer, or not sensibly: the same may work in a moment."""

    passing = True


class SlackApi:
    """What the adapter asks of Slack."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._identity: Mapping[str, Any] | None = None
        self._shut_until: dict[str, float] = {}
        self.web = AsyncWebClient(
            token=settings.bot_token,
            base_url=settings.api,
            timeout=int(settings.time_limit),
            logger=quiet,
            retry_handlers=[],  # whoever calls knows whether the same call may be made twice
        )

    @property
    def session(self) -> aiohttp.ClientSession:
        """Return the one session of all calls, opened on first use inside the running loop."""
        if self._session is None or self._session.closed:
            limit = aiohttp.ClientTimeout(total=self._settings.time_limit)
            self._session = aiohttp.ClientSession(timeout=limit, trust_env=True)
            self.web.session = self._session
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, /, **arguments: Any) -> Mapping[str, Any]:
        """Call `chat.postMessage` and its like. Raises Undeliverable.

        What only reads goes as a posted form: Slack takes it in any shape, emulators of it only in this one.
        """
        assert self.session  # noqa: S101  opens it
        content: dict[str, Any] = {"json": arguments}
        if method in READING:
            content = {"data": arguments}
        elif method == "apps.connections.open":
            content = {"params": arguments}  # where the SDK looks for another token than the bot's
        for attempt in range(TRIES):
            await self._turn(method)
            try:
                answer = await self.web.api_call(method, **content)
            except SlackApiError as fault:
                status, error = fault.response.status_code, _named(fault)
                if status == 429:
                    self._shut(method, fault.response.headers.get("Retry-After"))
                if status == 429 and attempt < TRIES - 1:
                    continue
                passing = status >= 500 or status == 429 or error in PASSING
                raise (Unreachable if passing else Undeliverable)(f"{method}: {error}") from None
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as fault:
                raise Unreachable(f"{method}: {type(fault).__name__}") from None
            else:
                return answer.data if isinstance(answer.data, dict) else {}
        raise Unreachable(method)

    async def _turn(self, method: str) -> None:
        """Wait as long as Slack asked for no more calls of `method`, whoever made the one too many."""
        pause = self._shut_until.get(method, 0.0) - asyncio.get_running_loop().time()
        if pause > 0:
            await asyncio.sleep(pause)

    def _shut(self, method: str, header: str | None) -> None:
        until = asyncio.get_running_loop().time() + _pause(header)
        self._shut_until[method] = max(until, self._shut_until.get(method, 0.0))

    async def identity(self) -> Mapping[str, Any]:
        """Return who the bot is and in which workspace, asked once."""
        if self._identity is None:
            self._identity = await self.call("auth.test")
        return self._identity

    async def scopes(self) -> frozenset[str] | None:
        """Return the scopes the token holds; None when the server does not say."""
        assert self.session  # noqa: S101  opens it
        try:
            answer = await self.web.auth_test()
        except SlackApiError as fault:
            raise Undeliverable(str(fault.response.get("error", "unknown"))) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise Undeliverable(type(fault).__name__) from None
        headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
        granted = headers.get("x-oauth-scopes")
        return None if granted is None else frozenset(filter(None, map(str.strip, granted.split(","))))

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer by a `response_url`, which needs no token and gets none."""
        await self._posted(url, json=body)

    async def members(self, channel: str) -> frozenset[str]:
        """Return the accounts in a channel."""
        found: set[str] = set()
        cursor = ""
        for _ in range(_PAGES):
            page = await self.call("conversations.members", channel=channel, limit=200, cursor=cursor)
            found.update(page.get("members", ()))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(found)
        raise Undeliverable("conversations.members: no end")

    async def group(self, group: str) -> frozenset[str]:
        """Return the accounts of a user group."""
        return frozenset((await self.call("usergroups.users.list", usergroup=group)).get("users", ()))

    async def upload(self, file: File, channel: str, thread: str | None) -> None:
        """Hand a file to a conversation."""
        ticket = await self.call(
            "files.getUploadURLExternal", filename=file.name, length=len(file.content), **_alt(file)
        )
        await self._posted(str(ticket["upload_url"]), data=file.content)
        place = {"channel_id": channel} | ({"thread_ts": thread} if thread else {})
        files = [{"id": ticket["file_id"], "title": file.name}]
        await self.call("files.completeUploadExternal", files=files, **place)

    async def download(self, address: str, limit: int) -> bytes:
        """Return a file's bytes. Raises TooLarge beyond `limit`. Only Slack's own hosts get the token."""
        if not self._trusted(address):
            raise Undeliverable("file: foreign address")
        headers = {"Authorization": f"Bearer {self._settings.bot_token}"}
        try:
            async with self.session.get(address, headers=headers) as answer:
                if answer.status >= 500:
                    raise Unreachable(f"file: {answer.status}")
                if answer.status != 200 or answer.headers.get("Content-Type", "").startswith("text/html"):
                    raise Undeliverable(f"file: {answer.status}")
                content = await answer.content.read(limit + 1)
                while len(content) <= limit and not answer.content.at_eof():
                    content += await answer.content.read(limit + 1 - len(content))
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise Unreachable(f"file: {type(fault).__name__}") from None
        if len(content) > limit:
            raise TooLarge("file")
        return content

    def _trusted(self, address: str) -> bool:
        """Return whether files may lie there: where the Web API is (on this machine at any port), or at Slack's."""
        wanted, own = urlsplit(address), urlsplit(self._settings.api)
        if (wanted.scheme, _host(wanted)) == (own.scheme, _host(own)):
            return wanted.port == own.port or _host(own) == "localhost"
        return wanted.scheme == "https" and (wanted.hostname or "").endswith(_SLACK_HOSTS)

    async def _posted(self, url: str, **content: Any) -> None:
        for _ in range(TRIES):
            try:
                async with self.session.post(url, **content) as answer:
                    if answer.status < 300:
                        return
                    status, pause = answer.status, _pause(answer.headers.get("Retry-After"))
            except ValueError as fault:  # no address at all
                raise Undeliverable(f"post: {type(fault).__name__}") from None
            except (aiohttp.ClientError, TimeoutError, OSError) as fault:
                raise Unreachable(f"post: {type(fault).__name__}") from None
            if status != 429:
                break
            await asyncio.sleep(pause)
        raise (Unreachable if status >= 500 or status == 429 else Undeliverable)(f"post: {status}")


def _host(address: SplitResult) -> str | None:
    """Return the host; this machine has several names."""
    return "localhost" if address.hostname in {"127.0.0.1", "::1"} else address.hostname


def _named(fault: SlackApiError) -> str:
    """Return Slack's name of an error, or its status where something else than Slack answered."""
    told = fault.response.data
    return str((isinstance(told, dict) and told.get("error")) or fault.response.status_code)


def _pause(header: str | None) -> float:
    """Return how long Slack wants to be left alone; a second when it does not say."""
    return float(header) if header and header.replace(".", "", 1).isdigit() else 1.0


def _alt(file: File) -> dict[str, str]:
    return {"alt_txt": file.alt[:1000]} if file.alt else {}
