"""A letter to one person begins with her name and how she is reached; nothing else is begun for a model."""

import pytest

from bot.core.heading import Heading, heading

NAME, MAIL, PHONE = "Lazvonine Nozdekur", "bikzador@tuvzinal.example", "TEL-KQVTZ1"
GIVEN = {NAME: "Sophie Lambert", MAIL: "sophie@exemple.be", PHONE: "0475 12 34 56"}


@pytest.mark.parametrize(
    "ask",
    [
        f"Rédige un mot de remerciement à {NAME} ({MAIL}, {PHONE}) pour son don",
        f"Pouvez-vous écrire à {NAME}, {MAIL} ou {PHONE}, que le local est fermé",
        f"write a reminder to {NAME}, {MAIL}, {PHONE}",
        f"Schrijf een bedankbrief aan {NAME} ({MAIL}, {PHONE})",
    ],
)
def test_a_letter_to_one_person_has_her_lines(ask: str) -> None:
    assert heading(ask, GIVEN) == Heading(NAME, (NAME, MAIL, PHONE))


@pytest.mark.parametrize(
    "ask",
    [
        f"Corrige : Bonjour {NAME}, écrivez à {MAIL} ou {PHONE}",
        f"Rédige plus simplement « {NAME} répond à {MAIL}, {PHONE} »",
        f"Résume ceci : {NAME} a écrit à {MAIL}, {PHONE}",
        f"Rédige un mot à {NAME}",
        f"Rédige un mot à {MAIL}",
    ],
)
def test_nothing_else_has(ask: str) -> None:
    assert heading(ask, GIVEN) is None


def test_a_letter_about_two_persons_is_left_to_the_model() -> None:
    ask = f"Rédige un mot à {NAME} ({MAIL}) au sujet de Bazvodor"
    assert heading(ask, {**GIVEN, "Bazvodor": "Karim"}) is None
