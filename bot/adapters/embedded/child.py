"""The child program: llama.cpp with one model, behind an OpenAI-compatible address on this machine alone.

It reads its orders as one line of JSON on standard input, so that the key is in no list of processes, writes
one line back once it is ready, and ends when standard input closes: however its parent dies, it dies too.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def main() -> None:
    """Serve until the parent is gone."""
    orders = json.loads(sys.stdin.readline())
    back = _only_way_back()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        address = _serve(orders)
    except Exception as fault:  # noqa: BLE001  the parent says it to a person; a traceback would be lost
        back.write(json.dumps({"fault": _told(fault)}) + "\n")
        back.flush()
        os._exit(1)
    back.write(json.dumps({"address": address}) + "\n")
    back.flush()
    threading.Event().wait()


def _only_way_back() -> Any:
    """Keep standard output for our two lines: whatever the library prints may hold a person's text."""
    back = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return back


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def _serve(orders: dict[str, Any]) -> str:
    import xllamacpp  # 0.3 s and llama.cpp itself: only ever in this child

    params = xllamacpp.CommonParams()
    params.model.path = orders["path"]
    params.model_alias = {orders["name"]}
    params.api_keys = [orders["key"]]
    params.n_ctx = orders["window"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = orders["threads"]
    _sparing(params)
    _sampling(params.sampling)
    server = xllamacpp.Server(params)
    globals()["_kept"] = server  # the library stops serving when the object goes
    return str(server.listening_address)


def _sparing(params: Any) -> None:
    """Take little memory and open nothing but the chat: see the decision on the embedded model."""
    params.n_parallel = 1
    params.cache_ram_mib = 0
    params.no_extra_bufts = True
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1


def _sampling(sampling: Any) -> None:
    """Stay near the likeliest word. Repeating costs a little, or it never ends; more, and names change."""
    sampling.temp = 0.2
    sampling.penalty_repeat = 1.05
    sampling.penalty_last_n = 256


def _told(fault: Exception) -> str:
    if isinstance(fault, ImportError):
        return "libgomp1 is missing" if "libgomp" in str(fault) else "xllamacpp is missing"
    return type(fault).__name__


if __name__ == "__main__":
    main()
