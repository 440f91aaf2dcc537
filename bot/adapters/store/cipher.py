"""Texts at rest: AES-256-GCM, each ciphertext bound to its row and column so that it cannot be moved.

A ciphertext is one byte of version, four of key identifier, twelve of nonce, then what AESGCM gives.
The first key writes; every key given can read, which is how a key is changed without a pause.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingsError, StoreError

_VERSION = b"\x01"


def new_key() -> str:
    """Return a fresh key as the settings hold it: 32 random bytes in base64."""
    return base64.b64encode(os.urandom(32)).decode()


class Cipher:
    """Encrypts and decrypts texts and JSON values. Raises SettingsError on keys that cannot be keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        raw = [_bytes(key) for key in keys]
        if not raw:
            raise SettingsError(("store.keys: is missing; `sobria init` makes one",))
        self._ciphers = {_identifier(key): AESGCM(key) for key in raw}
        self._writing = _identifier(raw[0])
        self._mac = sha256(b"sobria look-up" + raw[-1]).digest()

    def seal(self, value: Any, place: str) -> bytes | None:
        """Return `value` (anything JSON can hold) encrypted for `place`, None for None."""
        if value is None:
            return None
        nonce = os.urandom(12)
        plain = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
        sealed = self._ciphers[self._writing].encrypt(nonce, plain, place.encode())
        return _VERSION + self._writing + nonce + sealed

    def open(self, sealed: bytes | None, place: str) -> Any:
        """Return what was sealed for `place`. Raises StoreError with another key or in another place."""
        if sealed is None:
            return None
        sealed = bytes(sealed)
        cipher = self._ciphers.get(sealed[1:5])
        if sealed[:1] != _VERSION or cipher is None:
            raise StoreError("a text was encrypted with a key that store.keys does not hold; add the old key")
        try:
            return json.loads(cipher.decrypt(sealed[5:17], sealed[17:], place.encode()))
        except InvalidTag:
            raise StoreError("a text cannot be decrypted: it was changed, or moved from its place") from None

    def fingerprint(self, value: str) -> str:
        """Return what `value` can be looked up by without being kept, such as an e-mail address.

        Made with the last key, so that a new first key leaves look-ups as they are.
        """
        return hmac.new(self._mac, value.strip().casefold().encode(), sha256).hexdigest()


def _bytes(key: str) -> bytes:
    try:
        raw = base64.b64decode(key, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise SettingsError(("store.keys: each key is 32 bytes in base64; `sobria init` makes one",))
    return raw


def _identifier(key: bytes) -> bytes:
    return sha256(b"sobria key" + key).digest()[:4]
