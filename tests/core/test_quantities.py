"""Footprints as whole numbers: each bound in its unit, what is not known or no number stays out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.footprint import Footprint, Range
from bot.core.quantities import BOUNDS, QUANTITIES, SCALE, columns, whole

_FIELDS = ("energy", "prefill", "gwp", "gwp_usage", "gwp_embodied", "adpe", "pe", "water")
_USUAL = st.floats(0, 9)
_ODD = st.floats() | st.sampled_from([-1.0, 5e-13, 1e7, -1e7, float("inf"), float("nan")])


@given(
    usual=st.lists(st.tuples(_USUAL, _USUAL, _USUAL), min_size=8, max_size=8),
    odd=st.lists(st.tuples(_ODD, _USUAL, _ODD) | st.none(), max_size=2),
)
def test_every_bound_is_a_whole_number_by_itself(usual: list[Any], odd: list[Any]) -> None:
    """Expected: a bound that is not known, no number or too large changes nothing for the others."""
    bounds = [*odd, *usual][: len(_FIELDS)]
    ranges: dict[str, Any] = {
        field: bound and Range(*bound) for field, bound in zip(_FIELDS, bounds, strict=True)
    }
    found = columns(Footprint(**ranges))
    for quantity, bound in zip(QUANTITIES, bounds, strict=True):
        values = bound or (None, None, None)
        wanted = [None if value is None else whole(value, SCALE[quantity]) for value in values]
        assert [found[f"{quantity}_{name}"] for name in BOUNDS] == wanted
