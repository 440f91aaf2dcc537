"""Every error that Sobria raises on purpose, in one tree.

    SobriaError                     shown to people as one sentence and what to do
    ├── SettingsError               wrong or missing settings, all named at once
    ├── ContentError                a fault in policies/ or prompts/: file, line, what was expected
    ├── WrongUse                    the command line or a command of /ia was misused
    ├── NotAllowed                  this person may not do this
    ├── NotFound                    no such ask, review, prompt, person …
    ├── Conflict                    somebody was first: already decided, already settled, already used
    ├── TooLarge                    a text or a file beyond the limit
    ├── BudgetExhausted             a hard budget has nothing left
    ├── ModelError                  a model could not answer
    │   ├── ModelUnavailable        unreachable, too slow, overloaded: the next model may do
    │   ├── ModelRefused            key or request refused by the provider: mend the settings
    │   └── ModelSilent             answered with nothing
    ├── StoreError                  the database could not do what was asked
    │   ├── StoreUnavailable        locked, full, unreachable: nothing was written, try again
    │   └── Tampered                the ledger's chain does not hold
    └── Undeliverable               a platform would not take a message; it is kept and tried again

Anything else that reaches the top is a fault of ours: it is logged by type and place, never with a text.
"""

from __future__ import annotations

import traceback


class SobriaError(Exception):
    """Base of the tree. `str(error)` is one sentence that may be shown; it never holds an ask's text."""


class SettingsError(SobriaError):
    """One or more settings are wrong or missing; `faults` names each with what to do."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class ContentError(SobriaError):
    """A file of `policies/` or `prompts/` is at fault."""

    def __init__(self, file: str, line: int, fault: str) -> None:
        super().__init__(f"{file}:{line}: {fault}")
        self.file = file
        self.line = line
        self.fault = fault


class WrongUse(SobriaError):
    """A command was used in a way that cannot work."""


class NotAllowed(SobriaError):
    """The person's role does not permit the action."""


class NotFound(SobriaError):
    """The thing named does not exist, or not for this person."""


class Conflict(SobriaError):
    """Somebody else was first; the present state stands."""


class TooLarge(SobriaError):
    """A text or a file is beyond the limit."""


class BudgetExhausted(SobriaError):
    """A hard budget leaves nothing for this ask."""


class ModelError(SobriaError):
    """A model could not answer. `code` says why, in the ledger and to the person."""

    code = "model"


class ModelUnavailable(ModelError):
    """Unreachable, too slow or overloaded: the next model may do."""

    code = "unavailable"


class ModelRefused(ModelError):
    """The provider refused the key or the request; trying again will not help."""

    code = "refused"


class ModelSilent(ModelError):
    """The model ended without a word."""

    code = "silent"


class StoreError(SobriaError):
    """The database could not do what was asked."""


class StoreUnavailable(StoreError):
    """Locked, full or unreachable. Nothing was written."""


class Tampered(StoreError):
    """The chain of ledger entries is broken at `entry`."""

    def __init__(self, entry: int, fault: str) -> None:
        super().__init__(f"entry {entry}: {fault}")
        self.entry = entry


class Undeliverable(SobriaError):
    """A platform would not take a message. `passing` says that it may soon: the network is cut."""

    passing = False


def where(fault: BaseException) -> str:
    """Return the type of `fault` and the place in our code where it rose, for the log: never its words."""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "/bot/" in frame.filename]
    place = f" at {frames[-1].filename.rpartition('/bot/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(fault).__name__ + place
