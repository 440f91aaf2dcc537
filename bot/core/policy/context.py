"""What surrounds a text that is checked: who asks, where, with which prompt; for an answer, what was asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Where a text comes from, as rules may ask for it.

    `channel` holds the platform's name and its channel. `asked` is what the person wrote, when the text is
    an answer: what it holds may be said back. None says that no ask is known, and nothing is compared.
    """

    role: frozenset[str] = frozenset()
    channel: frozenset[str] = frozenset()
    prompt: frozenset[str] = frozenset()
    asked: str | None = None


NOWHERE = Context()
"""The context of a text that comes from nobody in particular, as on the command line."""
