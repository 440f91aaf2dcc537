"""`sobria key`: what an admin reads, and what a program may then do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from bot.adapters.store.cipher import new_key
from bot.cli.table import app
from bot.settings import read
from bot.wiring import house
from tests.world import ScriptedModels


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "sobria.toml"
    store = f'[store]\nurl = "sqlite:///{tmp_path}/sobria.db"\nkeys = ["{new_key()}"]\n'
    file.write_text(f'data = "{tmp_path}"\n{store}[api]\nlongest_key = 100\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told("invite", "Le site", "--email", "site@exemple.be")
    return file


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def told(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def made(*options: str) -> str:
    return told("key", "make", "site@exemple.be", "--purpose", "formulaire", *options)


def test_a_key_is_shown_once_then_listed_without_its_secret_and_revoked(installation: Path) -> None:
    key = made("--days", "30")
    identifier = key.split("-")[2]
    listed = told("key", "list")
    assert listed.startswith(identifier)
    assert "Le site: formulaire" in listed
    assert key.rpartition("-")[2] not in listed
    told("key", "revoke", identifier)
    assert "revoked on" in told("key", "list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "autre@exemple.be", "--purpose", "x", "--days", "30"), "nobody has the address"),
        (("make", "site@exemple.be", "--purpose", "x", "--days", "101"), "at most 100"),
        (("revoke", "000000000000"), "no key 000000000000"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(installation: Path, words: Sequence[str], said: str) -> None:
    assert said in str(run("key", *words).exception)


async def asked(file: Path, key: str, *, charter: bool) -> httpx.Response:
    """Ask with the key at a house that runs; its person accepts the charter first if told to."""
    async with house(read(file), models=ScriptedModels()) as whole:
        if charter:
            people, version = whole.ports.people, whole.ports.policy.charter.version
            (person,) = await people.holders("main", "staff")
            await people.accept_charter(person.id, version, datetime.now(UTC))
        body: dict[str, Any] = {"messages": [{"role": "user", "content": "Dis bonjour à Sophie Lambert."}]}
        transport = httpx.ASGITransport(whole.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sobria") as client:
            return await client.post(
                "/v1/chat/completions", headers={"Authorization": f"Bearer {key}"}, json=body
            )


@pytest.mark.slow
def test_a_program_asks_with_its_key_under_the_persons_own_conditions(installation: Path) -> None:
    """Expected: the charter first, as for anybody; then an answer; after revoking, none."""
    key = made("--days", "30")
    assert asyncio.run(asked(installation, key, charter=False)).status_code == 403
    answered = asyncio.run(asked(installation, key, charter=True))
    assert answered.status_code == 200
    assert answered.json()["sobria"]["ask"] == 1
    told("key", "revoke", key.split("-")[2])
    assert asyncio.run(asked(installation, key, charter=True)).status_code == 401
