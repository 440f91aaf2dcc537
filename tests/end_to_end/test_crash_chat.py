"""kill -9 anywhere between a chat platform and an answer: what was acknowledged is answered, and counted once."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.adapters.store.cipher import new_key
from tests.end_to_end.lives import furnished, lived
from tests.end_to_end.test_crash import MOST_CROSSINGS, in_child
from tests.world import shipped_policy

BEHIND = 2
"""Crossings looked at behind the acceptance of the ask; what comes after them is mined in test_crash."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["slack typed", "slack said", "mattermost typed", "mattermost said"])
def test_what_was_acknowledged_survives_a_kill_at_any_step(kind: str, tmp_path: Path) -> None:
    """Expected: after a restart one ask, answered; none at all only where nothing was acknowledged."""
    shipped_policy()
    furnished(tmp_path / "0", new_key())
    assert in_child(lambda: lived(tmp_path / "0", kind, -1)) == 0
    kept, behind = 0, 0
    for at in range(1, MOST_CROSSINGS):
        folder = tmp_path / str(at)
        shutil.copytree(tmp_path / "0", folder)
        status = in_child(lambda folder=folder, at=at: lived(folder, kind, at))  # type: ignore[misc]
        assert status == -9, f"crossing {at} ended with {status}"
        behind += _asked(folder)[0]
        again = in_child(lambda folder=folder: lived(folder, kind, 0))  # type: ignore[misc]
        assert again == 0, f"restart after crossing {at}"
        asked, answered = _asked(folder)
        must = (folder / "acknowledged").exists() or kind.endswith("said")
        assert asked == answered <= 1, f"crossing {at}: {asked} asked, {answered} answered"
        assert asked == 1 or not must, f"crossing {at}: acknowledged and lost"
        kept += asked
        if behind == BEHIND:
            break
    assert behind == BEHIND, "the road has more crossings than this test looks at"
    assert kept > BEHIND + 1, "the road was not mined"


def _asked(folder: Path) -> tuple[int, int]:
    """Return how many asks there are, and how many answers the ledger has counted."""
    with sqlite3.connect(folder / "sobria.db") as database:
        asked = database.execute("SELECT count(*) FROM asks").fetchone()[0]
        answered = database.execute("SELECT count(*) FROM activity WHERE kind = 'settled'").fetchone()[0]
    return asked, answered
