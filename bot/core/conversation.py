"""What a model may see of a conversation, and what a person may see of its answer.

`Conversation.hiding` puts one set of pseudonyms over all turns, so that the same person keeps the same
pseudonym. A `Sieve` turns pseudonyms back piece by piece and lets a stretch pass only once it was checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.ask import AskRecord, Turn
from bot.core.policy.finding import Finding, Label
from bot.core.policy.identity import same_value, units
from bot.core.policy.pseudonym import hide
from bot.core.policy.restoring import Restorer

_BETWEEN = "\n\x1e\n"
"""Parts the turns while they are hidden as one text: ASCII's record separator, which no text keeps."""

_STRETCH = re.compile(r"[.!?…]\s|\n")
_SHORTEST_STRETCH = 40
"""Characters that are worth a check of their own; a greeting waits for the line that follows."""

_LONGEST_STRETCH = 240
_LOOK_BACK = 600

_MOST_LEFT_OUT = 6
"""Values beyond which an answer that has not all of them is a summary, and meant to be."""

Find = Callable[[str], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns as a model sees them, and the pseudonyms that lead back."""

    turns: tuple[Turn, ...]
    pseudonyms: Mapping[str, str]

    @classmethod
    def hiding(cls, text: str, earlier: Sequence[Turn], find: Find) -> Conversation:
        """Hide what `find` finds in the conversation that ends with `text`."""
        turns = (*earlier, Turn("user", text))
        whole = _BETWEEN.join(turn.text.replace("\x1e", " ") for turn in turns)
        hidden = hide(whole, find(whole))
        parts = hidden.text.split(_BETWEEN)
        if len(parts) != len(turns):
            raise ValueError("a finding crosses two turns")
        seen = tuple(Turn(turn.role, part) for turn, part in zip(turns, parts, strict=True))
        return cls(seen, hidden.pseudonyms)

    @property
    def sent(self) -> str:
        """Return what leaves the machine, as one text to keep."""
        return "\n\n".join(turn.text for turn in self.turns)


class Sieve:
    """Lets an answer through stretch by stretch: pseudonyms turned back, each stretch checked first.

    Once `may_pass` has said no, nothing more comes through and `stopped` is true. `text` is what passed.
    """

    def __init__(self, pseudonyms: Mapping[str, str], may_pass: Callable[[str], bool]) -> None:
        self._restorer = Restorer(pseudonyms)
        self._may_pass = may_pass
        self._waiting = ""
        self.text = ""
        self.stopped = False

    def feed(self, piece: str) -> str:
        """Take a piece of the model's answer; return what may be shown now, often nothing."""
        self._waiting += self._restorer.feed(piece)
        ends = [match.end() for match in _STRETCH.finditer(self._waiting)]
        if ends and ends[-1] >= _SHORTEST_STRETCH:
            return self._pass(ends[-1])
        space = self._waiting.rfind(" ") + 1
        return self._pass(space) if space > _LONGEST_STRETCH else ""

    def flush(self) -> str:
        """Return the rest once the model has ended."""
        self._waiting += self._restorer.flush()
        return self._pass(len(self._waiting))

    def _pass(self, end: int) -> str:
        stretch, self._waiting = self._waiting[:end], self._waiting[end:]
        if self.stopped or not stretch:
            return ""
        if not self._may_pass(self.text[-_LOOK_BACK:] + stretch):
            self.stopped = True
            return ""
        self.text += stretch
        return stretch


def left_out(record: AskRecord) -> tuple[str, ...]:
    """Return the personal data of an ask that its answer does not have, none when they are many.

    A small model forgets; the person should not have to look for what.
    """
    if record.answer is None or record.edited is not None or record.verdict.failed:
        return ()
    said, text = same_value(record.answer), record.ask.text
    values = {text[one.start : one.end]: one.label for one in record.verdict.findings}
    missing = tuple(value for value, label in values.items() if not _has(said, value, label))
    return missing if len(missing) <= _MOST_LEFT_OUT else ()


def _has(said: str, value: str, label: Label) -> bool:
    """Return whether a value is in what was said; of a name, a part will do."""
    parts = units(value) if label is Label.PERSON else (value,)
    return any(same_value(part) in said for part in parts)
