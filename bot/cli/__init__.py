"""The command line: one module per group of commands, each imported only when it is called.

`run.py` starts the program, `keep.py` looks after its database, `keys.py` gives keys to programs, `policy.py`
and `prompts.py` check what the ethics group writes, `ledger.py` reports and audits, `model.py` fetches the
embedded model.
"""

from __future__ import annotations

import sys

from bot.errors import ContentError, SettingsError, SobriaError, WrongUse, where


def main() -> None:
    """Run the command line; end with 0 done, 1 not well, 2 wrong use."""
    from bot.cli.table import app

    try:
        app()
    except SettingsError as fault:
        _complain(*fault.faults)
        sys.exit(2)
    except WrongUse as fault:
        _complain(str(fault))
        sys.exit(2)
    except (ContentError, SobriaError) as fault:
        _complain(str(fault))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as fault:  # noqa: BLE001  a person never reads a traceback
        _complain(f"Something went wrong on our side ({where(fault)}). Please report this line.")
        sys.exit(1)


def _complain(*sentences: str) -> None:
    for sentence in sentences:
        print(f"sobria: {sentence}", file=sys.stderr)  # noqa: T201  the command line speaks here
