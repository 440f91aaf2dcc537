"""The manifest asks for exactly what the doctor needs and the documentation explains."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.adapters.slack.doctor import GROUP_SCOPES, SCOPES
from bot.adapters.slack.listeners import ASK_SHORTCUT, MENTOR_SHORTCUT

ROOT = Path(__file__).parents[3]
MANIFEST = yaml.safe_load((ROOT / "slack-manifest.yaml").read_text(encoding="utf-8"))


def test_the_manifest_asks_for_the_scopes_that_are_needed_and_no_more() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_every_scope_is_explained() -> None:
    explained = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert all(f"`{scope}`" in explained for scope in SCOPES | GROUP_SCOPES)


def test_the_manifest_declares_what_the_app_listens_to() -> None:
    shortcuts = {shortcut["callback_id"] for shortcut in MANIFEST["features"]["shortcuts"]}
    assert shortcuts == {ASK_SHORTCUT, MENTOR_SHORTCUT}
    assert {command["command"] for command in MANIFEST["features"]["slash_commands"]} == {"/ia"}
