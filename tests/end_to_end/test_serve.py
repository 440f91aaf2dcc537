"""An installation as its administrator lives it: init, doctor, invite, serve, stop, all by the real command."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.edges.openai_server import Says, scripted_model

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def sobria(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


class Running:
    """`sobria serve` in a process of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._log = (folder / "log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from bot.cli import main; main()", "serve", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=self._log,
            stderr=self._log,
        )

    def wait_until_ready(self) -> None:
        """Return once it answers."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, "serve ended by itself"
            time.sleep(0.1)  # the one way to see another process open its port
        pytest.fail("serve was not ready in time")

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; return its exit status."""
        self.process.send_signal(sign)
        status = self.process.wait(30)
        self._log.close()
        return status


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with fresh settings."""
    made = sobria(tmp_path, "init")
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_init_writes_private_settings_once(folder: Path) -> None:
    """Expected: only the owner can read them; a second init leaves them as they are and says so."""
    path = folder / "sobria.toml"
    before = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    again = sobria(folder, "init")
    assert again.returncode == 2
    assert "sobria.toml" in again.stderr
    assert path.read_text() == before


def test_doctor_says_what_is_missing_and_ends_with_one(folder: Path) -> None:
    """Expected: the store and content are well; the model's weights are not there, and what to do."""
    found = sobria(folder, "doctor")
    assert found.returncode == 1
    assert "✓ store: SQLite" in found.stdout
    assert re.search(r"✗ model essai: .*sobria model fetch", found.stdout)
    assert "Traceback" not in found.stdout + found.stderr


def test_wrong_settings_are_all_named_without_a_traceback(folder: Path) -> None:
    """Expected: exit 2 and each setting by its name."""
    path = folder / "sobria.toml"
    path.write_text(path.read_text().replace('language = "fr"', 'language = "xx"\ncolour = "green"'))
    found = sobria(folder, "serve")
    assert found.returncode == 2
    assert "language" in found.stderr
    assert "colour" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("fault", ["empty", "broken"])
def test_without_a_sound_policy_nothing_starts(folder: Path, fault: str) -> None:
    """Expected: exit 1 and one sentence naming the file."""
    policies = folder / "policies"
    policies.mkdir()
    if fault == "broken":
        (policies / "charter.yaml").write_text("version: [\n")
    path = folder / "sobria.toml"
    path.write_text(path.read_text().replace("# policies = ", "policies = "))
    found = sobria(folder, "serve", "--port", str(free_port()))
    assert found.returncode == 1
    assert "policies" in found.stderr
    assert "Traceback" not in found.stderr


async def test_an_invited_person_enters_once_asks_and_finds_everything_after_a_crash(folder: Path) -> None:
    """Expected: the link opens the console once; an answer, then kill -9, then the same conversation."""
    async with scripted_model(Says("Bonjour ", "à tous.")) as edge:
        path = folder / "sobria.toml"
        text = path.read_text()
        start, end = text.index("\n[[models]]") + 1, text.index("# [[models]]")
        named = '[[models]]\nname = "edge"\nprovider = "openai"\nmodel = "edge"\nkey = "k"'
        model = f'{named}\nbase_url = "{edge.url}"\n\n'
        path.write_text(text[:start] + model + text[end:])
        port = free_port()
        path.write_text(path.read_text().replace("# port = 8080", f"port = {port}"))
        invited = sobria(folder, "invite", "Amina Haddad", "--email", "amina@exemple.be", "--role", "mentor")
        assert invited.returncode == 0, invited.stderr
        link = invited.stdout.strip()
        running = Running(folder, port)
        try:
            running.wait_until_ready()
            async with httpx.AsyncClient(base_url=running.address, follow_redirects=True) as client:
                assert (await client.get(link)).status_code == 200
                page = await client.post(link)
                assert "Amina" in page.text
                token = re.search(r'name="jeton" value="(\w+)"', page.text)
                assert token is not None
                for line in (
                    "charte accepter",
                    "Propose un ordre du jour pour une réunion d’équipe d’une heure.",
                ):
                    page = await client.post("/dire", data={"jeton": token[1], "ligne": line})
                assert "Bonjour à tous." in page.text
                assert httpx.post(link).status_code == 403
                assert "sobria_verdicts_total" in (await client.get("/metrics")).text
                assert (await client.get("/demo")).status_code == 404
                running.end(signal.SIGKILL)
                running = Running(folder, port)
                running.wait_until_ready()
                assert "Bonjour à tous." in (await client.get("/")).text
        finally:
            assert running.end() in {0, -signal.SIGTERM}
    kept = json.loads(sobria(folder, "export", "amina@exemple.be").stdout)
    assert kept["asks"][0]["answer"] == "Bonjour à tous."
    assert "ordre du jour" not in (folder / "log").read_text()
    assert sobria(folder, "backup", "copy.db").returncode == 0
    assert sobria(folder, "ledger", "verify").returncode == 0
    assert sobria(folder, "erase", "amina@exemple.be", "--yes").returncode == 0
    assert sobria(folder, "export", "amina@exemple.be").returncode == 1
