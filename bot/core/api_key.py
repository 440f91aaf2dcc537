"""Keys of programs: each belongs to a person, whose asks a program's asks are.

A key reads `sk-sobria-<identifier>-<secret>`. The identifier may be seen and named; the secret is shown once.
It begins as other providers' keys do, so that what looks for keys in texts, ours included, finds it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PREFIX = "sk-sobria-"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it may be listed: never its secret. `purpose` says in words what it is for."""

    id: str
    holder: str
    purpose: str
    made_at: datetime
    until: datetime
    revoked_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Return whether the key still opens the door."""
        return self.revoked_at is None and now < self.until


def written(identifier: str, secret: str) -> str:
    """Return a key as a program sends it."""
    return f"{PREFIX}{identifier}-{secret}"


def read(key: str) -> tuple[str, str] | None:
    """Return the identifier and the secret of a key, None when it is not one of ours."""
    if not key.startswith(PREFIX):
        return None
    identifier, hyphen, secret = key.removeprefix(PREFIX).partition("-")
    return (identifier, secret) if identifier and hyphen and secret else None
