"""A Slack workspace with a few people in it, and the adapter that listens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot import dispatch
from bot.adapters import inbox as inbox_module
from bot.adapters.slack import Slack, SlackSettings, build
from bot.adapters.slack import outlet as outlet_module
from bot.adapters.slack import socket as socket_module
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.slack_server import APP_TOKEN, BOT, BOT_TOKEN, SlackServer

ANNE, MIA, GUEST = "U0000ANNE1", "U0000MIA01", "U0000GUEST"
GENERAL, REVIEW, ADMIN = "C0GENERAL1", "C00REVIEW1", "C000ADMIN1"


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    await server.start()
    server.person(ANNE, "Anne Dupont")
    server.person(MIA, "Mia Mentor")
    server.person(GUEST, "Gus Guest", is_restricted=True)
    server.members |= {GENERAL: {ANNE, MIA}, REVIEW: {MIA, BOT}, ADMIN: {BOT}}
    yield server
    await server.stop()


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    behind = StandIn()
    monkeypatch.setattr(dispatch, "run", behind.run)
    monkeypatch.setattr(outlet_module, "FIRST_WORD_AFTER", 0.1)
    monkeypatch.setattr(outlet_module, "EDIT_EVERY", 0.1)
    monkeypatch.setattr(socket_module, "SHORTEST", 0.05)
    monkeypatch.setattr(inbox_module, "EVERY", 0.05)
    return behind


def settings(server: SlackServer) -> SlackSettings:
    return SlackSettings(
        ORGANISATION,
        BOT_TOKEN,
        APP_TOKEN,
        base_url=server.base_url,
        review_channel=REVIEW,
        admin_channel=ADMIN,
    )


@pytest.fixture
async def slack(server: SlackServer, behind: StandIn) -> AsyncIterator[Slack]:
    slack = build(behind.ports, settings(server))
    running = asyncio.create_task(slack.run())
    yield slack
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
