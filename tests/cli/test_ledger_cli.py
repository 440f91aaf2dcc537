"""`sobria digest`, `footprint` and `ledger`: what other programs rely on."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.impacts import EcoLogitsImpacts
from bot.adapters.store import open_store
from bot.adapters.store.cipher import new_key
from bot.adapters.store.ledger import close_entry, open_entry
from bot.cli import main
from bot.core.beges import COLUMNS
from bot.core.person import Organisation
from bot.core.sample import history, members

UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with settings and a database of two sample weeks."""
    made = tmp_path_factory.mktemp("installation")
    key = new_key()
    settings = f'[store]\nurl = "sqlite:///{made}/sobria.db"\nkeys = ["{key}"]\n'
    (made / "sobria.toml").write_text(settings + '[organisation]\nid = "asbl"\nname = "ASBL"\n')
    asyncio.run(_filled(made, key))
    return made


async def _filled(folder: Path, key: str) -> None:
    store = await open_store(f"sqlite:///{folder}/sobria.db", [key])
    await store.setup.organisation(Organisation("asbl", "ASBL"))
    people = members([(f"k{number}", None) for number in range(6)], 3)
    pairs = list(history(3, "asbl", people, UNTIL, EcoLogitsImpacts().assess, weeks=2))

    def write(connection: object) -> None:
        for opening, settlement in pairs:
            open_entry(connection, opening)  # type: ignore[arg-type]
            close_entry(connection, settlement)  # type: ignore[arg-type]

    await store.database.write(write)
    await store.close()


@pytest.fixture(autouse=True)
def there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the installation's folder."""
    monkeypatch.chdir(folder)


def said(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, bytes, str]:
    """Run the command line; return how it ended, what it printed, and its complaints."""
    monkeypatch.setattr("sys.argv", ["sobria", *words])
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    out, err = capfdbinary.readouterr()
    return (code if isinstance(code, int) else 0), out, err.decode()


CALL = ("--output-tokens", "400", "--latency", "4", "--zone", "FRA", "--format", "json")


def test_footprint_prints_the_library_and_the_estimate(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = said(
        capfdbinary,
        monkeypatch,
        "footprint",
        "--provider",
        "mistralai",
        "--model",
        "mistral-small-latest",
        *CALL,
    )
    told = json.loads(out)
    assert code == 0
    assert told["base"]["gwp_kgco2eq"] == pytest.approx([6.57247503741602e-06] * 2, rel=1e-9)
    assert set(told["base"]) == set(told["estimate"])
    assert told["estimate"]["wcf_l"][0] < told["base"]["wcf_l"][0] < told["estimate"]["wcf_l"][1]
    assert {"method", "factors", "warnings"} <= set(told)


def test_an_unknown_model_ends_with_one_and_no_figure(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = said(
        capfdbinary, monkeypatch, "footprint", "--provider", "openai", "--model", "gpt-9-nano", *CALL
    )
    told = json.loads(out)
    assert code == 1
    assert told["base"]["gwp_kgco2eq"] is None
    assert told["warnings"] == ["model-not-registered"]


def test_a_digest_in_json_and_as_a_sheet_say_the_same(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = said(capfdbinary, monkeypatch, "digest", "--week", "2026-W47", "--format", "json")
    told = json.loads(out)
    _, sheet, _ = said(capfdbinary, monkeypatch, "digest", "--week", "2026-W47", "--format", "csv")
    rows = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";"))
    asks = next(row for row in rows if row[:1] == ["Demandes"])
    assert int(asks[1]) == told["counts"]["asks"] > 0
    assert told["sample"] is True


def test_a_wrong_week_is_wrong_use(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = said(capfdbinary, monkeypatch, "digest", "--week", "2026-W99")
    assert code == 2
    assert "Traceback" not in err


def test_the_accountants_rows_and_every_entry_are_handed_over(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _, sheet, _ = said(capfdbinary, monkeypatch, "ledger", "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    _, lines, _ = said(capfdbinary, monkeypatch, "ledger", "export", "--format", "jsonl")
    entries = [json.loads(line) for line in lines.splitlines()]
    called = [one for one in entries if one["kind"] == "settled"]
    assert sum(int(row["tokens_sortie"]) for row in rows) == sum(one["tokens_out"] for one in called)
    file = tmp_path / "extract.db"
    code, _, _ = said(capfdbinary, monkeypatch, "ledger", "export", "--format", "sqlite", "--out", str(file))
    assert code == 0
    with sqlite3.connect(file) as extract:
        (calls,) = extract.execute("SELECT sum(calls) FROM by_month").fetchone()
        assert calls == len([one for one in entries if one["kind"] != "avoided"])
        columns = {row[1] for row in extract.execute("PRAGMA table_info(entries)")}
    extract.close()
    assert not columns & {"person", "team", "ask", "at"}


@pytest.mark.slow
def test_a_restatement_is_told_and_a_tampered_ledger_ends_with_one(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    factors = tmp_path / "f.toml"
    factors.write_text('version = "compta-2027"\n[grid.SWE]\ngwp = 0.2\n')
    assert said(capfdbinary, monkeypatch, "ledger", "restate", "--factors", str(factors))[0] == 0
    _, text, _ = said(capfdbinary, monkeypatch, "digest", "--week", "2026-W47")
    assert "retraités" in text.decode()
    assert said(capfdbinary, monkeypatch, "ledger", "verify")[0] == 0
    with sqlite3.connect(folder / "sobria.db") as behind:
        behind.execute("DROP TRIGGER activity_no_update")
        behind.execute("UPDATE activity SET tokens_out = 1 WHERE seq = 2")
    behind.close()
    code, _, err = said(capfdbinary, monkeypatch, "ledger", "verify")
    assert code == 1
    assert "entry 2" in err
