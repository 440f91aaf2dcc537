"""Who is at the door: one person on two platforms, roles at the moment, double clicks, nobody by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.adapters.arrivals import Account, Members, Roster, admitted, pressed_once, privileged
from bot.core.ask import Platform
from bot.core.person import Role
from bot.errors import NotAllowed, Undeliverable
from tests.world import HandClock, World


def account(platform: Platform, name: str, email: str | None) -> Account:
    return Account(platform, "T1", f"{platform.value}-{name}", name, email)


class Channels:
    """Who is in the channels that give roles, and how often that was looked up."""

    def __init__(self) -> None:
        self.mentors: set[str] = set()
        self.lookups = 0
        self.silent = False

    async def _mentors(self) -> frozenset[str]:
        self.lookups += 1
        if self.silent:
            raise Undeliverable("silent")
        return frozenset(self.mentors)

    @property
    def governing(self) -> Mapping[Role, Members]:
        return {Role.MENTOR: self._mentors}


async def test_one_verified_address_on_two_platforms_is_one_person(world: World) -> None:
    roster = Roster(world.clock, {})
    at = world.clock.now()
    organisation = world.people["staff"].organisation
    first = await admitted(
        world.ports, organisation, account(Platform.SLACK, "x", "nora@exemple.be"), roster, "", at
    )
    second = await admitted(
        world.ports, organisation, account(Platform.MATTERMOST, "x", "nora@exemple.be"), roster, "", at
    )
    assert first.id == second.id
    assert await world.ports.people.ledger_key(first.id) == await world.ports.people.ledger_key(second.id)


async def test_an_address_that_nobody_vouches_for_links_nothing(world: World) -> None:
    roster = Roster(world.clock, {})
    at = world.clock.now()
    organisation = world.people["staff"].organisation
    known = account(Platform.SLACK, "x", "nora@exemple.be")
    claimed = account(Platform.MATTERMOST, "x", None)
    first = await admitted(world.ports, organisation, known, roster, "", at)
    second = await admitted(world.ports, organisation, claimed, roster, "", at)
    assert first.id != second.id


async def test_a_mentor_s_command_looks_the_role_up_anew_and_a_question_does_not() -> None:
    clock, channels = HandClock(), Channels()
    roster = Roster(clock, channels.governing)
    for line in ("bonjour", "pourquoi 3", "bonjour"):
        await roster.roles("a", fresh=privileged(line))
    assert channels.lookups == 1
    for line in ("revue", "revue 3 approuver", "bilan", "budget 3 accorder"):
        await roster.roles("a", fresh=privileged(line))
    assert channels.lookups == 5
    await roster.roles("a", fresh=privileged("budget"))
    assert channels.lookups == 5
    clock.forward(seconds=11)
    await roster.roles("a", fresh=False)
    assert channels.lookups == 6


async def test_roles_come_and_go_with_the_channel_and_an_outage_gives_none(world: World) -> None:
    channels = Channels()
    roster = Roster(world.clock, channels.governing)
    here = account(Platform.SLACK, "m", "m@exemple.be")
    channels.mentors = {here.id}
    organisation = world.people["staff"].organisation

    async def arrives() -> bool:
        person = await admitted(world.ports, organisation, here, roster, "revue", world.clock.now())
        return person.has(Role.MENTOR)

    assert await arrives()
    channels.silent = True
    assert not await arrives()
    channels.silent = False
    assert await arrives()
    channels.mentors = set()
    assert not await arrives()
    holders = await world.ports.people.holders(organisation, Role.MENTOR.value)
    assert here.name not in {person.name for person in holders}


async def test_a_role_that_no_channel_governs_stays(world: World) -> None:
    here = account(Platform.SLACK, "chef", "chef@exemple.be")
    organisation, at = world.people["staff"].organisation, world.clock.now()
    person = await admitted(world.ports, organisation, here, Roster(world.clock, {}), "", at)
    await world.ports.people.grant(person.id, roles=frozenset({Role.STAFF, Role.ADMIN}))
    again = await admitted(
        world.ports, organisation, here, Roster(world.clock, Channels().governing), "bilan", at
    )
    assert again.roles == {Role.STAFF, Role.ADMIN}


async def test_outsiders_are_refused_before_anything_is_written(world: World) -> None:
    guest = Account(Platform.SLACK, "T1", "guest", "Gus", "gus@exemple.be", outsider=True)
    with pytest.raises(NotAllowed, match="guest"):
        await admitted(
            world.ports,
            world.people["staff"].organisation,
            guest,
            Roster(world.clock, {}),
            "",
            world.clock.now(),
        )
    assert await world.ports.people.by_account("slack", "T1", "guest") is None


@pytest.mark.parametrize("start", [0.0, 0.9, 1.9])
async def test_presses_close_together_are_one_wherever_the_second_falls(world: World, start: float) -> None:
    first = world.clock.now() + timedelta(seconds=start)
    assert await pressed_once(world.ports, "key", first)
    assert not await pressed_once(world.ports, "key", first + timedelta(seconds=0.2))
    assert not await pressed_once(world.ports, "key", first + timedelta(seconds=1.0))
    for seconds in (2.1, 4.2, 6.3):
        assert await pressed_once(world.ports, "key", first + timedelta(seconds=seconds))
        assert not await pressed_once(world.ports, "key", first + timedelta(seconds=seconds + 0.2))
    assert await pressed_once(world.ports, "other", first)
