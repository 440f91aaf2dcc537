"""A fresh store for each test, the same tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import delete

from bot.adapters.store import Store, open_store
from bot.adapters.store.cipher import new_key
from bot.adapters.store.tables import seals
from bot.core.person import Organisation
from tests.adapters.store.postgres import binaries, cluster

KEY = new_key()
ORGANISATION = Organisation("asbl", "Les Jardins ASBL")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Start a private PostgreSQL once; yield the address of a database with the store's tables."""
    folder = binaries()
    if folder is None:
        if os.environ.get("SOBRIA_TEST_ALL") == "1":
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed")
    with cluster(folder) as address:
        yield address


@pytest.fixture(scope="session")
def blank_postgres(postgres: str) -> str:
    """Return the address of a server that holds a database `blank`, with tables and nothing in them."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE blank")
    _made(postgres.replace("/postgres?", "/blank?"))
    return postgres


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with tables and nothing in them, to copy: making one takes longer."""
    file = tmp_path_factory.mktemp("blank") / "blank.db"
    _made(f"sqlite:///{file}")
    return file


def _made(url: str) -> None:
    async def make() -> None:
        store = await open_store(url, [KEY])
        # Each test brings its own keys.
        await store.database.write(lambda writing: writing.execute(delete(seals)) and None)
        await store.close()

    asyncio.run(make())


@pytest.fixture
def postgres_url(blank_postgres: str) -> Iterator[str]:
    """Return the address of a fresh database on the server."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(blank_postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE blank".encode())
        yield blank_postgres.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a fresh database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    file = tmp_path / "store.db"
    shutil.copy(request.getfixturevalue("blank"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Open a store that holds one organisation."""
    opened = await open_store(url, [KEY])
    await opened.setup.organisation(ORGANISATION)
    yield opened
    await opened.close()
