"""Which teams' figures may be shown: none of fewer than five people, and none that a subtraction gives.

Hidden teams are added up as « others ». Were that sum one of fewer than five people, the smallest visible
team joins it, so that total minus visible teams never tells of a handful. A team that was hidden in a
part of a period (a week of a month) is hidden in the whole, so that two digests cannot be subtracted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.sums import Sums, total

FEWEST = 5


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team's figures, or those of several hidden ones when `name` is None."""

    name: str | None
    people: int
    sums: Sums


def shown(
    by_team: Mapping[str, Sums], sizes: Mapping[str, int], kept_hidden: frozenset[str] = frozenset()
) -> tuple[TeamLine, ...]:
    """Return the lines that may be shown, largest footprint first; none when they would all be in one.

    `sizes` holds every team with people in it, "" for people without one, also those that did nothing.
    """
    hidden = {name for name, size in sizes.items() if not name or size < FEWEST or name in kept_hidden}
    hidden |= {name for name in by_team if name not in sizes}
    visible = {name for name in sizes if name not in hidden}
    while hidden and _people(hidden, sizes) < FEWEST and visible:
        smallest = min(visible, key=lambda name: (sizes[name], name))
        visible.remove(smallest)
        hidden.add(smallest)
    lines = [TeamLine(name, sizes[name], by_team.get(name, Sums())) for name in visible]
    lines.sort(key=lambda line: (-line.sums.gwp[1], -line.sums.tokens, line.name or ""))
    others = _people(hidden, sizes)
    if visible and others >= FEWEST:
        lines.append(TeamLine(None, others, total(by_team.get(name, Sums()) for name in hidden)))
    return tuple(lines)


def hidden_teams(sizes: Mapping[str, int], lines: tuple[TeamLine, ...]) -> tuple[str, ...]:
    """Return the teams that have no line of their own."""
    own = {line.name for line in lines}
    return tuple(sorted(name for name in sizes if name and name not in own))


def _people(names: set[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes.get(name, 0) for name in names)
