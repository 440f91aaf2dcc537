"""The whole command line: help with examples, complaints in one sentence, ends with 0, 1 or 2."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.adapters.store.cipher import new_key
from bot.cli import main
from bot.cli.table import app


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, (*path, name))


EVERY = tuple(commands(typer.main.get_command(app)))


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    store = f'[store]\nurl = "sqlite:///{tmp_path}/sobria.db"\nkeys = ["{new_key()}"]\n'
    (tmp_path / "sobria.toml").write_text(f'data = "{tmp_path}"\n{store}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, words: str
) -> tuple[object, str, str]:
    monkeypatch.setattr("sys.argv", ["sobria", *words.split()])
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_help_has_an_example_and_no_sentence_cut_short(path: tuple[str, ...]) -> None:
    said = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "80"}).stdout
    assert f"Example: {' '.join(('sobria', *path))}" in " ".join(said.split()) or "| sobria" in said
    assert not [line for line in said.splitlines() if line.endswith("...") and "Usage:" not in line]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("nope", 2, "No such command 'nope'; see `sobria --help`"),
        ("serve --port abc", 2, "see `sobria serve --help`"),
        ("serve --port 99999", 2, "see `sobria serve --help`"),
        ("ledger verify --nope", 2, "No such option: --nope; see `sobria ledger verify --help`"),
        ("init --path nowhere/sobria.toml", 2, "nowhere/sobria.toml: No such file or directory"),
        ("digest --week 2026-W99", 2, "--week 2026-W99: write a week such as 2026-W47"),
        ("digest --week 2026-11", 2, "--week 2026-11: write a week such as 2026-W47"),
        ("digest --month 2026-13", 2, "--month 2026-13: write a month such as 2026-11"),
        ("digest --out nowhere/bilan.txt", 2, "nowhere/bilan.txt: No such file or directory"),
        ("ledger export --since zz", 2, "--since zz: write a month such as 2026-11"),
        ("ledger export --since 2026-11 --until 2026-10", 2, "--since is after --until"),
        ("ledger export --what nope", 2, "--what nope: write months or entries"),
        ("ledger restate --factors nowhere.toml", 1, "nowhere.toml:1: No such file or directory"),
        ("ledger budget 20 --team nope", 1, "no team « nope »; there is none yet"),
        ("ledger budget nan", 2, "see `sobria ledger budget --help`"),
        ("ledger budget inf", 2, "write an amount"),
        ("ledger grant 1 inf", 2, "write an amount"),
        ("policy eval nowhere.jsonl", 2, "nowhere.jsonl: No such file or directory"),
        ("policy report nowhere.jsonl", 2, "nowhere.jsonl: No such file or directory"),
        ("policy eval empty.jsonl", 2, "empty.jsonl: holds no text"),
        ("policy eval latin.jsonl", 2, "latin.jsonl:1: expected id, text, verdict, category, hard"),
        ("erase nobody@exemple.be", 1, "nobody has the address nobody@exemple.be"),
        ("bench ledger --entries 0", 2, "see `sobria bench ledger --help`"),
        ("model fetch --data empty.jsonl/models", 2, "Not a directory"),
    ],
)
def test_a_complaint_is_one_sentence_that_says_what_to_do(
    installation: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: int,
    sentence: str,
) -> None:
    (installation / "empty.jsonl").write_text("\n", encoding="utf-8")
    (installation / "latin.jsonl").write_bytes(b'{"id": 1, "text": "\xe9"}\n')
    ended, out, err = run(capfdbinary, monkeypatch, words)
    assert sentence in err
    assert err.splitlines()[-1].startswith("sobria: ")
    assert "Something went wrong" not in err
    assert not out
    assert ended == code


def test_a_budget_is_for_a_team_that_is_there_by_its_name(
    installation: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: the team's name leads to the team, and the list shows the name again."""
    run(capfdbinary, monkeypatch, "invite Amina --email amina@exemple.be --team Accueil")
    assert run(capfdbinary, monkeypatch, "ledger budget 20 --team accueil")[0] == 0
    assert "team Accueil: " in run(capfdbinary, monkeypatch, "ledger budgets")[1]
    assert "there are: Accueil" in run(capfdbinary, monkeypatch, "ledger budget 5 --team nope")[2]


@pytest.mark.parametrize("words", ["prompts list zzzz", "policy proposals --export nos-regles"])
def test_nothing_found_is_said(
    installation: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    code, out, err = run(capfdbinary, monkeypatch, words)
    assert code == 0
    assert out + err
    assert not (installation / "nos-regles").exists()


ODD = [
    b'{"id": 1, "text": "a", "lang": [1]}',
    b'{"id": 1, "text": "\xe9"}',
    b"[" * 100_000,
    b'{"id": ' + b"9" * 5000 + b', "text": "a"}',
]


@pytest.mark.parametrize("line", ODD, ids=["list", "latin", "deep", "long"])
def test_check_names_a_line_that_is_no_ask_and_ends_with_two(line: bytes) -> None:
    result = CliRunner().invoke(app, ["check"], input=line + b"\n")
    assert "line 1" in str(result.exception)
    assert type(result.exception).__name__ == "WrongUse"


@pytest.mark.slow
def test_check_reads_and_writes_utf_8_wherever_it_runs() -> None:
    """Expected: a byte-order mark, half a character and a plain terminal change nothing; one line each."""
    lines = b'\xef\xbb\xbf{"id": 1, "text": "\xc3\xa9t\xc3\xa9"}\n{"id": 2, "text": "\\ud800 oui"}\n'
    code = "from bot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check"],
        input=lines,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in told] == [1, 2]
    assert "été" in done.stdout.decode("utf-8")
