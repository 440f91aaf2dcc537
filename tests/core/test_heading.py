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


def test_a_letter_that_speaks_of_somebody_else_has_the_lines_of_who_is_written_to() -> None:
    ask = f"Écris un e-mail à Mme {NAME} ({MAIL}) : elle verra Bazvodor, joignable au {PHONE}."
    assert heading(ask, {**GIVEN, "Bazvodor": "Karim"}) == Heading(NAME, (NAME, MAIL))


def test_a_given_name_used_again_is_nobody_else() -> None:
    ask = f"Rédige un mot à {NAME} ({MAIL}, {PHONE}), Lazvonine a donné 50 €"
    assert heading(ask, {"Lazvonine": "Sophie", **GIVEN}) == Heading(NAME, (NAME, MAIL, PHONE))


@pytest.mark.parametrize(
    "ask",
    [
        f"Rédige un mot pour annoncer que {NAME} ({MAIL}, {PHONE}) remplace Bazvodor",
        f"Rédige un mot à Bazvodor au sujet de {NAME} ({MAIL}, {PHONE})",
    ],
)
def test_a_letter_about_several_persons_is_left_to_the_model(ask: str) -> None:
    assert heading(ask, {**GIVEN, "Bazvodor": "Karim"}) is None
