"""How fast the embedded model is: seconds until ready and until the first word, tokens a second, memory.

Usage: python bench/model.py [model.gguf] [--threads 2]   (default: the model of the demo's data folder)
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bot.adapters.embedded import EmbeddedModel
from bot.adapters.embedded.weights import LARGER
from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken
from bot.wording.model import instructions

SYSTEM = Turn("system", instructions("fr", "Les Jardins de la Senne ASBL"))
CARD = ModelCard("embedded", "embedded", "embedded", max_output=200, time_limit=600)
ASKS = (
    "Rédige un mot de remerciement à Zolvadine Nozdekur (zikvadan@nuvzidek.example), IBAN IBAN-PLMKN1, don de 50 €",
    "Réécris plus poliment : « Vous n’avez toujours pas payé la cotisation, c’est inadmissible. »",
    "Traduis en anglais : Merci de votre engagement. La prochaine distribution aura lieu samedi.",
)


async def main(path: Path, threads: int) -> None:
    """Start, warm, ask three ordinary things, and say what each took."""
    model = EmbeddedModel(path, CARD.model, threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        models = LangchainModels([(CARD, ModelAccess(local=model.address))], TiktokenCounts(Path(folder)))
        began = time.perf_counter()
        await models.warm(SYSTEM.text)
        print(f"ready, instructions read: {time.perf_counter() - began:.1f} s")
        speeds = [await one(models, words) for words in ASKS]
        print(f"median: {statistics.median(speeds):.1f} tokens/s; memory {memory(model):.2f} GB")
        await models.aclose()
        await model.stop()


async def one(models: LangchainModels, words: str) -> float:
    """Ask one thing; return tokens a second after the first."""
    pieces = [piece async for piece in models.stream(CARD, (SYSTEM, Turn("user", words)))]
    spoken = pieces.pop()
    assert isinstance(spoken, Spoken)
    first, used = spoken.first_token or 0.0, spoken.usage
    speed = (used.output - 1) / max(0.001, spoken.latency - first)
    print(
        f"first word {first:.1f} s, whole {spoken.latency:.1f} s, {speed:.1f} tokens/s; "
        f"{used.input} read, {used.cached} from before, {used.output} written"
    )
    return speed


def memory(model: EmbeddedModel) -> float:
    """Return the child's resident memory in GB."""
    status = Path(f"/proc/{model.child}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e6


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("path", type=Path, nargs="?", default=Path("demo/models") / LARGER.file)
    arguments.add_argument("--threads", type=int, default=0)
    given = arguments.parse_args()
    asyncio.run(main(given.path, given.threads))
