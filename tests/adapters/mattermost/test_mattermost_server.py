"""What people see in Mattermost, against a server that speaks its protocol and has its traps."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.mattermost import Mattermost, MattermostSettings, diagnose
from bot.adapters.mattermost import driver as driver_module
from bot.adapters.mattermost import outlet as outlet_module
from bot.core.ask import Place, Platform
from bot.core.call import Call
from bot.core.person import Person, Role
from bot.core.reply import Button, Fact, Field, File, Form, Message, Option, Tone
from bot.errors import StoreUnavailable, Undeliverable
from bot.ports import Outlet, Ports
from tests.adapters.mattermost.conftest import (
    ADMIN,
    ANNE,
    GENERAL,
    GUEST,
    MIA,
    REVIEW,
    by_the_bot,
)
from tests.adapters.stand_in import ORGANISATION, StandIn
from tests.edges.mattermost_server import BOT, BOT_TOKEN, COMMAND_TOKEN, SECRET, MattermostServer, key

pytestmark = [pytest.mark.usefixtures("mattermost"), pytest.mark.slow]  # a server and a websocket for each


async def test_a_quick_answer_comes_with_the_command_itself(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.slash(ANNE, GENERAL, "aide")
    seen = await server.reads(ANNE, "Reçu : aide")
    assert seen.by == "ephemeral"
    assert behind.calls[0].person.name == "Anne Dupont"


async def test_a_slow_answer_follows_a_placeholder(server: MattermostServer, behind: StandIn) -> None:
    free = asyncio.Event()

    async def slow(_: Call, __: Outlet) -> Message:
        await free.wait()
        return Message("Enfin", buttons=(Button("Pourquoi ?", "pourquoi 1"),))

    behind.script["lent"] = slow
    await server.slash(ANNE, GENERAL, "lent")
    assert await server.reads(ANNE, "Bien reçu")
    free.set()
    seen = await server.reads(ANNE, "Enfin")
    await server.press(ANNE, seen, "Pourquoi ?")
    assert await server.reads(ANNE, "Reçu : pourquoi 1")


async def test_the_server_changes_nothing_in_what_one_person_reads(
    server: MattermostServer, behind: StandIn
) -> None:
    code = "Écrivez `Promise<string|null>`."

    async def slow(_: Call, __: Outlet) -> Message:
        await server.reads(ANNE, "Bien reçu")
        return Message(f"Lent : {code}")

    behind.script |= {"lent": slow, "vite": Message(f"Vite : {code}", buttons=(Button("Encore", "encore"),))}
    behind.script["encore"] = Message(f"Encore : {code}")
    await server.slash(ANNE, GENERAL, "lent")
    assert code in (await server.reads(ANNE, "Lent")).text
    await server.slash(ANNE, GENERAL, "vite")
    seen = await server.reads(ANNE, "Vite")
    assert code in seen.text
    await server.press(ANNE, seen, "Encore")
    assert code in (await server.reads(ANNE, "Encore :")).text


async def test_what_precedes_a_slow_answer_is_in_the_person_s_language(
    server: MattermostServer, behind: StandIn
) -> None:
    free = asyncio.Event()
    ben = server.person("ben", locale="en")

    async def slow(_: Call, __: Outlet) -> Message:
        await free.wait()
        return Message("Enfin")

    behind.script["lent"] = slow
    await server.slash(ben, GENERAL, "lent")
    assert await server.reads(ben, "the answer follows")
    free.set()
    assert await server.reads(ben, "Enfin")


async def test_the_same_request_is_taken_once(server: MattermostServer, behind: StandIn) -> None:
    form = server.command_form(ANNE, GENERAL, "aide")
    first = await server.callback("command", form=form)
    second = await server.callback("command", form=form)
    assert "Reçu" in first[1]["text"]
    assert second[1]["text"] == ""
    assert len(behind.calls) == 1


async def test_a_double_click_decides_once(server: MattermostServer, behind: StandIn) -> None:
    behind.script["aide"] = Message("Choisissez", buttons=(Button("Pourquoi ?", "pourquoi 3"),))
    await server.slash(ANNE, GENERAL, "aide")
    seen = await server.reads(ANNE, "Choisissez")
    await asyncio.gather(*(server.press(ANNE, seen, "Pourquoi ?") for _ in range(3)))
    assert [call.line for call in behind.calls] == ["aide", "pourquoi 3"]


async def test_many_buttons_become_a_menu(server: MattermostServer, behind: StandIn) -> None:
    buttons = tuple(Button(f"Demande n° {n}", f"pourquoi {n}") for n in range(1, 10))
    behind.script["demandes"] = Message("Vos demandes", buttons=buttons)
    await server.slash(ANNE, GENERAL, "demandes")
    await server.press(ANNE, await server.reads(ANNE, "Vos demandes"), "Choisir…", "Demande n° 7")
    assert await server.reads(ANNE, "Reçu : pourquoi 7")


async def test_a_button_that_asks_whether_one_is_sure_opens_a_dialog(
    server: MattermostServer, behind: StandIn
) -> None:
    behind.script["donnees"] = Message(
        "Vos données", buttons=(Button("Effacer", "effacer oui", "danger", "Tout sera effacé."),)
    )
    await server.slash(ANNE, GENERAL, "donnees")
    await server.press(ANNE, await server.reads(ANNE, "Vos données"), "Effacer")
    dialog = await server.reads(ANNE, "Tout sera effacé.", by="dialog")
    assert [call.line for call in behind.calls] == ["donnees"]
    await server.submit(ANNE, dialog, {})
    await server.reads(ANNE, "Reçu : effacer oui")


async def test_a_form_opens_at_once_and_its_values_come_back(
    server: MattermostServer, behind: StandIn
) -> None:
    long = "Mot après mot. " * 500
    form = Form(
        "Modifier la demande n° 12 avant envoi",
        "revue 12 modifier",
        (
            Field("text", "Texte", "text", value=long),
            Field("ton", "Ton", "choice", options=(Option("vous", "Vouvoyer"), Option("tu", "Tutoyer"))),
        ),
        "Envoyer",
    )

    async def review(call: Call, _: Outlet) -> Message:
        return Message("Bien reçu") if call.values else Message("", form=form)

    behind.script["revue"] = review
    await server.slash(MIA, GENERAL, "revue 12 modifier")
    await server.submit(MIA, await server.reads(MIA, "Modifier", by="dialog"), {"ton": "tu"})
    assert (await server.reads(MIA, "Bien reçu")).by == "ephemeral"
    assert behind.calls[-1].values == {"text": long, "ton": "tu"}


async def test_a_form_with_many_fields_comes_in_parts(server: MattermostServer, behind: StandIn) -> None:
    fields = tuple(Field(f"champ{n}", f"Champ {n}", "text" if n == 0 else "line") for n in range(7))

    async def prompt(call: Call, _: Outlet) -> Message:
        done = Message(f"Complet : {sorted(call.values.items())}")
        return done if call.values else Message("", form=Form("Fiche", "prompt fiche", fields, "Envoyer"))

    behind.script["prompt"] = prompt
    await server.slash(ANNE, GENERAL, "prompt fiche")
    first = await server.reads(ANNE, "champ1", by="dialog")
    await server.submit(ANNE, first, {f"champ{n}": f"v{n}" for n in range(1, 6)})
    await server.press(ANNE, await server.reads(ANNE, "Il reste une partie"), "Continuer (2 sur 2)")
    second = await server.reads(ANNE, "champ0", by="dialog")
    await server.submit(ANNE, second, {"champ0": "v0", "champ6": "v6"})
    await server.reads(ANNE, "Complet")
    assert behind.calls[-1].values == {f"champ{n}": f"v{n}" for n in range(7)}


async def test_a_mention_is_answered_in_its_thread_with_the_earlier_turns(
    server: MattermostServer, behind: StandIn
) -> None:
    behind.script["Et"] = Message("Oui.", Tone.ANSWER, ask=4)
    behind.script["Première"] = Message("Une réponse.", Tone.ANSWER, ask=3)
    root = await server.say(ANNE, GENERAL, "@sobria Première question")
    await server.reads(ANNE, "Une réponse.")
    await server.say(MIA, GENERAL, "@sobria Et demain ?", root)
    seen = await server.reads(MIA, "Oui.")
    assert (seen.by, seen.root) == ("post", root)
    earlier = behind.calls[-1].earlier
    assert [(turn.role, turn.text) for turn in earlier] == [
        ("user", "Première question"),
        ("assistant", "Une réponse."),
    ]


async def test_what_is_private_after_a_mention_comes_in_the_private_conversation(
    server: MattermostServer, behind: StandIn
) -> None:
    behind.script["Classe"] = Message("Un mentor regarde.", Tone.WAITING)
    await server.say(ANNE, GENERAL, "@sobria Classe ces candidats")
    assert (await server.reads(ANNE, "Un mentor regarde.")).channel == server.direct(ANNE)


async def test_what_does_not_name_the_bot_and_its_own_posts_are_left_alone(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.say(ANNE, GENERAL, "Bonjour sobria, et sobria@exemple.be, et @sobriabis")
    await server.say(ANNE, server.direct(ANNE), "x", props={"from_webhook": "true"})
    await server.say(ANNE, server.direct(ANNE), "fini")
    await server.reads(ANNE, "Reçu : fini")
    assert [call.line for call in behind.calls] == ["fini"]


async def test_an_answer_grows_before_the_eyes_in_a_direct_message(
    server: MattermostServer, behind: StandIn
) -> None:
    async def growing(_: Call, outlet: Outlet) -> Message:
        await outlet.write("Chère Sophie, ")
        await server.reads(ANNE, "Chère Sophie,  …")
        await outlet.write("merci.")
        await server.reads(ANNE, "merci. …")
        return Message("Chère Sophie, merci.", Tone.ANSWER, ask=1, footer="12 g")

    behind.script["Rédige"] = growing
    await server.say(ANNE, server.direct(ANNE), "Rédige un mot")
    seen = await server.reads(ANNE, "12 g")
    assert len([seen for seen in server.seen if seen.user == BOT]) == 1
    assert 2 <= seen.edits <= 4


async def test_sharing_an_answer_shows_it_to_the_channel(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shared(*_: object) -> Message:
        return Message("La réponse", Tone.ANSWER, footer="Partagé par Anne", private=False)

    monkeypatch.setattr("bot.adapters.mattermost.door.share", shared)
    behind.script["Rédige"] = Message("La réponse", Tone.ANSWER, ask=7)
    await server.slash(ANNE, GENERAL, "Rédige")
    await server.press(ANNE, await server.reads(ANNE, "La réponse"), "Partager dans le canal")
    assert (await server.reads(MIA, "Partagé par Anne")).channel == GENERAL


async def test_what_was_asked_in_a_thread_is_shared_in_that_thread(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shared(_: Ports, __: Person, number: int) -> Message:
        return Message(f"Partagé : {number}", Tone.ANSWER, private=False)

    async def sheet(call: Call, _: Outlet) -> Message:
        form = Form("Fiche", "prompt fiche", (Field("q", "Question"),), "Envoyer")
        return Message("Par la fiche", Tone.ANSWER, ask=8) if call.values else Message("", form=form)

    monkeypatch.setattr("bot.adapters.mattermost.door.share", shared)
    behind.script |= {"Rédige": Message("Tout de suite", Tone.ANSWER, ask=7), "prompt": sheet}
    root = await server.say(MIA, GENERAL, "Un fil")
    await server.slash(ANNE, GENERAL, "Rédige", root)
    await server.press(ANNE, await server.reads(ANNE, "Tout de suite"), "Partager dans le canal")
    await server.slash(ANNE, GENERAL, "prompt fiche", root)
    await server.submit(ANNE, await server.reads(ANNE, "Fiche", by="dialog"), {"q": "x"})
    await server.press(ANNE, await server.reads(ANNE, "Par la fiche"), "Partager dans le canal")
    assert [(await server.reads(MIA, f"Partagé : {number}")).root for number in (7, 8)] == [root, root]


async def test_a_public_channel_is_joined_to_share_and_a_private_one_is_not(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shared(*_: object) -> Message:
        return Message("La réponse", Tone.ANSWER, footer="Partagé par Anne", private=False)

    monkeypatch.setattr("bot.adapters.mattermost.door.share", shared)
    behind.script["Rédige"] = Message("La réponse", Tone.ANSWER, ask=7)
    public, private = server.channel("ouvert", ANNE, MIA), server.channel("ferme", ANNE, kind="P")
    for channel in (public, private):
        await server.slash(ANNE, channel, "Rédige")
        await server.press(
            ANNE, await server.reads(ANNE, "La réponse", by="ephemeral"), "Partager dans le canal"
        )
    assert (await server.reads(MIA, "Partagé par Anne")).channel == public
    assert await server.reads(ANNE, "Je ne peux pas écrire dans ce canal")


async def test_guests_get_nothing_but_a_polite_refusal(server: MattermostServer, behind: StandIn) -> None:
    await server.slash(GUEST, GENERAL, "aide")
    assert await server.reads(GUEST, "réservé aux membres")
    assert not behind.calls
    assert not behind.people.persons


async def test_roles_follow_the_channels_at_the_moment_of_a_decision(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.slash(MIA, GENERAL, "revue")
    await server.reads(MIA, "Reçu : revue")
    assert behind.calls[-1].person.has(Role.MENTOR)
    server.members[REVIEW].discard(MIA)
    await server.slash(MIA, GENERAL, "revue 12 approuver")
    await server.reads(MIA, "Reçu : revue 12")
    assert not behind.calls[-1].person.has(Role.MENTOR)


async def test_leaving_the_review_channel_takes_the_role_at_once(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.slash(MIA, GENERAL, "revue")
    await server.reads(MIA, "Reçu : revue")
    await server.until(lambda: server.listening)
    server.members[REVIEW].discard(MIA)
    behind.people.granted.clear()
    await server.membership("user_removed", MIA, REVIEW)
    async with asyncio.timeout(5):
        await behind.people.granted.wait()
    assert behind.people.grants[-1][1] == {Role.STAFF}


@pytest.mark.parametrize("name", ["ordre.txt", "ordre.json"])
async def test_a_file_is_read_and_its_words_come_with_the_question(
    server: MattermostServer, behind: StandIn, name: str
) -> None:
    server.files[key("f1")] = (name, b'{"ordre": "du jour"}')
    await server.say(ANNE, server.direct(ANNE), "Résume", file_ids=[key("f1")])
    await server.reads(ANNE, "Reçu : Résume")
    assert behind.calls[-1].attachments[0].content == b'{"ordre": "du jour"}'


async def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    server: MattermostServer, behind: StandIn
) -> None:
    server.files[key("f2")] = ("gros.txt", b"x" * 8_000_001)
    await server.say(ANNE, server.direct(ANNE), "Résume", file_ids=[key("f2")])
    assert await server.reads(ANNE, "trop volumineux")
    assert not behind.calls


async def test_a_digest_brings_its_files_five_to_a_post(server: MattermostServer, behind: StandIn) -> None:
    files = tuple(File(f"bilan{n}.csv", "text/csv", b"a;b") for n in range(7))
    behind.script["bilan"] = Message("Semaine 47", files=files)
    await server.slash(ANNE, GENERAL, "bilan")
    await server.reads(ANNE, "Semaine 47")
    await server.until(lambda: sum(len(seen.files) for seen in server.seen) == 7)
    handed = [seen for seen in server.seen if seen.files]
    assert [len(seen.files) for seen in handed] == [5, 2]
    assert "Semaine 47" in handed[0].text
    assert (
        "À télécharger dans notre conversation privée"
        in (await server.reads(ANNE, "Semaine", "ephemeral")).text
    )
    assert {seen.channel for seen in handed} == {server.direct(ANNE)}


async def test_a_very_long_answer_comes_whole_as_a_file(server: MattermostServer, behind: StandIn) -> None:
    text = "\n\n".join(f"Paragraphe {number} : " + "mot " * 300 for number in range(80))
    behind.script["Rédige"] = Message(text, Tone.ANSWER, ask=9)
    await server.say(ANNE, server.direct(ANNE), "Rédige")
    seen = await server.reads(ANNE, "fichier joint")
    assert server.files[seen.files[0]] == ("reponse-9.md", text.encode())


async def test_a_rate_limit_is_obeyed_and_the_answer_arrives(
    server: MattermostServer, behind: StandIn
) -> None:
    await server.say(ANNE, server.direct(ANNE), "un")
    await server.reads(ANNE, "Reçu : un")
    server.limited = 2
    await server.say(ANNE, server.direct(ANNE), "deux")
    assert await server.reads(ANNE, "Reçu : deux")
    assert len(behind.calls) == 2


async def test_what_was_written_while_the_network_was_cut_is_answered_once(
    server: MattermostServer, behind: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    await server.say(ANNE, server.direct(ANNE), "avant")
    await server.reads(ANNE, "Reçu : avant")
    await server.cut()
    await server.say(ANNE, server.direct(ANNE), "pendant", quietly=True)
    await server.say(MIA, GENERAL, "@sobria et moi", quietly=True)
    await server.reads(ANNE, "Reçu : pendant")
    await server.reads(MIA, "Reçu : et moi")
    await server.say(ANNE, server.direct(ANNE), "apres")
    await server.reads(ANNE, "Reçu : apres")
    assert sorted(call.line for call in behind.calls) == ["apres", "avant", "et moi", "pendant"]
    assert "connecting again" in caplog.text


async def test_reviews_are_posted_in_the_review_channel_and_pressed_there(
    server: MattermostServer, mattermost: Mattermost, behind: StandIn
) -> None:
    buttons = (Button("Ouvrir n° 12", "revue 12"),)
    behind.script["revue"] = Message("Le texte", buttons=(Button("Refuser", "refuser"),))
    await mattermost.post(
        ORGANISATION, "review", Message("Une demande attend", Tone.WAITING, buttons=buttons)
    )
    seen = await server.reads(MIA, "Une demande attend")
    assert seen.channel == REVIEW
    await server.press(MIA, seen, "Ouvrir n° 12")
    assert (await server.reads(MIA, "Le texte")).channel == server.direct(MIA)
    assert await server.reads(MIA, "conversation privée", by="ephemeral")


async def test_what_comes_later_reaches_its_person(
    server: MattermostServer, mattermost: Mattermost, behind: StandIn
) -> None:
    await server.slash(ANNE, GENERAL, "un")
    await server.reads(ANNE, "Reçu : un")
    await server.say(ANNE, GENERAL, "@sobria deux")
    await server.reads(ANNE, "Reçu : deux")
    alone, aloud = behind.calls
    await mattermost.deliver(alone.place, alone.person, Message("Réponse tardive", Tone.ANSWER, ask=1))
    assert (await server.reads(ANNE, "Réponse tardive")).channel == server.direct(ANNE)
    await mattermost.deliver(aloud.place, aloud.person, Message("Réponse à tous", Tone.ANSWER, ask=2))
    assert (await server.reads(MIA, "Réponse à tous")).root == aloud.place.thread
    await mattermost.deliver(aloud.place, aloud.person, Message("Refusée", Tone.STOPPED, ask=2))
    assert (await server.reads(ANNE, "Refusée")).channel == server.direct(ANNE)


async def test_an_answer_that_came_through_before_a_crash_does_not_come_again(
    server: MattermostServer, mattermost: Mattermost, behind: StandIn
) -> None:
    pages = "\n\n".join(["Première partie. " + "mot " * 3_900, "Seconde partie. " + "mot " * 3_000])
    answers = [Message("Bonjour !", Tone.ANSWER, ask=7), Message(pages, Tone.ANSWER, ask=8)]
    behind.script |= {"Rédige": answers[0], "Raconte": answers[1]}
    await server.say(ANNE, server.direct(ANNE), "Rédige")
    await server.reads(ANNE, "Bonjour !")
    await server.say(ANNE, server.direct(ANNE), "Raconte")
    last = await server.reads(ANNE, "Seconde partie.")
    for call, answer in zip(behind.calls, answers, strict=True):
        await mattermost.deliver(call.place, call.person, answer)
    assert len(by_the_bot(server)) == 3
    server.seen.remove(last)  # as if the crash had come between the two pages
    await mattermost.deliver(behind.calls[1].place, behind.calls[1].person, answers[1])
    await mattermost.deliver(behind.calls[0].place, behind.calls[0].person, replace(answers[0], ask=9))
    assert [seen.text[:8] for seen in by_the_bot(server)] == ["Bonjour ", "Première", "Seconde ", "Bonjour "]


async def test_a_hold_that_was_told_in_private_before_a_crash_is_not_told_again(
    server: MattermostServer, mattermost: Mattermost, behind: StandIn
) -> None:
    held = Message("Un mentor regarde.", Tone.WAITING, ask=5)
    behind.script["Classe"] = held
    await server.say(ANNE, GENERAL, "@sobria Classe ces candidats")
    await server.reads(ANNE, "Un mentor regarde.")
    await mattermost.deliver(behind.calls[0].place, behind.calls[0].person, held)
    assert len(by_the_bot(server)) == 1


async def test_what_the_server_does_not_take_is_undeliverable(
    mattermost: Mattermost, behind: StandIn
) -> None:
    now = behind.ports.clock.now()
    person = await behind.people.enrol(
        ORGANISATION,
        "A",
        platform="mattermost",
        workspace="x",
        account=ANNE,
        email=None,
        language="fr",
        at=now,
    )
    place = Place(Platform.MATTERMOST, f"{key('nowhere')}:{ANNE}:direct")
    with pytest.raises(Undeliverable):
        await mattermost.deliver(place, person, Message("x"))
    with pytest.raises(Undeliverable):
        await mattermost.post("another", "review", Message("x"))


async def test_an_address_links_accounts_only_when_it_is_certain(
    server: MattermostServer, behind: StandIn
) -> None:
    server.config["RequireEmailVerification"] = "false"
    server.person("saml", auth_service="saml")
    for user in (ANNE, key("saml")):
        await server.slash(user, GENERAL, "aide")
        await server.reads(user, "Reçu")
    assert set(behind.people.emails) == {"saml@exemple.be"}


async def test_the_doctor_names_what_is_wrong(server: MattermostServer, mattermost: Mattermost) -> None:
    server.members[ADMIN].discard(BOT)
    server.config["RequireEmailVerification"] = "false"
    findings = " ".join(await mattermost.doctor())
    assert ADMIN in findings
    assert "adresses vérifiées" in findings


async def test_the_doctor_sees_that_the_server_cannot_call_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "TRIES", 1)
    settings = MattermostSettings(
        ORGANISATION,
        "http://chat.invalid",
        BOT_TOKEN,
        (COMMAND_TOKEN,),
        SECRET,
        address="http://127.0.0.1:8080",
    )
    findings = " ".join(await diagnose(settings, SystemClock()))
    assert "ne peut pas appeler http://127.0.0.1:8080" in findings


async def test_an_answer_that_the_network_held_up_arrives_when_it_is_back(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "PAUSES", (0.05,) * 40)
    asked, cut = asyncio.Event(), asyncio.Event()

    async def slow(_: Call, __: Outlet) -> Message:
        asked.set()
        await cut.wait()
        return Message("Enfin", Tone.ANSWER, ask=3)

    behind.script["lent"] = slow
    await server.say(ANNE, server.direct(ANNE), "lent")
    await asked.wait()
    server.down = True
    cut.set()
    calls = len(server.calls)
    await server.until(lambda: len(server.calls) > calls + 1)
    server.down = False
    assert await server.reads(ANNE, "Enfin")


async def test_a_store_that_cannot_write_is_said_and_nothing_is_done(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> bool:
        raise StoreUnavailable("full")

    monkeypatch.setattr(behind.receipts, "first", full)
    await server.slash(ANNE, GENERAL, "aide")
    assert await server.reads(ANNE, "n’a pas pu écrire")
    assert not behind.calls


async def test_a_form_that_the_store_cannot_take_stays_open_with_what_was_typed(
    server: MattermostServer, behind: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind.script["revue"] = Message(
        "", form=Form("Répondre", "revue 12 repondre", (Field("text", "Texte"),), "Envoyer")
    )
    await server.slash(MIA, GENERAL, "revue 12 repondre")
    dialog = await server.reads(MIA, "Répondre", by="dialog")

    async def full(*_: object) -> bool:
        raise StoreUnavailable("full")

    with monkeypatch.context() as disk:
        disk.setattr(behind.receipts, "first", full)
        assert "n’a pas pu écrire" in (await server.submit(MIA, dialog, {"text": "Voici"}))["error"]
    behind.script["revue"] = Message("Envoyé")
    assert await server.submit(MIA, dialog, {"text": "Voici"}) == {}
    await server.reads(MIA, "Envoyé")
    assert behind.calls[-1].values == {"text": "Voici"}


async def test_a_form_with_a_fault_stays_open_and_says_which(
    server: MattermostServer, behind: StandIn
) -> None:
    form = Form("Horaire", "prompt horaire", (Field("jour", "Jour", "date"),), "Envoyer")

    async def prompt(call: Call, _: Outlet) -> Message:
        if call.values.get("jour") == "2026-12-05":
            return Message("Bien reçu")
        if not call.values:
            return Message("Un horaire.", form=form)
        return Message("Un horaire.\n\n**À corriger :** « Jour » doit être une date", Tone.FAULT, form=form)

    behind.script["prompt"] = prompt
    await server.slash(ANNE, GENERAL, "prompt horaire")
    dialog = await server.reads(ANNE, "Horaire", by="dialog")
    assert "champs obligatoires" in (await server.submit(ANNE, dialog, {"jour": ""}))["error"]
    wrong = await server.submit(ANNE, dialog, {"jour": "bientôt"})
    assert wrong == {"error": "À corriger : « Jour » doit être une date"}
    assert await server.submit(ANNE, dialog, {"jour": "2026-12-05"}) == {}
    await server.reads(ANNE, "Bien reçu")
    assert await server.submit(ANNE, dialog, {"jour": "2026-12-05"}) == {}
    assert [call.values.get("jour") for call in behind.calls] == [None, None, "bientôt", "2026-12-05"]


async def test_a_form_in_parts_with_a_fault_keeps_what_was_typed(
    server: MattermostServer, behind: StandIn
) -> None:
    names = [f"champ{n}" for n in range(7)]

    async def prompt(call: Call, _: Outlet) -> Message:
        fields = tuple(Field(name, name.capitalize(), value=call.values.get(name, "")) for name in names)
        form = Form("Fiche", "prompt fiche", fields, "Envoyer")
        return Message("À corriger", Tone.FAULT, form=form) if call.values else Message("", form=form)

    behind.script["prompt"] = prompt
    await server.slash(ANNE, GENERAL, "prompt fiche")
    first = await server.reads(ANNE, "champ1", by="dialog")
    await server.submit(ANNE, first, {name: f"tapé {name}" for name in names[:5]})
    await server.press(ANNE, await server.reads(ANNE, "Il reste une partie"), "Continuer (2 sur 2)")
    second = await server.reads(ANNE, "champ6", by="dialog")
    await server.submit(ANNE, second, {name: f"tapé {name}" for name in names[5:]})
    await server.press(ANNE, await server.reads(ANNE, "À corriger"), "Remplir le formulaire")
    again = await server.reads(ANNE, "tapé champ0", by="dialog")
    assert [element["default"] for element in again.dialog["elements"]] == [
        f"tapé {name}" for name in names[:5]
    ]


async def test_a_press_below_a_commands_answer_is_answered_there_while_the_server_lets_it(
    server: MattermostServer, behind: StandIn
) -> None:
    behind.script["aide"] = Message("Choisissez", buttons=(Button("Mes demandes", "demandes"),))
    behind.script["demandes"] = Message("Vos demandes", buttons=(Button("Pourquoi ?", "pourquoi 3"),))
    await server.slash(ANNE, GENERAL, "aide")
    await server.press(ANNE, await server.reads(ANNE, "Choisissez"), "Mes demandes")
    seen = await server.reads(ANNE, "Vos demandes")
    assert (seen.by, seen.channel) == ("ephemeral", GENERAL)
    assert not any("conversation privée" in seen.text for seen in server.seen)
    server._responses.clear()  # half an hour later
    behind.script["pourquoi"] = Message("Voici", facts=(Fact("Règle", "aucune"),))
    await server.press(ANNE, seen, "Pourquoi ?")
    assert (await server.reads(ANNE, "Voici")).channel == server.direct(ANNE)
    assert await server.reads(ANNE, "conversation privée", by="ephemeral")
