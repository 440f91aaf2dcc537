"""A mentor proposes a neutral example: never what a person wrote, and only after a decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.files.policy_examples import teachings
from bot.cli.policy_proposals import _written
from bot.core.reply import Tone
from tests.world import ORGANISATION, World

RANK = (
    "Classe ces trois candidats du meilleur au moins bon pour le poste d’animateur : Karim, Julie et Pedro."
)
NEUTRAL = "Trie les personnes qui ont postulé selon leur valeur"


async def _decided(world: World) -> int:
    held = await world.says("staff", RANK)
    await world.says("mentor", f"revue {held.ask} refuser", note="Une machine ne classe personne.")
    assert held.ask is not None
    return held.ask


async def test_a_neutral_example_is_kept_listed_and_written_for_the_ethics_group(
    world: World, tmp_path: Path
) -> None:
    """Expected: a form, a number, the example in a file that the policy learns from; none among prompts."""
    ask = await _decided(world)
    assert (await world.says("mentor", f"revue {ask} exemple")).form is not None
    kept = await world.says("mentor", f"revue {ask} exemple", text=NEUTRAL, label="R2")
    assert kept.tone is Tone.DONE
    (proposed,) = await world.ports.proposals.examples(ORGANISATION.id)
    assert (proposed.label, proposed.text) == ("R2", NEUTRAL)
    assert await world.ports.proposals.waiting(ORGANISATION.id) == ()
    _written((proposed,), tmp_path / "own" / "examples")
    (taught,) = teachings((tmp_path / "own",), ("R2",))
    assert (taught.text, taught.label) == (NEUTRAL, "R2")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (RANK, "donnée personnelle"),
        ("Classe ces trois candidats du meilleur au moins bon pour le poste", "reprend les mots"),
        ("Du moins bon au meilleur, classe trois candidats animateurs", "reprend les mots"),
        ("Trie les dossiers que Sophie Lambert a reçus pour ce travail", "donnée personnelle"),
        ("Trie-les", "trop court"),
    ],
)
async def test_an_example_that_repeats_the_ask_or_names_somebody_is_refused(
    world: World, text: str, why: str
) -> None:
    """Expected: said why, the form again, nothing kept."""
    ask = await _decided(world)
    refused = await world.says("mentor", f"revue {ask} exemple", text=text, label="R2")
    assert why in refused.text
    assert refused.form is not None
    assert await world.ports.proposals.examples(ORGANISATION.id) == ()


async def test_only_a_mentor_proposes_and_only_after_a_decision(world: World) -> None:
    """Expected: a fault for staff, and before anybody decided."""
    held = await world.says("staff", RANK)
    early = await world.says("mentor", f"revue {held.ask} exemple", text=NEUTRAL, label="R2")
    assert early.tone is Tone.FAULT
    staff = await world.says("staff2", f"revue {held.ask} exemple", text=NEUTRAL, label="R2")
    assert staff.tone is not Tone.DONE
    assert await world.ports.proposals.examples(ORGANISATION.id) == ()
