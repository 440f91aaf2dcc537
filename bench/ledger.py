"""What an entry, a digest and a verification cost: `python bench/ledger.py [entries]`.

The same as `sobria bench ledger`; it writes to a temporary folder and deletes what it wrote.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from bot.cli.ledger_bench import run

if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, 500, "", None, datetime.now(UTC))
