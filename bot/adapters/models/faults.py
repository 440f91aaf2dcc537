"""What a provider's error means to us: the next model may do, or the settings must be mended."""

from __future__ import annotations

from bot.errors import ModelError, ModelRefused, ModelUnavailable

_LATER = {408, 409, 425, 429}
"""HTTP statuses below 500 after which the same request may well succeed elsewhere or later."""

_TOO_LONG = ("context", "too long", "too many tokens", "maximum length")


def told(fault: Exception, name: str) -> ModelError:
    """Return our error for a provider's. Its own words are dropped: they may hold a key or a text."""
    status = _status(fault)
    if status is None:
        return ModelUnavailable(f"model {name} cannot be reached ({type(fault).__name__})")
    if status in _LATER or status >= 500:
        return ModelUnavailable(f"model {name} is overloaded or broken (HTTP {status})")
    refused = ModelRefused(f"model {name} refused the key or the request (HTTP {status})")
    if status in {400, 413, 422} and any(sign in str(fault).casefold() for sign in _TOO_LONG):
        refused.code = "too_long"
    return refused


def _status(fault: Exception) -> int | None:
    """Find the HTTP status wherever the provider's library keeps it."""
    for holder in (fault, getattr(fault, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None
