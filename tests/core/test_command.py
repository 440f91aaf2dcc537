"""The grammar of /ia: what people type becomes what they meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.command import Command, Name, Unclear, assignments, parse


@pytest.mark.parametrize(
    ("line", "name", "number", "words"),
    [
        ("", Name.HELP, None, ""),
        ("/ia", Name.HELP, None, ""),
        ("aide", Name.HELP, None, ""),
        ("AIDE prompts", Name.HELP, None, "prompts"),
        ("help", Name.HELP, None, ""),
        ("/ia pourquoi 12", Name.WHY, 12, ""),
        ("Pourquoi n° 12", Name.WHY, 12, ""),
        ("why #12", Name.WHY, 12, ""),
        ("DEMANDES", Name.ASKS, None, ""),
        ("données export", Name.RIGHTS, None, "export"),
        ("donnees effacer oui", Name.RIGHTS, None, "erase oui"),
        ("avis 3 +", Name.FEEDBACK, 3, "+"),
        ("avis 3-", Name.FEEDBACK, 3, "-"),
        ("revue", Name.REVIEW, None, ""),
        ("revue 4", Name.REVIEW, 4, ""),
        ("revue 4 répondre", Name.REVIEW, 4, "answer"),
        ("review 4 approve", Name.REVIEW, 4, "approve"),
        ("bilan", Name.OVERVIEW, None, ""),
        ("bilan mois", Name.OVERVIEW, None, "mois"),
        ("overview week", Name.OVERVIEW, None, "semaine"),
        ("bilan 2026-W47", Name.OVERVIEW, None, "2026-w47"),
        ("charte accepter", Name.CHARTER, None, "accept"),
        ("appel 5 c’est un malentendu", Name.APPEAL, 5, "c’est un malentendu"),
        ("humain : puis-je refuser ?", Name.HUMAN, None, "puis-je refuser ?"),
        ("budget", Name.BUDGET, None, ""),
        ("budget demander", Name.BUDGET, None, "ask"),
        ("budget ask", Name.BUDGET, None, "ask"),
        ("Budget n° 12 accorder", Name.BUDGET, 12, "grant"),
        ("budget 12 grant", Name.BUDGET, 12, "grant"),
        ("langue nl", Name.LANGUAGE, None, "nl"),
        ("leçons", Name.LESSONS, None, ""),
        ("LECON 3", Name.LESSONS, 3, ""),
        ("Leçons n° 3", Name.LESSONS, 3, ""),
        ("lessons", Name.LESSONS, None, ""),
        ("lesson 7", Name.LESSONS, 7, ""),
        ("lessen 2", Name.LESSONS, 2, ""),
        ("apprendre", Name.LESSONS, None, ""),
        ("learn", Name.LESSONS, None, ""),
        ("leren", Name.LESSONS, None, ""),
        ("prompts reçu fiscal", Name.PROMPTS, None, "reçu fiscal"),
    ],
)
def test_a_command_is_read_in_any_case_with_or_without_accents(
    line: str, name: Name, number: int | None, words: str
) -> None:
    """Expected: the command named, its number and its keywords in their canonical form."""
    command = parse(line)
    assert isinstance(command, Command)
    assert (command.name, command.number, command.words) == (name, number, words)


@pytest.mark.parametrize(
    "line",
    [
        "aide-moi à écrire un mot",
        "aide à rédiger une lettre",
        "pourquoi le ciel est-il bleu ?",
        "bilan moral de l’association à relire",
        "charte des bénévoles à écrire",
        "demandes de subsides : par où commencer ?",
        "données personnelles : que dit la loi ?",
        "human rights day: write a short post",
        "revue de presse de la semaine",
        "budget de la fête : quels postes prévoir ?",
        "budget 2027",
        "leçon 3 à préparer pour vendredi",
        "leçons de français : rédige une affiche",
        "lessons learnt from the project, in five points",
        "apprendre à lire à des adultes",
        "learn 3 words of Dutch",
        "console-moi",
        "merci",
    ],
)
def test_a_sentence_that_begins_like_a_command_is_a_question(line: str) -> None:
    """Expected: the model is asked the whole sentence."""
    assert parse(line) == Command(Name.ASK, words=line)


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("pourqoi 12", "pourquoi 12"),
        ("emprinte", "empreinte"),
        ("demande", "demandes"),
        ("promtps", "prompts"),
        ("leccons 2", "lecons 2"),
        ("bilna mois", "bilan mois"),
    ],
)
def test_a_typing_error_is_asked_about_and_never_guessed(line: str, suggestion: str) -> None:
    """Expected: « vouliez-vous dire … ? » with the line that fits."""
    assert parse(line) == Unclear(suggestion, line)


def test_values_of_a_prompt_may_hold_spaces_and_quotes() -> None:
    """Expected: each value runs to the next name."""
    command = parse('prompt merci-don nom=Sophie Lambert montant="50 €" ton = très chaleureux')
    assert command == Command(
        Name.PROMPT,
        words="merci-don",
        values={"nom": "Sophie Lambert", "montant": "50 €", "ton": "très chaleureux"},
    )


def test_a_form_wins_over_what_was_typed() -> None:
    """Expected: the form's value, since it was sent last."""
    command = parse("prompt merci nom=Anne", {"nom": "Zoé"})
    assert isinstance(command, Command)
    assert command.values == {"nom": "Zoé"}


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_a_fault(line: str) -> None:
    """Expected: a command or a question back, whatever was typed."""
    assert isinstance(parse(line), Command | Unclear)


@pytest.mark.slow
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.from_regex(r"[\w ,.€]{0,20}", fullmatch=True)
    )
)
def test_assignments_come_back_as_they_were_written(values: dict[str, str]) -> None:
    """Expected: the same names and values, quotes taken off."""
    written = " ".join(f'{name}="{value}"' for name, value in values.items())
    assert assignments(written) == {name: value.strip() for name, value in values.items()}
