"""REST through mattermostdriver 7.3.2, with its faults wrapped here and nowhere else.

What is wrong with it, and what is done about it:

- no time-outs, no retries, no word about 429: `make_request` is ours, on a session per thread
- it logs the server's words of every error: ours are raised, never logged
- every fault is another exception, some of `requests`: all become `Refused` with the status
- it blocks: calls run in threads of their own, so that a slow server does not hold up the rest
- it takes JSON for raw content when its type also names a charset: `get` is ours
- `get_file` of a `.json` returns a dict: files are read as bytes by `content`
- `update_command`, `delete_command` and `generate_new_token` lack a slash: called by their right path
- bots have an endpoint but no attribute: `Rest.bots`
- its websocket never connects over https and loses events: not used, see `events.py`
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from mattermostdriver import Driver
from mattermostdriver.client import Client
from mattermostdriver.endpoints.bots import Bots

from bot.errors import TooLarge, Undeliverable

TRIES = 4
LONGEST_PAUSE = 30.0
THREADS = 8
_AWAY = frozenset({502, 503, 504})

logging.getLogger("mattermostdriver").setLevel(logging.WARNING)  # it may log tokens and texts below that


class Refused(Undeliverable):
    """The server answered with an error status, or not at all (status 0)."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"{what}: {status or 'no answer'}")
        self.status = status
        self.passing = status == 0 or status in _AWAY


class PatientClient(Client):  # type: ignore[misc]  # the package has no types
    """The driver's client with time limits, retries and rate limits obeyed."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self._local = threading.local()

    def make_request(
        self,
        method: str,
        endpoint: str,
        options: Any = None,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        files: Any = None,
        basepath: str | None = None,  # noqa: ARG002  the driver's signature
    ) -> requests.Response:
        """Send one request and return its good answer. Raises Refused."""
        method = method.upper()
        content: dict[str, Any] = {"data": data, "files": files} if files or data else {"json": options}
        if method == "GET":
            content = {}
        answer: requests.Response | None = None
        for attempt in range(TRIES):
            answer = self._sent(method, endpoint, params=params, **content)
            pause = _pause(answer, attempt, repeatable=method == "GET")
            if pause is None:
                break
            time.sleep(pause)
        if answer is None or answer.status_code in _AWAY:
            raise Refused(0, f"{method} {_shape(endpoint)}")
        if answer.status_code >= 400:
            raise Refused(answer.status_code, f"{method} {_shape(endpoint)}")
        return answer

    def get(self, endpoint: str, options: Any = None, params: dict[str, Any] | None = None) -> Any:
        """Return the JSON that the server answers with."""
        return self.make_request("get", endpoint, options=options, params=params).json()

    def _sent(self, method: str, endpoint: str, **content: Any) -> requests.Response | None:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        limits = (5.0, float(self.request_timeout))
        try:
            answer: requests.Response = self._local.session.request(
                method,
                self.url + endpoint,
                headers=self.auth_header(),
                timeout=limits,
                verify=self._verify,
                **content,
            )
        except requests.RequestException:
            return None
        return answer


class Rest:
    """The server's REST interface, awaited."""

    def __init__(self, url: str, token: str, time_limit: float = 20.0) -> None:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.driver = Driver(
            {
                "scheme": parts.scheme,
                "url": parts.hostname,
                "port": port,
                "basepath": parts.path.rstrip("/") + "/api/v4",
                "token": token,
                "request_timeout": time_limit,
            },
            client_cls=PatientClient,
        )
        self.driver.client.token = token
        self.bots = Bots(self.driver.client)
        self._threads = ThreadPoolExecutor(THREADS, "mattermost")

    async def call(self, method: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call one of the driver's methods in a thread. Raises Refused."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(method, *arguments, **named))
        except (ValueError, KeyError, TypeError, requests.RequestException):
            # An answer that is no JSON, as a proxy's error page with status 200 is.
            raise Refused(0, "answer unreadable") from None
        except RuntimeError:
            raise Refused(0, "closing down") from None

    async def send(self, method: str, endpoint: str, **named: Any) -> Any:
        """Send a request that the driver has no right method for; return its JSON."""
        answer = await self.call(self.driver.client.make_request, method, endpoint, **named)
        return await self.call(answer.json)

    async def content(self, file: str, limit: int) -> bytes:
        """Return a file's bytes. Raises TooLarge beyond `limit`."""
        answer = await self.call(self.driver.client.make_request, "get", f"/files/{file}")
        content: bytes = answer.content
        if len(content) > limit:
            raise TooLarge("file")
        return content

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer by a command's response address, which needs no token and gets none. Raises Refused."""
        post = partial(requests.post, url, json=dict(body), timeout=(5.0, 20.0), allow_redirects=False)
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, post)
        except (requests.RequestException, RuntimeError):
            raise Refused(0, "response address") from None
        if answer.status_code >= 300:
            raise Refused(answer.status_code, "response address")

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _pause(answer: requests.Response | None, attempt: int, *, repeatable: bool) -> float | None:
    """Return how long to wait before trying again, None when this answer stands.

    Only readings are repeated after a lost connection: a post sent twice would be read twice.
    """
    if answer is None or answer.status_code in _AWAY:
        return 0.3 * 2**attempt if repeatable and attempt < TRIES - 1 else None
    if answer.status_code != 429 or attempt == TRIES - 1:
        return None
    told = answer.headers.get("Retry-After") or answer.headers.get("X-Ratelimit-Reset") or "1"
    return min(LONGEST_PAUSE, max(0.2, float(told) if told.replace(".", "", 1).isdigit() else 1.0))


def _shape(endpoint: str) -> str:
    """Return an endpoint without the ids in it, for messages that reach the log."""
    return "/".join("…" if len(part) == 26 else part for part in endpoint.split("/"))
