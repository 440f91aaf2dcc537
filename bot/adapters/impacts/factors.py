"""Factors that an organisation or its accountant puts in the library's place, from a small TOML file.

version = "comptable-2027"      # names the set in every assessment
[grid.BEL]                      # what one kilowatt-hour drawn there costs
gwp = 0.138                     # kgCO2e; adpe kgSbeq, pe MJ and water L may follow
year = 2024                     # the year that the table describes, for the accountant's rows
[pue]
mistralai = 1.2                 # a data centre's overhead, by provider
[parameters]
"ollama/my-model" = 7.2         # billions; [total, active] for a mixture of experts
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import ContentError

_KEYS = {"version", "grid", "pue", "parameters"}
_GRID = {"gwp", "adpe", "pe", "water"}
EARLIEST, LATEST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Factors:
    """A named set of factors; what it does not name is the library's."""

    version: str = ""
    grid: dict[str, dict[str, float]] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    pue: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, tuple[float, float]] = field(default_factory=dict)


def read_factors(path: Path) -> Factors:
    """Read a set of factors. Raises ContentError naming the file and what is wrong with it."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        _only(_KEYS, found, "factors")
        return Factors(
            str(found["version"]),
            {zone: _grid(zone, values) for zone, values in found.get("grid", {}).items()},
            {
                zone: _year(zone, values["year"])
                for zone, values in found.get("grid", {}).items()
                if "year" in values
            },
            {name: _positive(name, value) for name, value in found.get("pue", {}).items()},
            {name: _parameters(name, value) for name, value in found.get("parameters", {}).items()},
        )
    except OSError as fault:
        raise ContentError(str(path), 1, fault.strerror or "unreadable") from fault
    except KeyError as fault:
        raise ContentError(str(path), 1, f"missing: {fault.args[0]}") from fault
    except (ValueError, TypeError) as fault:
        raise ContentError(str(path), 1, str(fault)) from fault


def _grid(zone: str, values: dict[str, Any]) -> dict[str, float]:
    _only({*_GRID, "year"}, values, f"grid.{zone}")
    return {name: _positive(f"grid.{zone}.{name}", value) for name, value in values.items() if name != "year"}


def _year(zone: str, value: Any) -> int:
    if type(value) is not int or not EARLIEST <= value <= LATEST:
        raise ValueError(f"grid.{zone}.year: a year was expected, not {value!r}")
    return value


def _parameters(name: str, value: float | list[float]) -> tuple[float, float]:
    total, active = value if isinstance(value, list) else (value, value)
    return _positive(name, total), _positive(name, active)


def _positive(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ValueError(f"{name}: a positive number was expected, not {value!r}")
    return float(value)


def _only(known: set[str], found: dict[str, Any], where: str) -> None:
    unknown = set(found) - known
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")
