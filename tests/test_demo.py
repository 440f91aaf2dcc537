"""The demonstration: what a newcomer finds in it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import demo
from bot.adapters import jobs
from bot.cli.examination import weightless
from bot.wiring import House, house
from tests.world import ScriptedModels


def test_weights_that_are_not_there_are_missed(tmp_path: Path) -> None:
    """Expected: said at the start, with the command that brings them; nothing once they are there."""
    settings = demo.settings_of(tmp_path, 0)
    assert weightless(settings) == ["modèle d’essai"]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.gguf").touch()
    assert weightless(settings) == []


async def test_the_sample_history_is_there_before_periodic_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: in this order. Else last week's digest is told, and kept for good, from an empty ledger."""
    order: list[str] = []
    begun = asyncio.Event()

    async def fill(_whole: House) -> None:
        await asyncio.sleep(0)
        order.append("history")

    async def run(*_: object) -> None:
        order.append("periodic work")
        begun.set()

    monkeypatch.setattr(jobs, "run", run)
    async with house(demo.settings_of(tmp_path, 0), demo=True, models=ScriptedModels(), first=fill):
        await begun.wait()
    assert order == ["history", "periodic work"]
