"""Slack with the network cut, slow, or answering with faults: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot import dispatch
from bot.adapters import arrivals as arrivals_module
from bot.adapters import inbox as inbox_module
from bot.adapters.slack import Slack, build
from bot.adapters.slack import callers as callers_module
from bot.adapters.slack import outlet as outlet_module
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.reply import Button, Field, File, Form, Message, Tone
from bot.errors import Undeliverable
from bot.ports import Outlet
from tests.adapters.slack.conftest import ANNE, GENERAL, REVIEW, settings
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.slack_server import BOT, TEAM, Seen, SlackServer, direct

pytestmark = pytest.mark.usefixtures("slack")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet_module, "PAUSES", (0.05,) * 40)
    monkeypatch.setattr(arrivals_module, "PAUSES", (0.05,) * 40)
    monkeypatch.setattr(callers_module, "PAUSES", (0.05,) * 40)


def ours(server: SlackServer) -> list[Seen]:
    return [seen for seen in server.seen if seen.by == "post" and seen.user == BOT]


async def outage(server: SlackServer, calls: int = 3) -> None:
    """Have the Web API fail until it was called so often, then work again."""
    server.down = True
    before = len(server.calls)
    await server.until(lambda: len(server.calls) >= before + calls)
    server.down = False


async def test_an_answer_that_the_network_held_up_arrives_when_it_is_back(
    server: SlackServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "PAUSES", (0.05,) * 40)
    asked, cut = asyncio.Event(), asyncio.Event()

    async def slow(_: Call, __: Outlet) -> Message:
        asked.set()
        await cut.wait()
        return Message("Enfin", Tone.ANSWER, ask=3)

    behind.script["lent"] = slow
    await server.say(ANNE, direct(ANNE), "lent")
    await asked.wait()
    server.down = True
    cut.set()
    calls = len(server.calls)
    await server.until(lambda: len(server.calls) > calls + 1)
    server.down = False
    assert await server.reads(ANNE, "Enfin")


async def test_who_asks_while_slack_is_out_is_answered_when_it_is_back(
    server: SlackServer, behind: StandIn
) -> None:
    await server.until(lambda: server.sockets == 1)
    server.down = True
    await server.slash(ANNE, GENERAL, "aide")
    await outage(server)
    assert await server.reads(ANNE, "Reçu : aide")
    assert len(behind.calls) == 1


async def test_a_post_whose_answer_was_lost_is_not_made_again(server: SlackServer, behind: StandIn) -> None:
    behind.script["Rédige"] = Message("Voici.", Tone.ANSWER, ask=3)
    server.losing["chat.postMessage"] = 1
    await server.say(ANNE, direct(ANNE), "Rédige un mot")
    await server.until(lambda: "conversations.history" in server.calls)
    await server.say(ANNE, direct(ANNE), "fini")
    await server.reads(ANNE, "Reçu : fini")
    assert [seen.text for seen in ours(server) if "Voici." in seen.text] == ["Voici."]


async def test_a_long_answer_goes_on_where_the_network_was_cut(server: SlackServer, behind: StandIn) -> None:
    text = "\n\n".join(f"Paragraphe {number} : " + "mot " * 150 for number in range(30))
    behind.script["Rédige"] = Message(text, Tone.ANSWER, ask=9, files=(File("a.csv", "text/csv", b"a"),))
    calls = server.calls
    await server.say(ANNE, direct(ANNE), "Rédige")
    await server.until(lambda: "chat.postMessage" in calls)
    await outage(server)
    await server.reads(ANNE, "a.csv", by="file")
    written = "".join(seen.words for seen in ours(server))
    assert [written.count(f"Paragraphe {number} :") > 0 for number in range(30)] == [True] * 30
    assert len({seen.text for seen in ours(server)}) == len(ours(server)), "no part came twice"


async def test_a_draft_is_turned_into_its_answer_when_the_network_is_back(
    server: SlackServer, behind: StandIn
) -> None:
    cuts = []

    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie, …")
        server.down = True
        cuts.append(asyncio.create_task(outage(server)))
        return Message("Chère Sophie, merci.", Tone.ANSWER, ask=1)

    behind.script["Rédige"] = growing
    await server.say(ANNE, direct(ANNE), "Rédige un mot")
    seen = await server.reads(ANNE, "merci.")
    assert ours(server) == [seen]


async def test_a_growing_answer_goes_on_growing_after_a_cut(server: SlackServer, behind: StandIn) -> None:
    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Un. ")
        await server.reads(ANNE, "Un. …")
        await outlet.write("Deux. ")
        await outage(server)
        await outlet.write("Trois. ")
        await server.reads(ANNE, "Un. Deux. Trois. …")
        return Message("Un. Deux. Trois.", Tone.ANSWER, ask=1)

    behind.script["Compte"] = growing
    await server.say(ANNE, direct(ANNE), "Compte")
    await server.until(lambda: [seen.text for seen in ours(server)] == ["Un. Deux. Trois."])


async def test_a_draft_left_by_a_crash_goes_when_the_answer_comes_late(
    server: SlackServer, slack: Slack, behind: StandIn
) -> None:
    async def stuck(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie, …")
        raise asyncio.CancelledError

    behind.script["Rédige"] = stuck
    root = await server.say(ANNE, GENERAL, f"<@{BOT}> Rédige un mot")
    await server.reads(ANNE, "Chère Sophie, …")
    person = next(iter(behind.people.persons.values()))
    place = Place(Platform.SLACK, f"{GENERAL}:{ANNE}", root, TEAM)
    await slack.deliver(place, person, Message("Chère Sophie, merci.", Tone.ANSWER, ask=1))
    assert [seen.text for seen in ours(server)] == ["Chère Sophie, merci."]
    await slack.deliver(place, person, Message("Chère Sophie, merci.", Tone.ANSWER, ask=1))
    assert len(ours(server)) == 1, "brought again, found to be there already"


async def test_an_envelope_on_the_old_socket_is_taken_while_the_new_one_opens(
    server: SlackServer, behind: StandIn
) -> None:
    await server.until(lambda: server.sockets == 1)
    await server.renew()
    await server.send("slash_commands", server.slash_payload(ANNE, GENERAL, "un"), oldest=True)
    await server.until(lambda: server.sockets == 2)
    await server.send("slash_commands", server.slash_payload(ANNE, GENERAL, "deux"), oldest=True)
    await server.slash(ANNE, GENERAL, "trois")
    await server.reads(ANNE, "Reçu : trois")
    assert sorted(call.line for call in behind.calls) == ["deux", "trois", "un"]


async def test_a_rate_limit_without_end_is_a_passing_fault(server: SlackServer, behind: StandIn) -> None:
    slack = build(behind.ports, settings(server))
    server.down = True
    try:
        with pytest.raises(Undeliverable) as raised:
            await slack.post(ORGANISATION, "review", Message("x"))
        assert raised.value.passing
    finally:
        await slack.close()


async def test_frames_that_are_no_envelopes_leave_the_socket_open(
    server: SlackServer, behind: StandIn
) -> None:
    await server.until(lambda: server.sockets == 1)
    for frame in ("not json", "[]", "[" * 50_000, '{"envelope_id": 5}', '{"type": "hello"}'):
        await server.send_raw(frame)
    await server.slash(ANNE, GENERAL, "aide")
    assert await server.reads(ANNE, "Reçu : aide")
    assert server.sockets == 1


async def test_what_is_acknowledged_is_kept_and_taken_up_by_the_next_run(
    server: SlackServer, slack: Slack, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: killed behind the acknowledgement of each kind, all of them are answered by the next run, once."""
    behind.script["aide"] = Message("Choisissez", buttons=(Button("Pourquoi ?", "pourquoi 3"),))
    behind.script["demander"] = Message("", form=Form("Question", "demander", (Field("q", "Q"),), "Envoyer"))
    await server.slash(ANNE, GENERAL, "aide")
    seen = await server.reads(ANNE, "Choisissez")
    await server.slash(ANNE, GENERAL, "demander")
    view = await server.reads(ANNE, "Question", by="view")
    behind.calls.clear()
    behind.script["demander"] = Message("Reçu : le formulaire")
    never = asyncio.Event()

    async def dying(*_: object) -> None:
        await never.wait()

    with monkeypatch.context() as first_life:
        first_life.setattr(dispatch, "run", dying)
        await server.slash(ANNE, GENERAL, "commande")
        await server.say(ANNE, direct(ANNE), "message")
        await server.say(ANNE, GENERAL, f"<@{BOT}> mention")
        await server.press(ANNE, seen, "Pourquoi ?")
        await server.submit(ANNE, view, {"q": "x"})
        await slack._door.running.close(patience=0)
    assert len(behind.arrivals.kept) == 5
    assert not behind.calls
    behind.arrivals.released()
    for words in ("commande", "message", "mention", "pourquoi 3", "le formulaire"):
        assert await server.reads(ANNE, f"Reçu : {words}")
    assert len(behind.calls) == 5
    assert all(call.arrival for call in behind.calls)
    await slack._door.running.close()
    assert not behind.arrivals.kept


@pytest.mark.parametrize("kind", ["slash_commands", "events_api"])
async def test_what_could_not_be_kept_is_not_acknowledged_and_taken_when_it_comes_again(
    server: SlackServer, behind: StandIn, kind: str
) -> None:
    await server.until(lambda: server.sockets == 1)
    behind.arrivals.unwritten = RuntimeError("a fault of ours")
    said = {"type": "message", "channel_type": "im", "user": ANNE, "channel": direct(ANNE), "text": "aide"}
    payload = {"type": "event_callback", "event_id": "Ev1", "event": {**said, "ts": "1.2"}}
    if kind == "slash_commands":
        payload = server.slash_payload(ANNE, GENERAL, "aide")
    await server.send_raw(json.dumps({"envelope_id": "e1", "type": kind, "payload": payload}))
    await server.say(ANNE, GENERAL, "Bonjour", subtype="channel_join")  # for nobody: acknowledged behind it
    assert "e1" not in server.acked
    behind.arrivals.unwritten = None
    await server.send(kind, payload, "e1")
    assert await server.reads(ANNE, "Reçu : aide")
    assert len(behind.calls) == 1


async def test_what_people_say_to_one_another_is_not_kept(server: SlackServer, behind: StandIn) -> None:
    await server.event(
        {"type": "message", "channel_type": "channel", "user": ANNE, "channel": GENERAL, "ts": "1"}
    )
    await server.event(
        {"type": "message", "channel_type": "im", "bot_id": "B", "channel": direct(ANNE), "ts": "2"}
    )
    await server.event(
        {"type": "message", "channel_type": "im", "subtype": "message_changed", "channel": "D1"}
    )
    assert not behind.receipts.keys


async def test_a_network_that_stays_cut_makes_nobody_lose_what_was_acknowledged(
    server: SlackServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals_module, "PAUSES", ())
    monkeypatch.setattr(callers_module, "PAUSES", ())
    monkeypatch.setattr(inbox_module, "AGAIN", timedelta(0))
    await server.until(lambda: server.sockets == 1)
    server.down = True
    await server.slash(ANNE, GENERAL, "aide")
    await outage(server, calls=8)
    assert await server.reads(ANNE, "Reçu : aide")
    assert len(behind.calls) == 1


async def test_slack_is_left_alone_as_long_as_it_asks_and_by_every_call_of_the_kind(
    server: SlackServer, slack: Slack
) -> None:
    await server.until(lambda: server.sockets == 1)
    server.limited["users.info"] = 180
    first = asyncio.create_task(slack.api.call("users.info", user=ANNE))
    while not slack.api._shut_until:
        await asyncio.wait({first}, timeout=0.01)
    second = asyncio.create_task(slack.api.call("users.info", user=ANNE))
    _, waiting = await asyncio.wait({first, second}, timeout=0.1)
    assert waiting == {first, second}
    assert server.calls.count("users.info") == 1
    assert await slack.api.call("conversations.members", channel=REVIEW), "other calls go on"
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
