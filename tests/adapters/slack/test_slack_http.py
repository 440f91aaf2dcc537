"""Signed requests over HTTP: what is not Slack's is refused without work and without a traceback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
from starlette.applications import Starlette

from bot import dispatch
from bot.adapters.slack import Slack, SlackSettings, build
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.slack_server import BOT_TOKEN, SECRET, SlackServer

ANNE, GENERAL = "U0000ANNE1", "C0GENERAL1"


pytestmark = pytest.mark.usefixtures("behind")


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    behind = StandIn()
    monkeypatch.setattr(dispatch, "run", behind.run)
    return behind


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    await server.start()
    server.person(ANNE, "Anne Dupont")
    yield server
    await server.stop()


@pytest.fixture
async def slack(server: SlackServer, behind: StandIn) -> AsyncIterator[Slack]:
    settings = SlackSettings(ORGANISATION, BOT_TOKEN, signing_secret=SECRET, base_url=server.base_url)
    slack = build(behind.ports, settings)
    yield slack
    await slack.close()


@pytest.fixture
async def http(slack: Slack) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=slack.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://sobria") as client:
        yield client


async def test_a_signed_command_is_acknowledged_empty_and_answered(
    server: SlackServer, http: httpx.AsyncClient
) -> None:
    body, headers = server.signed(server.slash_payload(ANNE, GENERAL, "aide"), form=True)
    answer = await http.post("/slack/commands", content=body, headers=headers)
    assert (answer.status_code, answer.text) == (200, "")
    assert await server.reads(ANNE, "Reçu : aide")


async def test_the_address_is_verified_by_its_challenge(server: SlackServer, http: httpx.AsyncClient) -> None:
    body, headers = server.signed({"type": "url_verification", "challenge": "xyz"}, form=False)
    answer = await http.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    assert "xyz" in answer.text


async def test_a_replayed_request_does_no_work(
    server: SlackServer, http: httpx.AsyncClient, behind: StandIn
) -> None:
    payload = server.slash_payload(ANNE, GENERAL, "aide")
    del payload["trigger_id"]
    body, headers = server.signed(payload, form=True)
    for _ in range(3):
        retried = {**headers, "x-slack-retry-num": "1"}
        assert (await http.post("/slack/commands", content=body, headers=retried)).status_code == 200
    await server.reads(ANNE, "Reçu : aide")
    assert len(behind.calls) == 1


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("wrong secret", 401),
        ("ten minutes old", 401),
        ("no signature", 401),
        ("odd timestamp", 401),
        ("odd signature", 401),
        ("malformed json", 400),
        ("malformed payload", 400),
        ("a list", 400),
        ("brackets in brackets", 400),
        ("brackets in a payload", 400),
        ("no person", 400),
        ("nothing", 400),
        ("not text", 401),
        ("another workspace", 403),
        ("four megabytes", 413),
    ],
)
async def test_what_is_not_slack_s_is_refused_without_work(
    what: str,
    status: int,
    server: SlackServer,
    http: httpx.AsyncClient,
    behind: StandIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body, headers = _bad(what, server)
    server.calls.clear()
    answer = await http.post("/slack/events", content=body, headers=headers)
    await asyncio.sleep(0)
    assert answer.status_code == status
    assert not behind.calls
    assert not behind.receipts.keys
    assert set(server.calls) <= {"auth.test"}
    assert "Traceback" not in answer.text + caplog.text


def _bad(what: str, server: SlackServer) -> tuple[bytes, dict[str, str]]:
    command, form = server.slash_payload(ANNE, GENERAL, "aide"), "application/x-www-form-urlencoded"
    body, headers = server.signed(command, form=True)
    made: dict[str, tuple[bytes, dict[str, str]]] = {
        "wrong secret": server.signed(command, form=True, secret="another"),
        "ten minutes old": server.signed(command, form=True, age=600),
        "malformed json": server.signed_raw(b"{oops", "application/json"),
        "malformed payload": server.signed_raw(b"payload=%7Boops", form),
        "a list": server.signed_raw(b"[1]", "application/json"),
        "brackets in brackets": server.signed_raw(b"[" * 50_000, "application/json"),
        "brackets in a payload": server.signed_raw(b"payload=" + b"[" * 50_000, form),
        "nothing": server.signed_raw(b"", form),
        "not text": server.signed_raw(b"\xff\xfe\x00payload", form),
        "no person": server.signed({**command, "user_id": ""}, form=True),
        "another workspace": server.signed({**command, "team_id": "T0000OTHER"}, form=True),
        "no signature": (body, {name: headers[name] for name in headers if "signature" not in name}),
        "odd timestamp": (body, {**headers, "x-slack-request-timestamp": "now"}),
        "odd signature": (body, {**headers, "x-slack-signature": "v0=zz"}),
        "four megabytes": (b"a" * 4_000_000, headers),
    }
    return made[what]


async def test_four_megabytes_without_a_length_are_not_read_to_the_end(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(400):
            sent += 1
            yield b"a" * 10_000

    answer = await http.post("/slack/events", content=endless())
    assert answer.status_code == 413


async def test_without_a_secret_there_is_no_http_entrance(server: SlackServer, behind: StandIn) -> None:
    settings = SlackSettings(ORGANISATION, BOT_TOKEN, "xapp", base_url=server.base_url)
    assert build(behind.ports, settings).routes == []


async def test_the_workspace_is_known_before_the_first_request_has_to_be_acknowledged(
    server: SlackServer, behind: StandIn
) -> None:
    settings = SlackSettings(
        ORGANISATION, BOT_TOKEN, signing_secret="signing-secret", base_url=server.base_url
    )
    running = asyncio.create_task(build(behind.ports, settings).run())
    await server.until(lambda: "auth.test" in server.calls)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert "auth.test" in server.calls


async def test_no_text_and_no_token_reaches_the_log(
    server: SlackServer, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "Sophie a demandé un prêt"
    body, headers = server.signed(server.slash_payload(ANNE, GENERAL, secret), form=True)
    await http.post("/slack/commands", content=body, headers=headers)
    await server.reads(ANNE, "Reçu")
    assert "Sophie" not in caplog.text
    assert BOT_TOKEN not in caplog.text
