"""Footprints: the library's figures to the ninth digit, what it leaves out, and honest ignorance."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.impacts import EcoLogitsImpacts, Factors, figures, read_factors
from bot.adapters.impacts.library import base_of, coefficients, grid_of, known_model
from bot.core.footprint import PUBLISHED, Footprint, Range
from bot.core.model import ModelCard, Usage
from bot.errors import ContentError

REFERENCE = json.loads((Path(__file__).parent / "footprint-reference.json").read_text())["rows"]
RESULTS = ("energy_kwh", "gwp_kgco2eq", "adpe_kgsbeq", "pe_mj", "wcf_l")
IMPACTS = EcoLogitsImpacts()
MODELS = [
    ("mistralai", "mistral-small-latest"),
    ("mistralai", "mistral-large-latest"),
    ("openai", "gpt-4o"),
    ("anthropic", "claude-haiku-4-5"),
    ("google_genai", "gemini-2.5-flash"),
    ("mistralai", "magistral-medium-latest"),
]


def assessed(provider: str, model: str, usage: Usage, latency: float = 5.0, **card: Any) -> Footprint:
    return IMPACTS.assess(ModelCard(model, provider, model, **card), usage, latency)


def inside(value: float | None, found: Range | None) -> bool:
    return value is None or (found is not None and found.low <= value <= found.high)


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: f"{row['model']}-{row['zone']}")
def test_the_base_is_the_librarys_figure_unchanged(row: dict[str, Any]) -> None:
    found = figures(row["provider"], row["model"], row["output_tokens"], row["latency_s"], row["zone"])
    assert found is not None
    for name in RESULTS:
        assert found[name] == pytest.approx(tuple(row[name]), rel=1e-9)


@pytest.mark.slow
@given(
    st.sampled_from(MODELS),
    st.sampled_from(["FRA", "BEL", "WOR"]),
    st.integers(1, 200_000),
    st.floats(0, 5000),
)
def test_the_kept_coefficients_answer_as_the_library_would(
    named: tuple[str, str], zone: str, tokens: int, latency: float
) -> None:
    model, grid = known_model(*named, None, Factors()), grid_of(zone, Factors())
    assert model is not None
    assert grid is not None
    ours = coefficients(model, grid, Factors()).at(tokens, latency)
    theirs = base_of(model, grid, tokens, latency, Factors())
    for name, pair in theirs.items():
        assert ours[name] == pytest.approx(pair, rel=1e-9, abs=1e-30)


@pytest.mark.parametrize(
    ("published", "provider", "model", "latency"),
    [
        (PUBLISHED[0], "google_genai", "gemini-2.5-flash", 2.5),
        (PUBLISHED[1], "mistralai", "mistral-large-2407", 20.0),
        (PUBLISHED[1], "mistralai", "mistral-large-latest", 8.0),
        (PUBLISHED[2], "openai", "gpt-4o", 4.0),
    ],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_the_range_contains_what_providers_published(
    published: Any, provider: str, model: str, latency: float
) -> None:
    found = assessed(provider, model, Usage(100, published.tokens or 300), latency)
    for name in ("energy", "gwp", "adpe", "water"):
        assert inside(getattr(published, name), getattr(found, name)), name


def test_input_tokens_count_and_cached_ones_count_less() -> None:
    none, read, cached = (
        assessed("mistralai", "mistral-small-latest", usage)
        for usage in (Usage(0, 300), Usage(8000, 300), Usage(0, 300, cached=8000))
    )
    assert none.energy is not None
    assert read.energy is not None
    assert cached.energy is not None
    assert none.energy.mid < cached.energy.mid < read.energy.mid
    assert read.prefill is not None
    assert read.prefill.mid == pytest.approx(cached.prefill.mid / 0.08 if cached.prefill else 0)


@given(st.sampled_from(MODELS), st.integers(0, 10**6), st.integers(0, 10**5), st.floats(0, 600))
def test_every_range_is_in_order_and_never_negative(
    named: tuple[str, str], read: int, written: int, latency: float
) -> None:
    found = assessed(*named, Usage(read, written), latency)
    for name in ("energy", "gwp", "gwp_usage", "gwp_embodied", "adpe", "pe", "water", "prefill"):
        value = getattr(found, name)
        assert 0 <= value.low <= value.mid <= value.high


def test_a_smaller_model_of_the_same_maker_costs_less() -> None:
    small, large = (
        assessed("mistralai", name, Usage(500, 300)).gwp
        for name in ("ministral-8b-latest", "mistral-large-latest")
    )
    assert small is not None
    assert large is not None
    assert small.mid < large.mid / 10


@pytest.mark.parametrize(
    ("model", "zone", "warning"),
    [("gpt-9-nano", None, "model-not-registered"), ("gpt-4o", "ZZZ", "zone-not-registered")],
)
def test_what_is_unknown_is_none_with_its_reason_and_never_zero(
    model: str, zone: str | None, warning: str
) -> None:
    found = assessed("openai", model, Usage(10, 10), zone=zone)
    assert found.gwp is None
    assert found.energy is None
    assert (found.tier, found.matched, found.warnings) == ("none", "none", (warning,))


def test_the_librarys_warnings_are_carried_along() -> None:
    found = assessed("openai", "gpt-4o", Usage(10, 10), zone="USA")
    assert found.warnings == ("model-arch-not-released", "model-arch-multimodal")


def test_another_name_for_a_model_is_told_as_an_alias() -> None:
    assert assessed("mistral", "mistral-small", Usage(1, 1)).matched == "alias"
    by_settings = assessed("openai", "my-gateway", Usage(1, 1), impacts_as="mistralai/ministral-8b-latest")
    assert (by_settings.matched, by_settings.model_key) == ("alias", "mistralai/ministral-8b-latest")


def test_ones_own_machine_is_power_times_time_and_says_how_it_knows() -> None:
    card = ModelCard("local", "llamacpp", "qwen", hosting="owned", zone="BEL", watts=45)
    declared = IMPACTS.assess(card, Usage(100, 400), 60)
    assert declared.energy is not None
    assert declared.energy.mid == pytest.approx(0.00075)
    assert declared.gwp is not None
    assert declared.gwp.mid == pytest.approx(0.00075 * 0.14982)
    assert declared.gwp_embodied is None
    assert "watts-declared" in declared.warnings
    measured = IMPACTS.assess(card, Usage(100, 400), 60, watt_hours=0.9)
    assert measured.tier == "measured"
    assert measured.energy is not None
    assert measured.energy.mid == pytest.approx(0.0009)
    assumed = IMPACTS.assess(ModelCard("x", "llamacpp", "x", hosting="owned"), Usage(1, 1), 60)
    assert "watts-assumed" in assumed.warnings
    assert assumed.zone == "BEL"


def test_the_accountants_own_factors_prevail_and_are_named(tmp_path: Path) -> None:
    file = tmp_path / "f.toml"
    file.write_text(
        'version = "compta"\n[grid.BEL]\ngwp = 0.3\nyear = 2024\n[parameters]\n"openai/house" = [30, 3]\n'
    )
    own = EcoLogitsImpacts(read_factors(file))
    card = ModelCard("x", "mistralai", "ministral-8b-latest", zone="BEL")
    theirs, ours = own.assess(card, Usage(0, 100), 2), IMPACTS.assess(card, Usage(0, 100), 2)
    assert theirs.grid == 0.3
    assert read_factors(file).years == {"BEL": 2024}
    assert theirs.gwp_usage is not None
    assert ours.gwp_usage is not None
    assert theirs.gwp_usage.mid == pytest.approx(ours.gwp_usage.mid * 0.3 / 0.14982)
    assert theirs.factors.startswith("compta+")
    assert own.assess(ModelCard("x", "openai", "house"), Usage(0, 100), 2).tier == "proxy"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 'x'\n[grid.BEL]\ngwp = -1",
        "version = 'x'\n[grid.BEL]\nyear = 1",
        "version='x'\nfoo = 1",
        "not toml [",
    ],
)
def test_a_faulty_set_of_factors_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "f.toml"
    file.write_text(text)
    with pytest.raises(ContentError, match=r"f\.toml"):
        read_factors(file)


def test_loading_the_library_leaves_the_programs_loggers_alone() -> None:
    assessed("openai", "gpt-4o", Usage(1, 1))
    assert logging.getLoggerClass() is logging.Logger
