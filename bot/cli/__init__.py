"""The command line: one module per group of commands, each imported only when it is called.

`run.py` starts the program, `keep.py` looks after its database, `keys.py` gives keys to programs, `policy.py`
and `prompts.py` check what the ethics group writes, `ledger.py` reports and audits, `model.py` fetches the
embedded model.
"""

from __future__ import annotations

import sys
from typing import Any

from bot.errors import ContentError, SettingsError, SobriaError, WrongUse, where

WRONG_PATH = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError)


def main() -> None:
    """Run the command line; end with 0 done, 1 not well, 2 wrong use."""
    from typer import Abort
    from typer.exceptions import TyperException

    from bot.cli.table import app

    try:
        sys.exit(app(standalone_mode=False, prog_name="sobria") or 0)
    except Abort:
        _complain("Nothing was done, since the question was not answered with y.")
        sys.exit(1)
    except TyperException as fault:
        _misused(fault)
        sys.exit(2)
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
    except WRONG_PATH as fault:
        _complain(f"{fault.filename}: {fault.strerror}; check the path and who may use it")
        sys.exit(2)
    except Exception as fault:  # noqa: BLE001  a person never reads a traceback
        _complain(f"Something went wrong on our side ({where(fault)}). Please report this line.")
        sys.exit(1)


def _misused(fault: Any) -> None:
    """Say what was wrong with the words typed. A group named alone shows its help instead."""
    said = fault.format_message()
    if "\n" in said:
        print(said, file=sys.stderr)  # noqa: T201  the command line speaks here
    else:
        path = fault.ctx.command_path if fault.ctx else "sobria"
        _complain(f"{said.rstrip('.')}; see `{path} --help`")


def _complain(*sentences: str) -> None:
    for sentence in sentences:
        print(f"sobria: {sentence}", file=sys.stderr)  # noqa: T201  the command line speaks here
