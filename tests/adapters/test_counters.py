"""The processor's energy counters, on files laid out as Linux lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.counters import EnergyCounters
from bot.adapters.models.heard import Heard
from bot.core.model import ModelCard, Usage

SPAN = 262_143_328_850
CARD = ModelCard("local", "embedded", "qwen", hosting="owned", zone="BEL")


def domain(powercap: Path, place: str, name: str, energy: int, span: int = SPAN) -> Path:
    folder = powercap / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(f"{name}\n")
    (folder / "max_energy_range_uj").write_text(f"{span}\n")
    (folder / "energy_uj").write_text(f"{energy}\n")
    return folder / "energy_uj"


def test_processors_and_memory_are_added_and_parts_of_a_processor_are_not(tmp_path: Path) -> None:
    first = domain(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    core = domain(tmp_path, "intel-rapl:0:0", "core", 0)
    memory = domain(tmp_path, "intel-rapl:0:1", "dram", 5_000_000)
    second = domain(tmp_path, "intel-rapl:1", "package-1", 0)
    twin = domain(tmp_path, "intel-rapl-mmio:0", "package-0", 1_000_000)
    counters = EnergyCounters(tmp_path)
    assert counters.names == ("package-0", "dram", "package-1")
    assert counters.joules() == 0
    for path, energy in ((first, 3_000_000), (core, 9), (memory, 6_000_000), (second, 500_000), (twin, 9)):
        path.write_text(str(energy))
    assert counters.joules() == pytest.approx(3.5)


def test_the_whole_board_is_enough_where_it_is_counted(tmp_path: Path) -> None:
    domain(tmp_path, "intel-rapl:0", "package-0", 0)
    board = domain(tmp_path, "intel-rapl:1", "psys", 0)
    counters = EnergyCounters(tmp_path)
    board.write_text("2000000")
    assert (counters.names, counters.joules()) == (("psys",), 2.0)


@pytest.mark.slow
@given(st.integers(0, SPAN), st.lists(st.integers(0, SPAN - 1), max_size=8))
def test_a_counter_that_starts_again_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, start: int, steps: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("powercap")
    path = domain(folder, "intel-rapl:0", "package-0", start % SPAN)
    counters, drawn = EnergyCounters(folder), 0
    for step in steps:
        drawn += step
        path.write_text(str((start + drawn) % SPAN))
        assert counters.joules() == pytest.approx(drawn / 1e6)


def test_nothing_to_read_is_no_figure_and_no_fault(tmp_path: Path) -> None:
    assert EnergyCounters(tmp_path / "absent").joules() is None
    path = domain(tmp_path, "intel-rapl:0", "package-0", 1)
    counters = EnergyCounters(tmp_path)
    path.unlink()
    assert counters.joules() is None
    assert EnergyCounters(tmp_path).names == ()


def test_a_call_carries_what_the_machine_drew_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    path = domain(tmp_path, "intel-rapl:0", "package-0", 0)
    heard = Heard(CARD, EnergyCounters(tmp_path).joules)
    path.write_text("7200000000")
    assert heard.spoken(Usage(1, 1)).watt_hours == pytest.approx(2.0)
    path.unlink()
    assert heard.spoken(Usage(1, 1)).watt_hours is None
    assert Heard(CARD).spoken(Usage(1, 1)).watt_hours is None
