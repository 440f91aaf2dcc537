"""What people see in Slack by Socket Mode, from a server that speaks its protocol and keeps its limits."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from bot.adapters.slack import Slack, build
from bot.adapters.slack import outlet as outlet_module
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.person import Role
from bot.core.reply import Button, Field, File, Form, Message, Option, Tone
from bot.errors import StoreUnavailable, Undeliverable
from bot.ports import Outlet
from tests.adapters.slack.conftest import ADMIN, ANNE, GENERAL, GUEST, MIA, REVIEW, settings
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.slack_server import BOT, TEAM, SlackServer, direct

pytestmark = pytest.mark.usefixtures("slack")


async def test_a_command_is_answered_to_the_person_alone(server: SlackServer, behind: StandIn) -> None:
    await server.slash(ANNE, GENERAL, "aide &amp; <mailto:a@b.be|a@b.be>")
    seen = await server.reads(ANNE, "Reçu")
    assert seen.by == "response"
    assert behind.calls[0].line == "aide & a@b.be"
    assert behind.calls[0].person.name == "Anne Dupont"


async def test_the_acknowledgement_does_not_wait_for_the_model(server: SlackServer, behind: StandIn) -> None:
    free = asyncio.Event()

    async def slow(_: Call, __: Outlet) -> Message:
        await free.wait()
        return Message("Enfin")

    behind.script["lent"] = slow
    await server.slash(ANNE, GENERAL, "lent")
    assert await server.reads(ANNE, "Bien reçu")
    free.set()
    assert await server.reads(ANNE, "Enfin")


async def test_the_same_envelope_event_or_trigger_is_taken_once(server: SlackServer, behind: StandIn) -> None:
    payload = await server.slash(ANNE, GENERAL, "aide")
    await server.send("slash_commands", payload)
    said = {
        "type": "message",
        "channel_type": "im",
        "user": ANNE,
        "channel": direct(ANNE),
        "text": "x",
        "ts": "1.2",
    }
    await server.event(said, "Ev-same")
    await server.event(said, "Ev-same")
    await server.slash(ANNE, GENERAL, "fini")
    await server.reads(ANNE, "fini")
    assert sorted(call.line for call in behind.calls) == ["aide", "fini", "x"]


async def test_a_double_click_decides_once_and_a_later_press_counts_again(
    server: SlackServer, behind: StandIn
) -> None:
    behind.script["aide"] = Message("Choisissez", buttons=(Button("Pourquoi ?", "pourquoi 3"),))
    await server.slash(ANNE, GENERAL, "aide")
    seen = await server.reads(ANNE, "Choisissez")
    await asyncio.gather(*(server.press(ANNE, seen, "Pourquoi ?") for _ in range(3)))
    await server.reads(ANNE, "Reçu : pourquoi 3")
    assert [call.line for call in behind.calls] == ["aide", "pourquoi 3"]


async def test_a_form_opens_at_once_and_its_values_come_back(server: SlackServer, behind: StandIn) -> None:
    long = "Mot après mot. " * 500
    form = Form(
        "Merci à un donateur, avec chaleur",
        "prompt merci",
        (
            Field("nom", "Nom", value="Sophie"),
            Field("ton", "Ton", "choice", options=(Option("vous", "Vouvoyer"), Option("tu", "Tutoyer"))),
            Field("texte", "Texte", "text", value=long),
            Field("libre", "Libre", "text", required=False),
        ),
        "Envoyer",
    )

    async def prompt(call: Call, _: Outlet) -> Message:
        return Message("Bien reçu") if call.values else Message("", form=form)

    behind.script["prompt"] = prompt
    await server.slash(ANNE, GENERAL, "prompt merci")
    view = await server.reads(ANNE, "Merci", by="view")
    await server.submit(ANNE, view, {"nom": "Sophie Lambert", "ton": "tu"})
    assert (await server.reads(ANNE, "Bien reçu")).by == "response"
    assert behind.calls[-1].values == {"nom": "Sophie Lambert", "ton": "tu", "texte": long}


async def test_a_form_whose_moment_has_passed_waits_behind_a_button(
    server: SlackServer, behind: StandIn
) -> None:
    form = Form("Question", "demander", (Field("question", "Question", "text"),), "Envoyer")
    behind.script["demander"] = Message("", form=form)
    await server.say(ANNE, direct(ANNE), "demander")
    seen = await server.reads(ANNE, "formulaire")
    await server.press(ANNE, seen, "Remplir le formulaire")
    assert (await server.reads(ANNE, "Question", by="view")).view["type"] == "modal"


async def test_a_mention_is_answered_in_its_thread_with_the_earlier_turns(
    server: SlackServer, behind: StandIn
) -> None:
    behind.script["Et"] = Message("Oui.", Tone.ANSWER, ask=4)
    root = await server.say(ANNE, GENERAL, f"<@{BOT}> Première question")
    await server.reads(ANNE, "Reçu")
    await server.say(MIA, GENERAL, f"<@{BOT}> Et demain ?", root)
    seen = await server.reads(MIA, "Oui.")
    assert (seen.by, seen.thread) == ("post", root)
    assert [turn.text for turn in behind.calls[-1].earlier] == ["Première question"]


async def test_what_is_private_in_a_thread_is_shown_to_its_person_alone(
    server: SlackServer, behind: StandIn
) -> None:
    behind.script["Classe"] = Message("Un mentor regarde.", Tone.WAITING)
    await server.say(ANNE, GENERAL, f"<@{BOT}> Classe ces candidats")
    assert (await server.reads(ANNE, "Un mentor regarde.")).by == "ephemeral"


async def test_an_answer_grows_before_the_eyes_in_a_direct_message(
    server: SlackServer, behind: StandIn
) -> None:
    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie, …")
        await outlet.write("merci.")
        await server.reads(ANNE, "merci. …")
        return Message("Chère Sophie, merci.", Tone.ANSWER, ask=1, footer="12 g")

    behind.script["Rédige"] = growing
    await server.say(ANNE, direct(ANNE), "Rédige un mot")
    seen = await server.reads(ANNE, "12 g")
    posted = [seen for seen in server.seen if seen.user == BOT]
    assert len(posted) == 1
    assert 2 <= seen.edits <= 4


async def test_sharing_an_answer_shows_it_to_the_channel(
    server: SlackServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shared(*_: object) -> Message:
        return Message("La réponse", Tone.ANSWER, footer="Partagé par Anne", private=False)

    monkeypatch.setattr("bot.adapters.slack.door.share", shared)
    behind.script["Rédige"] = Message("La réponse", Tone.ANSWER, ask=7)
    await server.slash(ANNE, GENERAL, "Rédige")
    await server.press(ANNE, await server.reads(ANNE, "La réponse"), "Partager dans le canal")
    seen = await server.reads(MIA, "Partagé par Anne")
    assert (seen.by, seen.channel) == ("post", GENERAL)


async def test_guests_and_strangers_get_nothing_but_a_polite_refusal(
    server: SlackServer, behind: StandIn
) -> None:
    stranger = server.person("U000STRANG", "Sam", team_id="T0000OTHER", is_stranger=True)
    for outsider in (GUEST, stranger):
        await server.slash(outsider, GENERAL, "aide")
        assert await server.reads(outsider, "réservé aux membres")
    assert not behind.calls
    assert not behind.people.persons


async def test_roles_follow_the_channels_at_the_moment_of_a_decision(
    server: SlackServer, behind: StandIn
) -> None:
    await server.slash(MIA, GENERAL, "revue")
    await server.reads(MIA, "Reçu : revue")
    assert behind.calls[-1].person.has(Role.MENTOR)
    server.members[REVIEW].discard(MIA)
    await server.slash(MIA, GENERAL, "revue 12 approuver")
    await server.reads(MIA, "Reçu : revue 12")
    assert not behind.calls[-1].person.has(Role.MENTOR)


async def test_nobody_is_a_mentor_while_slack_does_not_say_who_is(
    server: SlackServer, behind: StandIn
) -> None:
    await server.slash(MIA, GENERAL, "revue")
    await server.reads(MIA, "Reçu : revue")
    del server.members[REVIEW]
    await server.slash(MIA, GENERAL, "revue 3 refuser")
    await server.reads(MIA, "Reçu : revue 3")
    assert not behind.calls[-1].person.has(Role.MENTOR)
    assert next(iter(behind.people.persons.values())).has(Role.MENTOR), "an outage takes no role for good"


async def test_leaving_the_review_channel_takes_the_role_at_once(
    server: SlackServer, behind: StandIn
) -> None:
    await server.slash(MIA, GENERAL, "revue")
    await server.reads(MIA, "Reçu : revue")
    server.members[REVIEW].discard(MIA)
    behind.people.granted.clear()
    await server.event({"type": "member_left_channel", "user": MIA, "channel": REVIEW, "team": TEAM})
    async with asyncio.timeout(5):
        await behind.people.granted.wait()
    assert behind.people.grants[-1][1] == {Role.STAFF}


async def test_a_shortcut_makes_an_ask_of_a_message(server: SlackServer, behind: StandIn) -> None:
    await server.shortcut(ANNE, GENERAL, "ask_ai", "Réunion lundi à 9 h.")
    view = await server.reads(ANNE, "Demander", by="view")
    await server.submit(ANNE, view, {"instruction": "Résume"})
    await server.reads(ANNE, "Reçu : demander")
    assert behind.calls[-1].values == {"question": "Résume\n\nRéunion lundi à 9 h."}


async def test_a_shortcut_hands_a_message_to_a_mentor(server: SlackServer, behind: StandIn) -> None:
    await server.shortcut(ANNE, GENERAL, "ask_mentor", "Que répondre ?")
    view = await server.reads(ANNE, "mentor", by="view")
    await server.submit(ANNE, view, {})
    await server.reads(ANNE, "Reçu : humain")
    assert behind.calls[-1].values == {"question": "Que répondre ?"}


async def test_the_home_shows_what_the_commands_say(server: SlackServer) -> None:
    await server.event({"type": "app_home_opened", "user": ANNE, "tab": "home", "channel": direct(ANNE)})
    await server.until(lambda: server.home is not None)
    shown = json.dumps(server.home, ensure_ascii=False)
    assert "Bonjour Anne Dupont" in shown
    assert all(f"Reçu : {line}" in shown for line in ("demandes", "empreinte", "prompts"))
    assert "Vous avez accepté cette version de la charte" in shown
    assert "Lire la charte" in shown


async def test_the_home_tells_how_far_one_came_in_the_lessons_and_offers_the_next(
    server: SlackServer, behind: StandIn
) -> None:
    buttons = tuple(Button(f"{number}. Titre", f"leçon {number}") for number in (3, 4))
    text = "Leçons réussies : 2 sur 7.\n\n- Leçon 1 : Titre (réussie)"
    behind.script["leçons"] = Message(text, title="Leçons", buttons=buttons)
    await server.event({"type": "app_home_opened", "user": ANNE, "tab": "home", "channel": direct(ANNE)})
    home = await server.reads(ANNE, "2 sur 7", by="home")
    shown = json.dumps(server.home, ensure_ascii=False)
    assert {"3. Titre", "Toutes les leçons"} <= home.buttons.keys()
    assert not any(words in shown for words in ("4. Titre", "Leçon 1"))


async def test_a_file_is_read_and_its_words_come_with_the_question(
    server: SlackServer, behind: StandIn
) -> None:
    server.files["F1"] = b"Ordre du jour : budget."
    file = {
        "id": "F1",
        "name": "ordre.txt",
        "url_private": f"http://127.0.0.1:{server.port}/files/F1",
        "size": 24,
    }
    await server.say(ANNE, direct(ANNE), "Résume", files=[file], subtype="file_share")
    await server.reads(ANNE, "Reçu : Résume")
    assert behind.calls[-1].attachments[0].content.decode() == "Ordre du jour : budget."


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"name": "gros.txt", "size": 9_000_000}, "trop volumineux"),
        ({"name": "photo.png", "size": 10}, "Je ne sais pas lire"),
        ({"name": "abime.pdf", "size": 10}, "Je n’ai pas pu lire"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    server: SlackServer, behind: StandIn, file: dict[str, object], told: str
) -> None:
    server.files["F2"] = b"not a pdf"
    address = f"http://127.0.0.1:{server.port}/files/F2"
    await server.say(ANNE, direct(ANNE), "Résume", files=[{"id": "F2", "url_private": address, **file}])
    assert await server.reads(ANNE, told)
    assert not behind.calls


async def test_the_token_goes_to_no_foreign_host(server: SlackServer, behind: StandIn) -> None:
    file = {"id": "F3", "name": "a.txt", "url_private": "https://slack.com.exemple.invalid/a.txt", "size": 3}
    await server.say(ANNE, direct(ANNE), "Lis", files=[file])
    assert await server.reads(ANNE, "télécharger")
    assert not behind.calls


async def test_a_digest_brings_its_files(server: SlackServer, behind: StandIn) -> None:
    behind.script["bilan"] = Message("Semaine 47", files=(File("bilan.csv", "text/csv", b"a;b"),))
    await server.slash(ANNE, GENERAL, "bilan")
    seen = await server.reads(ANNE, "bilan.csv", by="file")
    assert (seen.channel, seen.content) == (direct(ANNE), b"a;b"), "what is private is handed over privately"


async def test_a_very_long_answer_comes_whole_as_a_file(server: SlackServer, behind: StandIn) -> None:
    text = "\n\n".join(f"Paragraphe {number} : " + "mot " * 200 for number in range(80))
    behind.script["Rédige"] = Message(text, Tone.ANSWER, ask=9)
    await server.say(ANNE, direct(ANNE), "Rédige")
    seen = await server.reads(ANNE, "reponse-9.md", by="file")
    assert seen.content.decode() == text


async def test_a_rate_limit_is_obeyed_and_the_answer_arrives(server: SlackServer) -> None:
    server.limited["chat.postMessage"] = 0.1
    await server.say(ANNE, direct(ANNE), "aide")
    assert await server.reads(ANNE, "Reçu : aide")
    assert server.calls.count("chat.postMessage") == 2


async def test_a_cut_socket_is_replaced_and_said_in_the_log(
    server: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    await server.slash(ANNE, GENERAL, "avant")
    await server.cut()
    await server.slash(ANNE, GENERAL, "apres")
    assert await server.reads(ANNE, "Reçu : apres")
    assert "is lost; connecting again" in caplog.text


async def test_reviews_are_posted_in_the_review_channel_and_pressed_there(
    server: SlackServer, slack: Slack
) -> None:
    waiting = Message(
        "Une demande attend", Tone.WAITING, buttons=(Button("Ouvrir n° 12", "revue 12"),), private=False
    )
    await slack.post(ORGANISATION, "review", waiting)
    seen = await server.reads(MIA, "Une demande attend")
    assert seen.channel == REVIEW
    await server.press(MIA, seen, "Ouvrir n° 12")
    assert (await server.reads(MIA, "Reçu : revue 12")).by == "response"


async def test_what_comes_later_reaches_its_person(
    server: SlackServer, slack: Slack, behind: StandIn
) -> None:
    await server.slash(ANNE, GENERAL, "un")
    await server.reads(ANNE, "Reçu : un")
    await server.say(ANNE, GENERAL, f"<@{BOT}> deux")
    await server.reads(ANNE, "Reçu : deux")
    alone, aloud = behind.calls
    await slack.deliver(alone.place, alone.person, Message("Réponse tardive", Tone.ANSWER, ask=1))
    assert (await server.reads(ANNE, "Réponse tardive")).channel == direct(ANNE)
    await slack.deliver(aloud.place, aloud.person, Message("Réponse à tous", Tone.ANSWER, ask=2))
    assert (await server.reads(MIA, "Réponse à tous")).thread == aloud.place.thread
    await slack.deliver(aloud.place, aloud.person, Message("Refusée", Tone.STOPPED, ask=2))
    assert (await server.reads(ANNE, "Refusée")).channel == direct(ANNE)


async def test_what_slack_does_not_take_is_undeliverable(
    server: SlackServer, slack: Slack, behind: StandIn
) -> None:
    server.down = True
    place = Place(Platform.SLACK, f"{GENERAL}:{ANNE}")
    person = await behind.people.enrol(
        ORGANISATION,
        "Anne",
        platform="slack",
        workspace=TEAM,
        account=ANNE,
        email=None,
        language="fr",
        at=behind.ports.clock.now(),
    )
    with pytest.raises(Undeliverable):
        await slack.deliver(place, person, Message("x"))
    with pytest.raises(Undeliverable):
        await slack.post("another", "review", Message("x"))


async def test_the_doctor_names_missing_scopes_and_unseen_channels(server: SlackServer, slack: Slack) -> None:
    del server.members[ADMIN]
    findings = " ".join(await slack.doctor())
    assert "users:read.email" in findings
    assert ADMIN in findings


async def test_the_doctor_tries_the_app_token(server: SlackServer, behind: StandIn) -> None:
    wrong = build(behind.ports, replace(settings(server), app_token="xapp-revoked"))
    assert any("connections:write" in finding for finding in await wrong.doctor())
    await wrong.close()


async def test_a_store_that_cannot_write_is_said_and_nothing_is_done(
    server: SlackServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise StoreUnavailable("full")

    monkeypatch.setattr(behind.receipts, "first", full)
    await server.slash(ANNE, GENERAL, "aide")
    assert await server.reads(ANNE, "n’a pas pu écrire")
    assert not behind.calls


async def test_a_button_of_the_home_is_answered_in_the_direct_conversation(
    server: SlackServer, behind: StandIn
) -> None:
    behind.script["charte"] = Message("La charte", buttons=(Button("J’accepte", "accepter"),))
    await server.event({"type": "app_home_opened", "user": ANNE, "tab": "home", "channel": direct(ANNE)})
    home = await server.reads(ANNE, "La charte", by="home")
    payload = server.press_payload(ANNE, home, "J’accepte")
    for missing in ("channel", "message", "response_url"):
        payload.pop(missing, None)
    payload["container"] = {"type": "view", "view_id": "V1"}
    await server.send("interactive", payload)
    assert (await server.reads(ANNE, "Reçu : accepter")).channel == direct(ANNE)


async def test_a_command_typed_to_the_bot_itself_grows_and_stays_there(
    server: SlackServer, behind: StandIn
) -> None:
    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie, …")
        return Message("Chère Sophie, merci.", Tone.ANSWER, ask=1)

    behind.script["Rédige"] = growing
    await server.slash(ANNE, direct(ANNE), "Rédige un mot")
    assert (await server.reads(ANNE, "merci.")).by == "post"
    await server.slash(ANNE, "D0000OTHER", "aide")
    assert (await server.reads(ANNE, "Reçu : aide")).by == "response", "between two people it stays private"


async def test_the_home_of_a_guest_holds_a_polite_refusal(server: SlackServer, behind: StandIn) -> None:
    await server.event({"type": "app_home_opened", "user": GUEST, "tab": "home", "channel": direct(GUEST)})
    assert await server.reads(GUEST, "réservé aux membres", by="home")
    assert not behind.calls


async def test_what_the_bot_said_goes_along_without_its_title_and_figures(
    server: SlackServer, behind: StandIn
) -> None:
    behind.script["Propose"] = Message("Un jeu de piste.", Tone.ANSWER, "Réponse", footer="12 g", ask=1)
    root = await server.say(ANNE, GENERAL, f"<@{BOT}> Propose un jeu")
    await server.reads(ANNE, "Un jeu de piste.")
    await server.say(ANNE, GENERAL, f"<@{BOT}> Et demain ?", root)
    await server.reads(ANNE, "Reçu : Et demain ?")
    assert [turn.text for turn in behind.calls[-1].earlier] == ["Propose un jeu", "Un jeu de piste."]


async def test_a_long_answer_to_a_command_comes_paragraph_by_paragraph_and_no_word_twice(
    server: SlackServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "PART_EVERY", 0.1)
    one, two, three = (f"Paragraphe {number}. " + "mot " * 150 for number in range(3))

    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write(f"{one}\n\n{two[:40]}")
        await server.reads(ANNE, "Paragraphe 0.")
        return Message(f"{one}\n\n{two}\n\n{three}", Tone.ANSWER, "Réponse", footer="12 g", ask=1)

    behind.script["Rédige"] = growing
    await server.slash(ANNE, GENERAL, "Rédige un texte")
    await server.reads(ANNE, "12 g")
    read = [seen for seen in server.seen if seen.by == "response"]
    assert len(read) == 3, "a placeholder, a part, the rest"
    texts = "".join(seen.text for seen in read)
    assert [texts.count(f"Paragraphe {number}.") for number in range(3)] == [1, 1, 1]
