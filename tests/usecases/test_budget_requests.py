"""Whoever has used up a hard budget can ask for more; a mentor grants it, once, for this period and person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.core.budget import Budget, Scope
from bot.core.reply import Message, Tone
from bot.usecases import pursuit
from tests.world import World, opened

QUESTION = "Écris un mot de bienvenue pour la fête du quartier"


async def limited(world: World, scope: Scope = "person", amount: int = 10) -> None:
    subject = "*" if scope == "person" else ""
    budget = Budget(0, scope, subject, "tokens", "month", amount, hard=True)
    await world.ports.ledger.set_budget("senne", budget, "k", world.clock.now())


async def refused(world: World) -> Message:
    world.models.script(["Bonjour !"])
    return await world.says("staff", QUESTION)


async def request(world: World) -> int:
    told = await world.says("staff", "budget demander")
    assert told.ask is not None
    return told.ask


async def limit(world: World, who: str, day: date) -> int:
    key = await world.ports.people.ledger_key(world.people[who].id)
    (room,) = await world.ports.ledger.rooms("senne", None, key, day)
    return room.limit


async def test_a_refusal_says_how_to_ask_for_more_and_the_grant_opens_the_road(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await limited(world)
        told = await refused(world)
        assert told.tone is Tone.STOPPED
        assert [button.command for button in told.buttons] == ["budget demander", "humain"]
        number = await request(world)
        seen = await world.says("mentor", f"revue {number}")
        assert f"budget {number} accorder" in [button.command for button in seen.buttons]
        form = (await world.says("mentor", f"budget {number} accorder")).form
        assert form is not None
        done = await world.says("mentor", f"budget {number} grant", amount="9 000")
        assert "9\u202f010" in done.text.replace("\xa0", "\u202f")
        await pursuit.pursue(world.ports)
        assert "9\u202f010" in world.mailbox.delivered[-1][1].text.replace("\xa0", "\u202f")
        assert (await refused(world)).tone is Tone.ANSWER


async def test_a_grant_out_of_everyones_budget_is_for_one_person_and_ends_with_the_period(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as world:
        await limited(world)
        number = await request(world)
        await world.says("mentor", f"budget {number} accorder", amount="500")
        day = world.clock.now().date()
        assert await limit(world, "staff", day) == 510
        assert await limit(world, "staff2", day) == 10
        assert await limit(world, "staff", date(day.year + 1, 1, 15)) == 10


async def test_a_request_is_granted_once_and_asked_once_a_day(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await limited(world)
        number = await request(world)
        assert (await world.says("staff", "budget demander")).tone is Tone.WAITING
        await world.says("mentor", f"budget {number} accorder", amount="500")
        again = await world.says("mentor2", f"budget {number} accorder", amount="500")
        assert again.tone is Tone.FAULT
        assert await limit(world, "staff", world.clock.now().date()) == 510


async def test_the_ledger_itself_refuses_a_second_grant_for_one_request(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await limited(world, "organisation")
        key = await world.ports.people.ledger_key(world.people["staff"].id)
        day = world.clock.now().date()
        (room,) = await world.ports.ledger.rooms("senne", None, key, day)
        for amount in (500, 700):
            await world.ports.ledger.grant(
                "senne", room.budget.id, amount, day, "m", datetime.now(UTC), request="r1"
            )
        assert await limit(world, "staff", day) == 510


@pytest.mark.parametrize("typed", ["0", "-5", "beaucoup", "1e9", "", "9" * 40])
async def test_an_amount_that_is_none_grants_nothing(tmp_path: Path, typed: str) -> None:
    async with opened(tmp_path) as world:
        await limited(world)
        number = await request(world)
        told = await world.says("mentor", f"budget {number} accorder", amount=typed)
        assert told.tone is Tone.FAULT
        assert await limit(world, "staff", world.clock.now().date()) == 10


async def test_only_a_mentor_grants_and_never_to_themselves(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await limited(world)
        told = await world.says("mentor", "budget ask")
        for who in ("staff", "mentor"):
            assert (await world.says(who, f"budget {told.ask} grant", amount="5")).tone is Tone.FAULT
        assert await limit(world, "mentor", world.clock.now().date()) == 10


@pytest.mark.slow
async def test_the_digest_tells_what_was_granted_to_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        await limited(world, "organisation")
        number = await request(world)
        await world.says("mentor", f"budget {number} accorder", amount="500")
        digest = await world.says("admin", "bilan mois")
        told = " ".join(fact.value for fact in digest.facts)
        assert "dont 500\u00a0jetons accordés" in told
        assert "510\u00a0jetons" in told


async def test_whoever_has_no_limit_is_told_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as world:
        assert (await world.says("staff", "budget")).facts == ()
        await world.says("staff", "budget demander")
        assert world.mailbox.posted == []
