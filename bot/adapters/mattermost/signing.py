"""Signed notes that travel through Mattermost and come back: what a button or a dialog stands for.

Anybody who reaches our address can post to it, and any member can submit any state. So what comes back counts
only with our signature, before it expires, for what it was made for and, when it names one, from that person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.errors import NotAllowed

Purpose = Literal["press", "confirm", "share", "form"]

BUTTON_LIVES = timedelta(days=30)
FORM_LIVES = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Note:
    """What a button or a dialog stands for. An empty `account` means any member of the channel.

    `filled` holds the values of a form's earlier parts; `part` of `parts` is the one it is about.
    """

    purpose: Purpose
    command: str
    account: str = ""
    channel: str = ""
    root: str = ""
    direct: bool = False
    response_url: str = ""
    part: int = 0
    parts: int = 1
    filled: tuple[tuple[str, str], ...] = ()


class Signer:
    """Signs notes with the installation's secret and reads them again."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.blake2b(secret.encode(), person=b"sobria-mm", digest_size=32).digest()

    def sign(self, note: Note, until: datetime) -> str:
        """Return `note` as text that only this installation can make."""
        always = {"purpose", "command"}
        kept = {name: value for name, value in asdict(note).items() if value or name in always}
        text = json.dumps([int(until.timestamp()), kept], ensure_ascii=False, separators=(",", ":"))
        return f"{_text(text.encode())}.{_text(self._mac(text.encode()))}"

    def read(self, token: object, purposes: frozenset[Purpose], account: str, at: datetime) -> Note:
        """Return the note. Raises NotAllowed("forged"), NotAllowed("expired") or NotAllowed("not_yours")."""
        payload = self._payload(token)
        try:
            until, kept = json.loads(payload)
            note = Note(**_typed(kept))
        except (ValueError, TypeError) as fault:
            raise NotAllowed("forged") from fault
        if note.purpose not in purposes:
            raise NotAllowed("forged")
        if at.timestamp() > until:
            raise NotAllowed("expired")
        if note.account and note.account != account:
            raise NotAllowed("not_yours")
        return note

    def receipt(self, token: str) -> str:
        """Return what is the same each time a note comes back, however its letters are written."""
        return self._mac(self._payload(token)).hex()

    def _payload(self, token: object) -> bytes:
        if not isinstance(token, str) or not token.isascii() or token.count(".") != 1:
            raise NotAllowed("forged")
        try:
            payload, mac = (base64.urlsafe_b64decode(f"{part}==") for part in token.split("."))
        except ValueError as fault:
            raise NotAllowed("forged") from fault
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise NotAllowed("forged")
        return payload

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:18]


def _typed(kept: Mapping[str, Any]) -> dict[str, Any]:
    filled = kept.get("filled", ())
    pairs = tuple((str(name), str(value)) for name, value in filled) if isinstance(filled, list) else ()
    return {**kept, "filled": pairs}


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
