"""Prompts that staff propose."""

from __future__ import annotations

from tests.world import World


async def test_mentors_hear_of_a_proposed_prompt(world: World) -> None:
    """Expected: its title and where to find it in the review channel, its text in the queue only."""
    await world.says(
        "staff", "proposer", title="Compte rendu de cuisine", body="Résume {notes} en cinq lignes."
    )
    audience, message = world.mailbox.posted[-1]
    assert audience == "review"
    assert "Compte rendu de cuisine" in message.text
    assert "cinq lignes" not in message.text
    assert "Compte rendu de cuisine" in (await world.says("mentor", "revue")).text


async def test_a_proposal_stands_though_nobody_could_be_told(world: World) -> None:
    """Expected: thanks to the person, and the proposal in the queue."""
    world.mailbox.closed = True
    await world.says("staff", "proposer", title="Menu", body="Propose un menu.")
    world.mailbox.closed = False
    assert "Menu" in (await world.says("mentor", "revue")).text
