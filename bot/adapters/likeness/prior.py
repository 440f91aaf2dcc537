"""What the model knows before any example: what words mean, and how they stand together."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from bot.adapters.likeness import encoder, meanings
from bot.adapters.likeness.encoder import Encoder
from bot.adapters.likeness.meanings import Meanings


class Prior(NamedTuple):
    """The two tables that come with the program."""

    meanings: Meanings
    encoder: Encoder


@cache
def shipped() -> Prior:
    """Read both, once."""
    return Prior(meanings.read(), encoder.read())
