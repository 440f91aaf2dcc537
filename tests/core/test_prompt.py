"""Filling in a template: everything at fault is named at once, and a value is only ever a value."""

from __future__ import annotations

import copy
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prompt import Kind, PromptTemplate, Variable, misfits, placeholders, render
from bot.core.reply import Option
from bot.errors import WrongUse

THANKS = PromptTemplate(
    "merci",
    "Merci",
    "Dons",
    "Remercier",
    "Cher {{ nom }},\nmerci pour {{montant}} € le {{ jour }}.\nTon : {{ ton }}\nFin.",
    (
        Variable("nom", "Nom"),
        Variable("montant", "Montant", "number"),
        Variable("jour", "Jour", "date"),
        Variable("ton", "Ton", "choice", required=False, options=(Option("leger", "léger"),)),
    ),
)
GOOD = {"nom": "Aline", "montant": "50", "jour": "2026-12-05"}


def one(kind: Kind, **more: object) -> PromptTemplate:
    variable = Variable("x", "X", kind, options=(Option("oui", "Oui"), Option("peut_etre", "Peut-être")))
    return PromptTemplate("p", "P", "A", "Q", "[{{ x }}]", (variable,), **more)  # type: ignore[arg-type]


def test_values_stand_where_their_placeholders_stood() -> None:
    assert render(THANKS, {**GOOD, "ton": "LEGER"}) == (
        "Cher Aline,\nmerci pour 50 € le 05/12/2026.\nTon : léger\nFin."
    )


def test_a_line_about_an_optional_variable_left_empty_is_left_out() -> None:
    assert render(THANKS, {**GOOD, "ton": "  "}) == "Cher Aline,\nmerci pour 50 € le 05/12/2026.\nFin."


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(WrongUse) as caught:
        render(THANKS, {"montant": "beaucoup", "jour": "31/02/2026", "prenom": "x", "ton": "grave"})
    for words in ("nom (missing)", "montant (number)", "jour (date)", "prenom (unknown)", "ton (choice)"):
        assert words in str(caught.value)


def test_a_fault_never_repeats_what_the_person_wrote() -> None:
    with pytest.raises(WrongUse) as caught:
        render(THANKS, {**GOOD, "montant": "IBAN BE68 5390 0754 7034"})
    assert "5390" not in str(caught.value)


def test_dollar_placeholders_in_a_body_are_plain_words() -> None:
    """`${name}` escapes the check in a library we learned from, and ends there in a bare KeyError."""
    template = PromptTemplate(
        "p", "P", "A", "Q", "Coûte ${prix} et $prix à {{ nom }}", (Variable("nom", "Nom"),)
    )
    assert render(template, {"nom": "Zoé"}) == "Coûte ${prix} et $prix à Zoé"
    assert misfits(template, {}) == (("nom", "missing"),)


def test_a_placeholder_that_nobody_declared_is_missing_and_not_a_keyerror() -> None:
    template = PromptTemplate("p", "P", "A", "Q", "{{ nom }}")
    with pytest.raises(WrongUse, match=r"nom \(missing\)"):
        render(template, {})


def test_the_callers_values_are_never_written_to() -> None:
    values = {"nom": " Aline ", "montant": "50", "jour": "5/12/2026"}
    before = copy.deepcopy(values)
    render(THANKS, values)
    assert values == before
    assert render(THANKS, MappingProxyType(values)) == render(THANKS, values)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("line", "une ligne", True),
        ("line", "deux\nlignes", False),
        ("line", "deux\u2028lignes", False),
        ("text", "deux\nlignes", True),
        ("number", "1 250,50", True),
        ("number", "1\u202f250", True),
        ("number", "-3.5", True),
        ("number", "50 €", False),
        ("number", "1,2,3", False),
        ("number", "٣", False),
        ("date", "2026-12-05", True),
        ("date", "5/12/2026", True),
        ("date", "05.12.2026", True),
        ("date", "2026-13-01", False),
        ("date", "demain", False),
        ("email", "sophie.lambert@exemple.be", True),
        ("email", "sophie.lambert", False),
        ("email", "a@b.be, c@d.be", False),
        ("choice", "Peut-etre", True),
        ("choice", "PEUT_ETRE", True),
        ("choice", "non", False),
    ],
)
def test_a_value_must_fit_its_type(kind: Kind, value: str, fits: bool) -> None:
    assert misfits(one(kind), {"x": value}) == (() if fits else (("x", kind),))


def test_an_english_template_keeps_dates_that_nobody_can_misread() -> None:
    assert render(one("date", language="en"), {"x": "2026-12-05"}) == "[2026-12-05]"


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_nothing_in_a_value_is_interpreted(value: str) -> None:
    assert render(one("text"), {"x": value}) == f"[{value.strip()}]"


@pytest.mark.parametrize(
    "value", ["{{ y }}", "{{x}}", "${x}", "$x", "{x}", "%(x)s", r"\1 \g<0>", "{{ x | upper }}"]
)
def test_what_looks_like_a_placeholder_stays_as_typed(value: str) -> None:
    template = PromptTemplate("p", "P", "A", "Q", "{{ x }}/{{ y }}", (Variable("x", "X"), Variable("y", "Y")))
    assert render(template, {"x": value, "y": "secret"}) == f"{value}/secret"


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["nom", "montant", "jour", "ton", "autre", ""]), st.text(max_size=12)))
def test_rendering_either_works_or_is_wrong_use(values: dict[str, str]) -> None:
    before = dict(values)
    if misfits(THANKS, values):
        with pytest.raises(WrongUse):
            render(THANKS, values)
    else:
        assert placeholders(render(THANKS, {**values, "nom": "Aline"})) == ()
    assert values == before


@given(st.sets(st.sampled_from(["nom", "montant", "jour"])), st.sets(st.text("abc", min_size=1), max_size=3))
def test_every_missing_and_unknown_name_is_named(missing: set[str], unknown: set[str]) -> None:
    values = {name: value for name, value in GOOD.items() if name not in missing} | dict.fromkeys(
        unknown, "?"
    )
    found = misfits(THANKS, values)
    assert {name for name, fault in found if fault == "missing"} == missing
    assert {name for name, fault in found if fault == "unknown"} == unknown
