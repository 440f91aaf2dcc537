"""Teams in a digest: no handful of people can be read from it, nor from the difference of two figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.sums import Sums
from bot.core.teams import FEWEST, TeamLine, hidden_teams, shown

NAMES = st.sampled_from(["", "a", "b", "c", "d", "e"])
SIZES = st.dictionaries(NAMES, st.integers(1, 12))
HIDDEN = st.frozensets(st.sampled_from(["a", "b", "c"]))


def used(tokens: int) -> Sums:
    return Sums(entries=1, tokens_in=tokens)


@given(SIZES, HIDDEN)
def test_no_line_is_about_fewer_than_five_people(sizes: dict[str, int], hidden: frozenset[str]) -> None:
    by_team = {name: used(10 + number) for number, name in enumerate(sizes)}
    for line in shown(by_team, sizes, hidden):
        assert line.people >= FEWEST


@given(SIZES, HIDDEN)
def test_what_is_left_when_lines_are_subtracted_is_nobody_or_five_people(
    sizes: dict[str, int], hidden: frozenset[str]
) -> None:
    lines = shown({name: used(1) for name in sizes}, sizes, hidden)
    own = [line for line in lines if line.name is not None]
    left = sum(sizes.values()) - sum(line.people for line in own)
    assert not own or left == 0 or left >= FEWEST


@given(SIZES, HIDDEN)
def test_lines_add_up_to_the_whole_when_there_are_any(sizes: dict[str, int], hidden: frozenset[str]) -> None:
    by_team = {name: used(10**number) for number, name in enumerate(sizes)}
    lines = shown(by_team, sizes, hidden)
    assert not lines or sum(line.sums.tokens for line in lines) == sum(one.tokens for one in by_team.values())


def test_a_small_team_hides_with_the_smallest_large_one() -> None:
    lines = shown({"a": used(1), "b": used(2), "c": used(4)}, {"a": 9, "b": 5, "c": 2})
    assert lines == (TeamLine("a", 9, used(1)), TeamLine(None, 7, used(2) + used(4)))
    assert hidden_teams({"a": 9, "b": 5, "c": 2}, lines) == ("b", "c")


def test_a_team_hidden_in_a_week_is_hidden_in_its_month() -> None:
    lines = shown({"a": used(1), "b": used(2)}, {"a": 9, "b": 6}, frozenset({"b"}))
    assert [line.name for line in lines] == ["a", None]


def test_an_association_of_eight_in_small_teams_sees_no_team() -> None:
    assert shown({"a": used(1)}, {"a": 5, "b": 2, "c": 1}) == ()
