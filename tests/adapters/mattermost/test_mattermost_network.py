"""Mattermost with the network cut, the server away or the program killed: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot import dispatch
from bot.adapters.mattermost import Mattermost, build
from bot.adapters.mattermost import driver as driver_module
from bot.adapters.mattermost import events as events_module
from bot.adapters.mattermost import outlet as outlet_module
from bot.adapters.mattermost import surroundings as surroundings_module
from bot.core.call import Call
from bot.core.reply import Attachment, Button, Field, Form, Message, Tone
from bot.ports import Outlet
from tests.adapters.mattermost.conftest import (
    ANNE,
    GENERAL,
    MIA,
    by_the_bot,
    mattermost_settings,
)
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.mattermost_server import BOT, MattermostServer, Seen, key

pytestmark = [pytest.mark.usefixtures("mattermost"), pytest.mark.slow]  # a server and a websocket for each


async def test_a_message_whose_file_was_being_read_when_the_program_died_is_read_again(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files[key("f1")] = ("ordre.txt", b"du jour")
    died = asyncio.Event()

    async def dying(*_: object) -> Attachment:
        died.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as first_life:
        first_life.setattr(surroundings_module, "attached", dying)
        await server.say(ANNE, server.direct(ANNE), "Résume", file_ids=[key("f1")])
        await died.wait()
    behind.arrivals.released()
    await server.reads(ANNE, "Reçu : Résume")
    await server.cut()
    await server.say(ANNE, server.direct(ANNE), "fini")
    await server.reads(ANNE, "Reçu : fini")
    assert [call.line for call in behind.calls] == ["Résume", "fini"]


async def test_what_is_acknowledged_is_kept_and_taken_up_by_the_next_run(
    server: MattermostServer, mattermost: Mattermost, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: killed behind the answer to each kind, all of them are answered by the next run, once."""
    behind.script["aide"] = Message("Choisissez", buttons=(Button("Pourquoi ?", "pourquoi 3"),))
    behind.script["demander"] = Message("", form=Form("Question", "demander", (Field("q", "Q"),), "Envoyer"))
    await server.slash(ANNE, GENERAL, "aide")
    seen = await server.reads(ANNE, "Choisissez")
    await server.slash(ANNE, GENERAL, "demander")
    dialog = await server.reads(ANNE, "Question", by="dialog")
    behind.calls.clear()
    behind.script["demander"] = Message("Reçu : le formulaire")
    never = asyncio.Event()

    async def dying(*_: object) -> None:
        await never.wait()

    with monkeypatch.context() as first_life:
        first_life.setattr(dispatch, "run", dying)
        await server.slash(ANNE, GENERAL, "commande")
        await server.press(ANNE, seen, "Pourquoi ?")
        await server.submit(ANNE, dialog, {"q": "x"})
        await server.say(ANNE, server.direct(ANNE), "message")
        await server.until(lambda: server.calls.count("POST posts") > 0)  # its draft
        await mattermost._door.running.close(patience=0)
    assert len(behind.arrivals.kept) == 4
    behind.arrivals.released()
    for words in ("commande", "message", "pourquoi 3", "le formulaire"):
        assert await server.reads(ANNE, f"Reçu : {words}")
    assert len(behind.calls) == 4
    await mattermost._door.running.close()
    assert not behind.arrivals.kept


async def test_what_was_written_while_the_program_was_away_for_hours_is_answered_once(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "NOTED_EVERY", 0.02)
    await server.say(ANNE, server.direct(ANNE), "avant")
    await server.reads(ANNE, "Reçu : avant")
    early, late = (
        behind.ports.clock.now() - timedelta(hours=9),
        behind.ports.clock.now() - timedelta(hours=30),
    )
    for at, words in ((late, "trop tard"), (early, "la nuit")):
        seen = Seen("post", server.direct(ANNE), words, ANNE, at=int(at.timestamp() * 1000))
        await server._shown(seen)
    settings = mattermost_settings(server)
    behind.arrivals.until = {f"mattermost/{ORGANISATION}": early - timedelta(hours=1)}
    again = asyncio.create_task(build(behind.ports, settings).run())
    await server.reads(ANNE, "Reçu : la nuit")
    await server.say(ANNE, server.direct(ANNE), "fini")
    await server.reads(ANNE, "Reçu : fini")
    again.cancel()
    with suppress(asyncio.CancelledError):
        await again
    assert sorted(call.line for call in behind.calls) == ["avant", "fini", "la nuit"]


async def test_how_far_the_server_was_heard_is_noted_for_the_next_start(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "NOTED_EVERY", 0.02)
    settings = mattermost_settings(server)
    again = asyncio.create_task(build(behind.ports, settings).run())
    await server.say(ANNE, server.direct(ANNE), "avant")
    at = datetime.fromtimestamp(server.seen[-1].at / 1000, UTC)
    async with asyncio.timeout(5):
        while behind.arrivals.until.get(f"mattermost/{ORGANISATION}", at - timedelta(1)) < at:
            await asyncio.sleep(0.01)
    again.cancel()
    with suppress(asyncio.CancelledError):
        await again
    assert behind.arrivals.until[f"mattermost/{ORGANISATION}"] >= at


async def test_catching_up_that_breaks_off_begins_again_where_it_was_whole(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.say(ANNE, server.direct(ANNE), "avant")
    await server.reads(ANNE, "Reçu : avant")
    await server.cut()
    for user, channel in ((ANNE, server.direct(ANNE)), (MIA, server.direct(MIA))):
        await server.say(user, channel, "pendant", quietly=True)
        server.seen[-1].at += 60_000 * (user == ANNE)  # the channel read first has the newest post
    server.failing = {f"channels/{server.direct(MIA)}/posts"}
    await server.reads(MIA, "Reçu : pendant")
    await server.reads(ANNE, "Reçu : pendant")
    assert [call.line for call in behind.calls] == ["avant", "pendant", "pendant"]


async def test_a_message_that_came_while_the_servers_rest_was_away_is_answered_with_its_thread(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "PAUSES", (0.05,) * 40)
    monkeypatch.setattr(driver_module, "TRIES", 1)
    root = await server.say(ANNE, GENERAL, "@sobria Première question")
    await server.reads(ANNE, "Reçu : Première question")
    server.down = True
    await server.say(MIA, GENERAL, "@sobria Et demain ?", root)
    calls = len(server.calls)
    await server.until(lambda: len(server.calls) > calls + 2)
    server.down = False
    await server.reads(MIA, "Reçu : Et demain ?")
    assert [turn.text for turn in behind.calls[-1].earlier] == ["Première question"]
    assert len(behind.calls) == 2


async def test_a_member_who_becomes_a_guest_is_one_at_once(server: MattermostServer, behind: StandIn) -> None:
    await server.slash(ANNE, GENERAL, "aide")
    await server.reads(ANNE, "Reçu")
    await server.until(lambda: server.listening)
    server.person("anne", roles="system_guest")
    await server.updated(ANNE)
    await server.say(ANNE, server.direct(ANNE), "bonjour")
    assert await server.reads(ANNE, "réservé aux membres")


@pytest.mark.slow
async def test_the_whole_network_may_go_and_come_back(server: MattermostServer, behind: StandIn) -> None:
    await server.say(ANNE, server.direct(ANNE), "avant")
    await server.reads(ANNE, "Reçu : avant")
    server.down = True
    await server.cut()
    await server.say(ANNE, server.direct(ANNE), "pendant", quietly=True)
    calls = len(server.calls)
    await server.until(lambda: len(server.calls) > calls + 2)
    server.down = False
    await server.reads(ANNE, "Reçu : pendant")
    assert [call.line for call in behind.calls] == ["avant", "pendant"]


async def test_an_edited_answer_still_says_that_a_bot_wrote_it(
    server: MattermostServer, behind: StandIn
) -> None:
    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie,  …")
        return Message("Chère Sophie, merci.", Tone.ANSWER, ask=1)

    behind.script["Rédige"] = growing
    await server.say(ANNE, server.direct(ANNE), "Rédige un mot")
    seen = await server.reads(ANNE, "merci.")
    assert seen.edits
    assert seen.props["from_bot"] == "true"


async def test_a_post_whose_making_was_not_heard_of_is_not_made_again(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "PAUSES", (0.05,) * 40)
    server.deaf = 1
    await server.say(ANNE, server.direct(ANNE), "un")
    await server.until(lambda: server.calls.count("POST posts") == 2)
    await server.say(ANNE, server.direct(ANNE), "un")
    await server.until(lambda: server.calls.count("POST posts") == 3)
    await server.until(lambda: len(by_the_bot(server)) > 1)
    assert [seen.text for seen in by_the_bot(server)] == ["Reçu : un", "Reçu : un"]


async def test_pages_that_came_through_do_not_come_again_with_the_network(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "PAUSES", (0.3,) * 40)
    pages = ["Première partie. " + "mot " * 3_900, "Seconde partie. " + "mot " * 3_000]
    behind.script["Rédige"] = Message("\n\n".join(pages), Tone.ANSWER, ask=9)

    async def cut_after_the_first() -> None:
        await server.reads(ANNE, "Première partie.")
        server.down = True
        calls = len(server.calls)
        await server.until(lambda: len(server.calls) > calls)
        server._pending.clear()  # the server remembers for half a minute only
        server.down = False

    cutting = asyncio.create_task(cut_after_the_first())
    await server.say(ANNE, server.direct(ANNE), "Rédige")
    await server.reads(ANNE, "Seconde partie.")
    await cutting
    assert len(by_the_bot(server)) == 2


async def test_a_draft_that_a_crash_left_behind_goes_away(server: MattermostServer, behind: StandIn) -> None:
    left = Seen("post", server.direct(ANNE), "Chère …", BOT, id=key("left"), props={"sobria_draft": "1"})
    left.at = int(time.time() * 1000) - 60_000
    answer = Seen("post", server.direct(ANNE), "Chère Sophie, merci.", BOT, id=key("answer"), at=left.at)
    server.seen += [left, answer]
    await server.until(lambda: server.listening)
    await server.cut()
    await server.until(lambda: left not in server.seen)
    assert answer in server.seen
