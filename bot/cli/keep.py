"""Looking after the database: `export`, `erase`, `backup`, `compact`, `rekey`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.run import Config, chosen
from bot.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.person import Person

T = TypeVar("T")
Email = Annotated[str, typer.Argument(help="The person's address.")]


def export(
    email: Email,
    out: Annotated[Path | None, typer.Option(help="Write here instead of on the screen.")] = None,
    config: Config = None,
) -> None:
    """Give everything that is kept of a person, as JSON.

    Articles 15 and 20 of the GDPR.

    Example: sobria export amina@exemple.be --out amina.json
    """

    async def work(store: Store, organisation: str) -> str:
        person = await _found(store, organisation, email)
        kept = await store.people.export(person.id)
        return json.dumps(kept, ensure_ascii=False, indent=2, default=str)

    text = _with_store(config, work)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


def erase(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> None:
    """Erase a person: names, accounts, texts.

    The counts of the ledger stay, with no way back to them.

    Example: sobria erase amina@exemple.be --yes
    """

    async def work(store: Store, organisation: str) -> None:
        from datetime import UTC, datetime

        person = await _found(store, organisation, email)
        if not yes:
            typer.confirm(f"Erase everything about {email} for good?", abort=True)
        await store.people.erase(person.id, datetime.now(UTC))

    _with_store(config, work)
    typer.echo("Erased.")


def backup(
    out: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    config: Config = None,
) -> None:
    """Copy the database while it runs.

    The copy is encrypted like the original: keep the key elsewhere.

    Example: sobria backup sobria-2026-11-23.db
    """
    if out.exists():
        raise WrongUse(f"{out} exists; choose another name")

    async def work(store: Store, _: str) -> None:
        if not store.database.embedded:
            raise WrongUse("the database is PostgreSQL; use pg_dump")
        await store.backup(out)

    _with_store(config, work)
    typer.echo(f"{out} is written.")


def compact(config: Config = None) -> None:
    """Give the space of deleted rows back to the disk.

    Example: sobria compact
    """

    async def work(store: Store, _: str) -> int:
        return await store.compact()

    typer.echo(f"{_with_store(config, work)} bytes were given back.")


def rekey(config: Config = None) -> None:
    """Encrypt every text anew with the first of `store.keys`.

    Then the old keys can go.

    Example: sobria rekey
    """

    async def work(store: Store, _: str) -> int:
        return await store.rekey()

    typer.echo(f"{_with_store(config, work)} texts were encrypted anew.")


def _with_store(config: Path | None, work: Callable[[Store, str], Awaitable[T]]) -> T:
    from bot.settings import read
    from bot.wiring import opened

    settings = read(chosen(config))

    async def run() -> T:
        store = await opened(settings)
        try:
            return await work(store, settings.organisation.id)
        finally:
            await store.close()

    return asyncio.run(run())


async def _found(store: Store, organisation: str, email: str) -> Person:
    person = await store.people.by_email(organisation, email)
    if person is None:
        raise NotFound(f"nobody has the address {email}")
    return person
