"""The console over HTTP: what people see, send and are kept from, without any JavaScript."""

from __future__ import annotations

import asyncio
import html
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bot.adapters.console.safety import LARGEST_BODY
from bot.core.ask import Place, Platform, Turn
from bot.core.model import ModelCard, Spoken
from bot.core.reply import Button, File, Message
from bot.errors import StoreUnavailable, Undeliverable
from tests.adapters.console.visitor import STREAM, visiting
from tests.world import ORGANISATION, SMALL, ScriptedModels, World

pytestmark = pytest.mark.slow  # a whole association behind each page

HELLO = "Propose un ordre du jour pour une réunion d’équipe"


async def test_an_answer_is_on_the_page_with_its_footer_and_still_there_after_a_reload(world: World) -> None:
    world.models.script(["Un **ordre** ", "du jour."])
    async with visiting(world, "staff") as visitor:
        page = await visitor.says(HELLO)
        assert HELLO in page
        assert "Un <strong>ordre</strong> du jour." in page
        assert "petit · 120 jetons" in page.replace("\xa0", " ")
        assert html.unescape(await visitor.page()).count("du jour.") == 1


async def test_an_answer_streams_piece_by_piece_between_what_was_typed_and_the_message(world: World) -> None:
    world.models.script(["Bonjour ", "à tous, ", "et bienvenue dans notre belle équipe."])
    async with visiting(world, "staff") as visitor:
        events = await visitor.streams(HELLO)
    assert HELLO in html.unescape(events[0]["html"])
    assert "".join(event["piece"] for event in events[1:-1]).startswith("Bonjour à tous")
    assert "bienvenue" in events[-1]["html"]
    assert [event["number"] for event in (events[0], events[-1])] == [1, 2]


async def test_an_ask_ends_when_the_browser_goes_away(world: World) -> None:
    """Expected: the answer is in the conversation though nobody read the stream."""
    begun, gate = asyncio.Event(), asyncio.Event()
    async with visiting(world, "staff") as visitor:
        world.models.stream = _slow(begun, gate)  # type: ignore[assignment,method-assign]
        form = {"jeton": await visitor.token(), "ligne": HELLO}
        sending = asyncio.create_task(visitor.web.post("/dire", data=form, headers=STREAM))
        await begun.wait()
        sending.cancel()
        gate.set()
        await visitor.console.close()
        assert "arrivée quand même" in await visitor.page()


def _slow(begun: asyncio.Event, gate: asyncio.Event) -> object:
    async def stream(
        card: ModelCard, turns: Sequence[Turn], **_asked: object
    ) -> AsyncGenerator[str | Spoken, None]:
        begun.set()
        await gate.wait()
        scripted = ScriptedModels(SMALL)
        scripted.script(["Une réponse arrivée quand même."])
        async for piece in scripted.stream(card, turns):
            yield piece

    return stream


async def test_a_double_click_asks_once(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        assert len(await visitor.streams(HELLO, envoi="a1")) > 1
        assert await visitor.streams(HELLO, envoi="a1") == []
    assert len(world.models.received) == 1


async def test_a_button_does_what_typing_its_command_does(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        await visitor.says(HELLO)
        assert 'value="avis 1 +"' in await visitor.page()
        page = await visitor.says("avis 1 +")
        assert "/ia avis 1 +" in page
        assert "Merci" in page


async def test_a_form_at_fault_comes_back_with_what_was_filled_in(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        page = await visitor.says(
            "prompt remerciement-don", v_montant="beaucoup", v_personne="Sophie Lambert"
        )
        assert 'value="beaucoup"' in page
        assert 'value="Sophie Lambert"' in page
        assert "À corriger" in page
    assert not world.models.received


async def test_markup_in_asks_and_answers_is_shown_as_text(world: World) -> None:
    attack = "<script>alert(1)</script> [ici](javascript:alert(1)) ![x](http://a/b.png) <img src=x onerror=y>"
    world.models.script([attack])
    async with visiting(world, "staff") as visitor:
        await visitor.says(f"Résume : {attack}")
        page = await visitor.page()
    assert "<script>alert" not in page
    assert "javascript:alert(1)</a" not in page
    assert 'href="javascript:' not in page
    assert "<img src=x" not in page
    assert 'src="http://a/b.png"' not in page


async def test_nul_bytes_zero_width_and_right_to_left_text_do_no_harm(world: World) -> None:
    strange = "\x00\x1b[31m Bonjour \u200b\u202e tout le monde \ufeff مرحبا 👩🏽‍🌾"
    async with visiting(world, "staff") as visitor:
        page = await visitor.says(strange)
    assert "\x00" not in page
    assert "\x1b" not in page
    assert "مرحبا" in page
    assert 'dir="auto"' in page


async def test_a_text_too_long_to_read_gets_a_sentence_and_reaches_no_model(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        page = await visitor.says("mot " * 50_000)
        assert "Voir tout le texte" in page
        assert 'class="line theirs fault"' in page
    assert not world.models.received


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_beyond_the_limit_is_refused_in_words_whatever_it_declares(
    world: World, declared: bool
) -> None:
    body = b"ligne=" + b"a" * LARGEST_BODY

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    async with visiting(world, "staff") as visitor:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content: bytes | AsyncIterator[bytes] = body if declared else parts()
        answer = await visitor.web.post("/dire", content=content, headers=headers)
    assert answer.status_code == 413
    assert "C’est trop long" in answer.text


async def test_a_link_enters_once_and_a_preview_does_not_use_it_up(world: World) -> None:
    async with visiting(world) as visitor:
        now = world.clock.now()
        token = await world.ports.doors.invite(world.people["staff"].id, now, now + timedelta(minutes=5))
        for _ in range(2):
            assert "Entrer" in (await visitor.web.get(f"/entrer/{token}")).text
        entered = await visitor.web.post(f"/entrer/{token}")
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        again = await visitor.web.post(f"/entrer/{token}")
        assert again.status_code == 403
        assert "a déjà servi" in again.text
        assert "/ia console" in again.text


async def test_a_link_that_is_too_old_does_not_enter(world: World) -> None:
    async with visiting(world) as visitor:
        now = world.clock.now()
        token = await world.ports.doors.invite(world.people["staff"].id, now, now + timedelta(minutes=5))
        world.clock.forward(minutes=6)
        assert (await visitor.web.post(f"/entrer/{token}")).status_code == 403


async def test_the_cookie_keeps_to_https_where_our_address_does(world: World) -> None:
    from dataclasses import replace

    secure = replace(world, ports=replace(world.ports, address="https://ia.exemple.be"))
    async with visiting(secure) as visitor:
        assert "secure" in (await visitor.enters("staff")).headers["set-cookie"].lower()


@pytest.mark.parametrize("jeton", ["", "faux", "é"])
async def test_a_form_that_is_not_of_this_session_changes_nothing(world: World, jeton: str) -> None:
    async with visiting(world, "staff") as visitor:
        answer = await visitor.web.post("/dire", data={"jeton": jeton, "ligne": "demandes"})
        assert answer.status_code == 403
        assert (await visitor.web.post("/sortir", data={"jeton": jeton})).status_code == 403
        assert "Amina Haddad" in await visitor.page()
    assert not await world.ports.transcript.since(world.people["staff"].id, 0)


async def test_another_site_cannot_send_for_us(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        form = {"jeton": await visitor.token(), "ligne": "demandes"}
        answer = await visitor.web.post("/dire", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_signing_out_closes_the_session_for_good(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        session = visitor.web.cookies["sobria"]
        await visitor.web.post("/sortir", data={"jeton": await visitor.token()})
        visitor.web.cookies.set("sobria", session)
        assert "La porte est fermée" in await visitor.page()
        assert (await visitor.web.get("/suite")).status_code == 403


async def test_the_open_door_exists_in_the_demonstration_only(world: World) -> None:
    async with visiting(world) as visitor:
        assert (await visitor.web.get("/demo")).status_code == 404
        assert (await visitor.web.post("/demo", data={"personne": "x"})).status_code == 404
    async with visiting(world, demo=True) as visitor:
        assert "Luc Vandamme" in (await visitor.web.get("/demo")).text
        await visitor.web.post("/demo", data={"personne": world.people["mentor"].id})
        page = await visitor.page()
        assert "Démonstration" in page
        assert page.count('name="personne"') == 3


async def test_a_decision_of_a_mentor_comes_by_itself(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        await visitor.says(HELLO)
        person = world.people["staff"]
        await visitor.console.deliver(
            Place(Platform.CONSOLE, person.id), person, Message("Voici la **décision**.")
        )
        news = (await visitor.web.get("/suite?apres=2")).json()
    assert [line["number"] for line in news["lines"]] == [3]
    assert "<strong>décision</strong>" in news["lines"][0]["html"]


async def test_mentors_see_how_many_reviews_wait_without_their_own(world: World) -> None:
    await world.says("staff", "humain Puis-je refuser un don anonyme ?")
    await world.says("mentor", "humain Et moi ?")
    async with visiting(world, "mentor") as visitor:
        assert (await visitor.web.get("/suite")).json()["waiting"] == 1
        assert "Revue" in await visitor.page()
    async with visiting(world, "staff") as visitor:
        assert "Revue" not in await visitor.page()


async def test_a_post_for_mentors_waits_while_there_are_none(world: World) -> None:
    async with visiting(world) as visitor:
        await visitor.console.post(ORGANISATION.id, "review", Message("À relire."))
        assert (await world.ports.transcript.since(world.people["mentor2"].id, 0))[-1].message is not None
        with pytest.raises(Undeliverable):
            await visitor.console.post("ailleurs", "review", Message("À relire."))


async def test_files_are_shown_or_handed_over_to_their_reader_only(world: World) -> None:
    picture = File("bilan.png", "image/png", b"\x89PNG", alt="Huit demandes lundi")
    drawing = File("é\r\n.svg", "image/svg+xml", b"<svg onload='x'/>")
    person = world.people["staff"]
    await world.ports.transcript.read(person.id, Message("", files=(picture, drawing)), world.clock.now())
    async with visiting(world, "staff") as visitor:
        page = await visitor.page()
        assert 'alt="Huit demandes lundi"' in page
        assert (await visitor.web.get("/fichier/1/0")).content == b"\x89PNG"
        given = await visitor.web.get("/fichier/1/1")
        assert given.headers["content-disposition"] == 'attachment; filename="___.svg"'
        assert (await visitor.web.get("/fichier/1/2")).status_code == 404
        assert (await visitor.web.get("/fichier/99999999999999/0")).status_code == 404
    async with visiting(world, "staff2") as visitor:
        assert (await visitor.web.get("/fichier/1/0")).status_code == 404


async def test_a_grave_button_is_asked_twice_without_any_script(world: World) -> None:
    button = Button("Effacer", "donnees effacer oui", "danger", confirm="C’est sans retour.")
    message = Message("Vos données.", buttons=(button,))
    await world.ports.transcript.read(world.people["staff"].id, message, world.clock.now())
    async with visiting(world, "staff") as visitor:
        page = await visitor.page()
    assert '<details class="confirm"><summary class="danger">' in page
    assert "C’est sans retour." in page


async def test_earlier_lines_can_be_reached(world: World) -> None:
    for n in range(60):
        await world.ports.transcript.typed(world.people["staff"].id, f"ligne n{n}.", world.clock.now())
    async with visiting(world, "staff") as visitor:
        page = await visitor.page()
        assert "ligne n9." not in page
        assert "/?lignes=150" in page
        assert "ligne n9." in (await visitor.web.get("/?lignes=150")).text


async def test_a_store_that_cannot_write_is_said_in_words_live_and_on_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> int:
        raise StoreUnavailable("disk full")

    async with visiting(world, "staff") as visitor:
        token = await visitor.token()
        monkeypatch.setattr(type(world.ports.transcript), "typed", full)
        form = {"jeton": token, "ligne": HELLO}
        live = (await visitor.web.post("/dire", data=form, headers=STREAM)).text
        plain = await visitor.web.post("/dire", data=form)
    assert "de notre côté" in live
    assert plain.status_code == 500
    assert "de notre côté" in plain.text
    assert "disk full" not in live + plain.text


async def test_every_answer_carries_the_headers_of_safety(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        for address in ("/", "/suite", "/entrer/x", "/fichier/9/9", "/statique/console.css"):
            headers = (await visitor.web.get(address)).headers
            assert "default-src 'none'" in headers["content-security-policy"], address
            assert headers["x-content-type-options"] == "nosniff"
            kept = "immutable" if "statique" in address else "no-store"
            assert kept in headers["cache-control"]


async def test_an_address_that_nobody_serves_is_said_in_words(world: World) -> None:
    import httpx

    async with visiting(world) as visitor:
        transport = httpx.ASGITransport(visitor.console.missing)
        async with httpx.AsyncClient(transport=transport, base_url="http://sobria") as web:
            answer = await web.get("/nulle-part")
    assert answer.status_code == 404
    assert "Il n’y a rien à cette adresse." in answer.text


async def test_the_page_speaks_the_language_of_its_reader(world: World) -> None:
    async with visiting(world, "staff") as visitor:
        await visitor.says("langue en")
        page = await visitor.page()
        assert '<html lang="en">' in page
        assert "Your question or a command" in page


async def test_examples_ask_what_they_show_in_every_language() -> None:
    """Expected: none of them is taken for a command or a near miss of one."""
    from bot.core.command import Command, Name, parse
    from bot.wording.catalogue import say

    for language in ("fr", "en", "nl"):
        for n in (1, 2, 3):
            command = parse(say(language, f"console.example_{n}"))
            assert isinstance(command, Command)
            assert command.name is Name.ASK


async def test_the_first_load_stays_light(world: World) -> None:
    """Expected: page, style, script and mark together under 100 kB, nothing from elsewhere."""
    from bot.adapters.console.render import STATIC

    async with visiting(world, "staff") as visitor:
        page = await visitor.page()
    static = sum(path.stat().st_size for path in STATIC.iterdir())
    assert len(page.encode()) + static < 100_000
    assert "https://" not in page
