"""Rules bound to a role, a channel or a prompt: they apply there and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.files import policy as files
from bot.adapters.files.reading import shipped
from bot.core.policy.context import Context
from bot.core.policy.engine import Policy
from bot.core.policy.verdict import Outcome

RULES = """\
- id: R2.bound
  category: R2
  when:
    all:
      - "tournesol"
      - {kind}: [{name}]
"""
BOUND = {
    "role": ("mentor", Context(role=frozenset({"staff", "mentor"})), Context(role=frozenset({"staff"}))),
    "channel": (
        "slack",
        Context(channel=frozenset({"slack", "C1"})),
        Context(channel=frozenset({"console"})),
    ),
    "prompt": ("relance", Context(prompt=frozenset({"relance"})), Context()),
}


def _policy(folder: Path, kind: str, name: str) -> Policy:
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text(RULES.format(kind=kind, name=name), encoding="utf-8")
    return Policy(files.load(shipped("policies"), folder))


@pytest.mark.parametrize("kind", BOUND)
def test_a_bound_rule_speaks_where_it_is_bound_and_only_there(tmp_path: Path, kind: str) -> None:
    """Expected: review in its circumstance, also of a value; allow elsewhere and where nothing is known."""
    name, there, elsewhere = BOUND[kind]
    policy = _policy(tmp_path, kind, name)
    assert policy.check("Parle du tournesol", {}, context=there).outcome is Outcome.REVIEW
    assert policy.check("Résume", {"note": "le tournesol"}, context=there).outcome is Outcome.REVIEW
    assert policy.check("Parle du tournesol", {}, context=elsewhere).outcome is Outcome.ALLOW
    assert policy.check("Parle du tournesol", {}).outcome is Outcome.ALLOW
