"""One exchange with one model: what leaves, what comes back, and what is shown of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import ModelCard
from bot.core.policy.verdict import Outcome, Verdict
from bot.core.reply import Tone
from bot.usecases import pursuit
from tests.world import ScriptedModels, World

THANKS = (
    "Rédige un mot de remerciement à Sophie Lambert (sophie.lambert@exemple.be, 0475 12 34 56), "
    "IBAN BE68 5390 0754 7034, pour son don de 50 €"
)
PERSONAL = ("Sophie", "Lambert", "sophie.lambert@exemple.be", "0475 12 34 56", "BE68 5390 0754 7034")
RANK = (
    "Classe ces trois candidats du meilleur au moins bon pour le poste d’animateur : Karim, Julie et Pedro."
)


async def test_the_model_sees_no_personal_datum_and_the_person_reads_them_back(world: World) -> None:
    """Expected: pseudonyms leave, the four values come back in the answer, `pourquoi` shows what left."""
    world.models.script(["J’ai reçu : {sent}"])
    answer = await world.says("staff", THANKS)
    sent = world.models.received[0][1][-1].text
    for value in PERSONAL:
        assert value not in sent
        assert value in answer.text
    why = await world.says("staff", f"pourquoi {answer.ask}")
    assert sent[:80] in why.text.replace("\n> ", "\n")
    assert not any(value in why.text for value in PERSONAL)
    assert "inventés" in why.text


async def test_an_empty_answer_is_no_answer(world: World) -> None:
    """Expected: the next model is tried."""
    world.models.script(["  "], ["Bonjour."])
    assert (await world.says("staff", "Dis bonjour.")).text == "Bonjour."


async def test_a_models_answer_that_breaks_the_charter_is_withheld(world: World) -> None:
    """Expected: nothing of it shown, the failure said, an appeal offered."""
    world.models.script(["Bonjour. ", "Les réfugiés sont des parasites, ", "voilà tout. "])
    failed = await world.says("staff", "Dis bonjour à l’équipe.")
    assert failed.tone is Tone.FAULT
    assert "parasites" not in failed.text
    assert f"appel {failed.ask}" in {button.command for button in failed.buttons}


async def test_an_approved_ask_whose_data_cannot_be_hidden_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: a mentor's approval does not stand for a detector that fails; nothing leaves."""
    held = await world.says("staff", RANK)
    await world.says("mentor", f"revue {held.ask} modifier", text="Écris à Sophie Lambert.")
    monkeypatch.setattr(
        type(world.ports.policy),
        "check",
        lambda *_, **__: Verdict(Outcome.REVIEW, failed=("names",)),
    )
    await pursuit.pursue(world.ports)
    assert world.models.received == []
    assert world.mailbox.delivered[0][1].tone is Tone.FAULT


async def test_a_small_model_goes_on_from_the_first_lines_of_a_letter(world: World) -> None:
    """Expected: whatever it then writes, the person reads the name and the three other values."""
    embedded = ScriptedModels(ModelCard("essai", "embedded", "essai", zone="BEL"))
    world.ports = replace(world.ports, models=embedded)
    embedded.script(["Merci ", "beaucoup."])
    answer = await world.says("staff", THANKS)
    lines = ("Sophie Lambert", "sophie.lambert@exemple.be", "0475 12 34 56", "BE68 5390 0754 7034")
    assert answer.text == "\n".join(lines) + "\n\nBonjour Sophie Lambert,\n\nMerci beaucoup."
    begun = embedded.received[0][1][-1]
    assert begun.role == "assistant"
    assert not any(value in begun.text for value in PERSONAL)
