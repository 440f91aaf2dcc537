"""Requests that are not the server's, or not this person's: refused without work and without a traceback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot import dispatch
from bot.adapters.mattermost import MattermostSettings, build
from bot.adapters.mattermost.signing import Note, Signer
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.mattermost_server import BOT, BOT_TOKEN, COMMAND_TOKEN, SECRET, MattermostServer, key

ANNE, MIA, GENERAL, REVIEW = key("anne"), key("mia"), key("general"), key("review")
LATER = datetime.now(UTC) + timedelta(days=1)
EARLIER = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    behind = StandIn()
    monkeypatch.setattr(dispatch, "run", behind.run)
    return behind


@pytest.fixture
async def server() -> AsyncIterator[MattermostServer]:
    server = MattermostServer()
    await server.start()
    for name in ("anne", "mia"):
        server.person(name)
    server.channel("general", ANNE, MIA, BOT)
    server.channel("review", MIA, BOT, kind="P")
    yield server
    await server.stop()


@pytest.fixture
async def http(server: MattermostServer, behind: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    settings = MattermostSettings(
        ORGANISATION,
        server.url,
        BOT_TOKEN,
        ("", "another", COMMAND_TOKEN),
        SECRET,
        address="http://sobria",
        review_channel=REVIEW,
        team="asbl",
    )
    mattermost = build(behind.ports, settings)
    transport = httpx.ASGITransport(Starlette(routes=mattermost.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://sobria") as client:
        yield client
    await mattermost.close()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"token": "wrong"}, 401),
        ({"token": ""}, 401),
        ({"token": "é"}, 401),
        ({"user_id": ""}, 400),
        ({"channel_id": ""}, 400),
        ({"team_id": key("otherteam")}, 403),
    ],
)
async def test_a_command_that_is_not_the_server_s_is_refused(
    changed: dict[str, str],
    status: int,
    server: MattermostServer,
    http: httpx.AsyncClient,
    behind: StandIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    form = {**server.command_form(ANNE, GENERAL, "aide"), **changed}
    answer = await http.post("/mattermost/command", data=form)
    assert answer.status_code == status
    assert not behind.calls
    assert not behind.receipts.keys
    assert "Traceback" not in answer.text + caplog.text


@pytest.mark.parametrize("path", ["command", "action", "dialog"])
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", (400, 401)),
        (b"{oops", (400, 401)),
        (b"[1, 2]", (400, 401)),
        (b'{"user_id": "x"}', (400, 401)),
        (b'{"user_id": "x", "channel_id": "y", "state": "z", "context": [], "submission": 3}', (400, 401)),
        (b"\xff\xfe\x00", (400, 401)),
        (b"[" * 200_000, (400, 401)),
        (b"a" * 4_000_000, (413,)),
    ],
)
async def test_anything_else_is_refused_without_work(
    path: str, content: bytes, status: tuple[int, ...], http: httpx.AsyncClient, behind: StandIn
) -> None:
    answer = await http.post(f"/mattermost/{path}", content=content)
    assert answer.status_code in status
    assert not behind.calls


def _press(token: object, user: str = ANNE, channel: str = GENERAL, **context: object) -> dict[str, object]:
    return {
        "user_id": user,
        "channel_id": channel,
        "team_id": key("team"),
        "post_id": key("post"),
        "trigger_id": "t",
        "type": "button",
        "context": {"note": token, **context},
    }


async def test_a_signed_press_does_what_the_command_would(http: httpx.AsyncClient) -> None:
    token = Signer(SECRET).sign(Note("press", "pourquoi 3", ANNE), LATER)
    answer = await http.post("/mattermost/action", json=_press(token))
    assert answer.json() == {"ephemeral_text": "Reçu : pourquoi 3", "skip_slack_parsing": True}


@pytest.mark.parametrize(
    "forged",
    [
        Signer("another").sign(Note("press", "revue 3 approuver"), LATER),
        Signer(SECRET).sign(Note("press", "revue 3 approuver"), LATER)[:-2] + "zz",
        "e30." + Signer(SECRET).sign(Note("press", "revue 3 approuver"), LATER).partition(".")[2],
        Signer(SECRET).sign(Note("press", "revue 3 approuver"), EARLIER),
        Signer(SECRET).sign(Note("press", "revue 3 approuver", MIA), LATER),
        Signer(SECRET).sign(Note("press", "revue 3 approuver", channel=REVIEW), LATER),
        Signer(SECRET).sign(Note("form", "revue 3 approuver"), LATER),
        "revue 3 approuver",
        {"command": "revue 3 approuver"},
        "é.é",
        None,
    ],
    ids=["key", "mac", "content", "old", "person", "channel", "purpose", "plain", "object", "odd", "none"],
)
async def test_a_forged_press_decides_nothing(
    forged: object, http: httpx.AsyncClient, behind: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await http.post("/mattermost/action", json=_press(forged))
    assert answer.json()["ephemeral_text"].startswith("Ce bouton")
    assert not behind.calls
    assert "Traceback" not in answer.text + caplog.text


async def test_a_chosen_value_of_a_menu_must_be_ours_too(http: httpx.AsyncClient, behind: StandIn) -> None:
    await http.post("/mattermost/action", json=_press(None, menu="1", selected_option="revue 3 approuver"))
    assert not behind.calls


def _submission(state: object, user: str = ANNE) -> dict[str, object]:
    return {
        "type": "dialog_submission",
        "callback_id": "form",
        "state": state,
        "user_id": user,
        "channel_id": GENERAL,
        "team_id": key("team"),
        "submission": {"text": "bonjour"},
        "cancelled": False,
    }


@pytest.mark.parametrize(
    "state",
    [
        Signer(SECRET).sign(Note("form", "revue 3 repondre", MIA), LATER),
        Signer(SECRET).sign(Note("form", "revue 3 repondre", ANNE), EARLIER),
        Signer(SECRET).sign(Note("press", "revue 3 repondre", ANNE), LATER),
        "revue 3 repondre",
    ],
    ids=["somebody else's", "old", "a button's", "plain"],
)
async def test_a_dialog_state_that_was_not_made_for_this_person_now_does_nothing(
    state: str, http: httpx.AsyncClient, behind: StandIn
) -> None:
    answer = await http.post("/mattermost/dialog", json=_submission(state))
    assert "error" in answer.json()
    assert not behind.calls


async def test_a_dialog_counts_once_and_not_when_cancelled(
    server: MattermostServer, http: httpx.AsyncClient, behind: StandIn
) -> None:
    state = Signer(SECRET).sign(Note("form", "demander", ANNE, server.direct(ANNE), direct=True), LATER)
    await http.post("/mattermost/dialog", json={**_submission(state), "cancelled": True})
    for _ in range(3):
        answer = await http.post("/mattermost/dialog", json=_submission(state))
        assert answer.json() == {}
    await server.reads(ANNE, "Reçu : demander")
    assert [dict(call.values) for call in behind.calls] == [{"text": "bonjour"}]


def test_a_token_does_not_hold_the_secret() -> None:
    assert SECRET not in Signer(SECRET).sign(Note("press", "pourquoi 3", ANNE), LATER)
