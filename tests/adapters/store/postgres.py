"""A private PostgreSQL for tests: its own folder, its own socket, no port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt/postgresql")


def binaries() -> Path | None:
    """Return the folder that holds `initdb`, of the newest version there is."""
    found = [
        folder for place in _PLACES for folder in Path(place).glob("*/bin") if (folder / "initdb").exists()
    ]
    if found:
        return max(
            found, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()]
        )
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a server that listens on a socket in a folder of its own; yield the address of its database."""
    # A socket's path may have at most 107 bytes, which pytest's own folders can exceed.
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(home, owner.pw_uid, owner.pw_gid)
        files = home / "files"
        _run(folder / "initdb", "-D", files, "-U", "sobria", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-c listen_addresses='' -k {home} -c fsync=off -c max_connections=60"
        _run(folder / "pg_ctl", "-D", files, "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql://sobria@/postgres?host={home}"
        finally:
            _run(folder / "pg_ctl", "-D", files, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        words = ["runuser", "-u", "postgres", "--", *words]
    made = subprocess.run(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False, text=True
    )
    if made.returncode:
        raise RuntimeError(f"{words[-1]}: {made.stderr.strip()[-500:]}")
