"""The house stands as drawn: imports point one way, and each library has its one adapter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

ONLY_IN = {
    "langchain": ("adapters/models", "adapters/model_"),
    "tiktoken": ("adapters/tokens",),
    "sqlalchemy": ("adapters/store/",),
    "sqlite_utils": ("adapters/store/",),
    "slack_bolt": ("adapters/slack/",),
    "mattermostdriver": ("adapters/mattermost/",),
    "matplotlib": ("adapters/charts",),
    "ecologits": ("adapters/impacts",),
}


@pytest.mark.slow
def test_imports_point_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expected: every contract of pyproject.toml kept."""
    monkeypatch.chdir(ROOT)
    # Its own set-up of logging silences every logger there is, for all tests that come later.
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_its_adapter_only(library: str) -> None:
    """Expected: no import of it anywhere else."""
    pattern = re.compile(rf"^\s*(?:from|import) {library}\b", re.MULTILINE)
    strangers = [
        path.relative_to(BOT).as_posix()
        for path in BOT.rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
        and not path.relative_to(BOT).as_posix().startswith(ONLY_IN[library])
    ]
    assert strangers == []
