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
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError, StoreError

_VERSION = b"\x01"


def new_key() -> str:
    """Return a fresh key as the settings hold it: 32 random bytes in base64."""
    return base64.b64encode(os.urandom(32)).decode()


def place(table: str, row: str | int, column: str) -> str:
    """Return what a ciphertext is bound to."""
    return f"{table}:{row}:{column}"


class Cipher:
    """Encrypts and decrypts texts and JSON values. Raises SettingsError on keys that cannot be keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        raw = [_bytes(key) for key in keys]
        if not raw:
            raise SettingsError(("store.keys: is missing; `sobria init` makes one",))
        self._ciphers = {_identifier(key): AESGCM(_derived(key, b"sobria texts")) for key in raw}
        self._writing = _identifier(raw[0])
        self._prints = [_derived(key, b"sobria look-up") for key in raw]

    @property
    def writing(self) -> str:
        """Return the identifier of the key that encrypts."""
        return self._writing.hex()

    @property
    def span(self) -> tuple[bytes, bytes]:
        """Return between which bytes lie all ciphertexts of the key that encrypts."""
        head = _VERSION + self._writing
        return head, (int.from_bytes(head) + 1).to_bytes(len(head))

    def has(self, identifier: str) -> bool:
        """Return whether the key of this identifier was given."""
        return bytes.fromhex(identifier) in self._ciphers

    def seal(self, value: Any, place: str) -> bytes | None:
        """Return `value` (anything JSON can hold) encrypted for `place`, None for None."""
        if value is None:
            return None
        nonce = os.urandom(12)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        sealed = self._ciphers[self._writing].encrypt(nonce, plain, place.encode())
        return b"".join((_VERSION, self._writing, nonce, sealed))

    def open(self, sealed: bytes | None, place: str) -> Any:
        """Return what was sealed for `place`. Raises StoreError with another key or in another place."""
        if sealed is None:
            return None
        sealed = bytes(sealed)
        cipher = self._ciphers.get(sealed[1:5])
        if sealed[:1] != _VERSION or cipher is None:
            raise StoreError("a text was encrypted with a key that store.keys does not hold; add the old key")
        try:
            plain = cipher.decrypt(sealed[5:17], sealed[17:], place.encode())
        except InvalidTag:
            raise StoreError("a text cannot be decrypted: it was changed, or moved from its place") from None
        return json.loads(plain.decode("utf-8", "surrogatepass"))

    def fingerprint(self, value: str) -> str:
        """Return what `value` can be looked up by without being kept, such as an account."""
        return self.fingerprints(value)[0]

    def fingerprints(self, value: str) -> tuple[str, ...]:
        """Return the fingerprints under every key: what was kept under an older one is found too."""
        plain = value.encode("utf-8", "surrogatepass")
        return tuple(hmac.digest(key, plain, "sha256").hex() for key in self._prints)


def _bytes(key: str) -> bytes:
    try:
        raw = base64.b64decode(key, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise SettingsError(("store.keys: each key is 32 bytes in base64; `sobria init` makes one",))
    return raw


def _derived(key: bytes, purpose: bytes) -> bytes:
    """Return a key for one purpose, so that encryption and look-up never share one."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def _identifier(key: bytes) -> bytes:
    return sha256(b"sobria key" + key).digest()[:4]
