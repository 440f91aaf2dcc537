"""A digest as it is kept and as it was: JSON both ways, so that asking again gives the same figures."""

from __future__ import annotations

import dataclasses
import types
from datetime import date
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.core.digest import Digest


def plain(value: Any) -> Any:
    """Return a value of frozen dataclasses as lists, mappings, numbers and words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def revived(kept: dict[str, Any]) -> Digest:
    """Return the digest that `plain` made `kept` of. Raises ValueError when it is none."""
    found = _as(Digest, kept)
    if not isinstance(found, Digest):
        raise TypeError("digest")
    return found


def _as(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _as(hints[name], one) for name, one in value.items() if name in hints})
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        inner = next(part for part in parts if part is not types.NoneType)
        return None if value is None else _as(inner, value)
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_as(parts[0], one) for one in value)
        return tuple(_as(part, one) for part, one in zip(parts, value, strict=True))
    return date.fromisoformat(value) if kind is date else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
