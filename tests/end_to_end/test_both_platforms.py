"""Slack and Mattermost in one program at once: one person, one ledger, mentors told in both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.edges import mattermost_server, slack_server
from tests.edges.mattermost_server import MattermostServer
from tests.edges.slack_server import SlackServer
from tests.end_to_end.program import opened

pytestmark = pytest.mark.slow

ANNE, GENERAL, REVIEW, ADMIN = "U0000ANNE1", "C0GENERAL1", "C00REVIEW1", "C000ADMIN1"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    await server.start()
    server.person(ANNE, "Anne Dupont", email="anne@exemple.be")
    server.members |= {GENERAL: {ANNE}, REVIEW: {slack_server.BOT}, ADMIN: {slack_server.BOT}}
    yield server
    await server.stop()


@pytest.fixture
async def mattermost() -> AsyncIterator[MattermostServer]:
    server = MattermostServer()
    await server.start()
    server.person("anne")
    server.channel("review", mattermost_server.BOT, kind="P")
    yield server
    await server.stop()


async def test_a_person_of_both_platforms_has_one_conversation_with_the_ledger(
    tmp_path: Path, slack: SlackServer, mattermost: MattermostServer
) -> None:
    anne = mattermost_server.key("anne")
    here = mattermost.direct(anne)
    settings = {
        "slack": {
            "bot_token": slack_server.BOT_TOKEN,
            "app_token": slack_server.APP_TOKEN,
            "base_url": slack.base_url,
            "review_channel": REVIEW,
            "admin_channel": ADMIN,
        },
        "mattermost": {
            "url": mattermost.url,
            "bot_token": mattermost_server.BOT_TOKEN,
            "command_tokens": [mattermost_server.COMMAND_TOKEN],
            "callback_secret": mattermost_server.SECRET,
            "review_channel": mattermost.names["review"],
            "admin_channel": mattermost.names["review"],
        },
    }
    async with opened(tmp_path, **settings) as (whole, models):
        await slack.slash(ANNE, GENERAL, "charte accepter")
        await slack.reads(ANNE, "Merci")
        models.script(["Depuis Slack."])
        await slack.slash(ANNE, GENERAL, "Propose un ordre du jour pour une réunion d’équipe d’une heure.")
        await slack.reads(ANNE, "Depuis Slack.")
        await mattermost.say(anne, here, "demandes")
        assert await mattermost.reads(anne, "Propose un ordre du jour")
        await mattermost.say(anne, here, "Un usager me dit qu’il veut en finir ce soir")
        await mattermost.reads(anne, "112")
        people = whole.ports.people
        one = await people.by_account("slack", slack_server.TEAM, ANNE)
        other = await people.by_account("mattermost", mattermost.url.removeprefix("http://"), anne)
    assert one is not None
    assert one == other
    alerts = [seen for seen in slack.seen if seen.channel == REVIEW and "Alerte" in seen.words]
    assert len(alerts) == 1
    assert [seen for seen in mattermost.seen if seen.channel == mattermost.names["review"]]
