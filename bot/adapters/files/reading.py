"""YAML with the line of everything in it, so that a fault can say where it is.

A `Part` is a stretch of a file that was read. Asking it for something it does not hold, or holds in another
shape, raises ContentError with file, line and what was expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from bot.errors import ContentError

LARGEST = 1_000_000
"""Bytes. Nobody writes more by hand; a larger file was put there by mistake."""


class _Loader(yaml.CSafeLoader):  # type: ignore[misc, unused-ignore]
    """The safe loader in C: a policy is read at every start, and the one in Python is ten times slower."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node of a YAML document in `file`. `shift` is how many lines of the file come before the document."""

    file: str
    node: yaml.Node
    shift: int = 0

    @property
    def line(self) -> int:
        """Return the line in the file, counted from 1."""
        return int(self.node.start_mark.line) + 1 + self.shift

    @property
    def holds_text(self) -> bool:
        """Return whether the part is one value."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def holds_list(self) -> bool:
        """Return whether the part is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def fault(self, words: str) -> NoReturn:
        """Raise ContentError at this place."""
        raise ContentError(self.file, self.line, words)

    def entries(self) -> dict[str, Part]:
        """Return what a mapping holds by its keys, each of which may be written once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault("expected keys with values, such as « name: … »")
        found: dict[str, Part] = {}
        for key, value in self.node.value:
            place = Part(self.file, key, self.shift)
            name = place.text()
            if name in found:
                place.fault(f"« {name} » is written twice")
            found[name] = Part(self.file, value, self.shift)
        return found

    def known(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Part]:
        """Return the entries, all of which must be known and all `required` ones there."""
        required, optional = tuple(required), tuple(optional)
        found = self.entries()
        for name, part in found.items():
            if name not in required and name not in optional:
                part.fault(f"unknown key « {name} »; known: {', '.join(sorted((*required, *optional)))}")
        missing = [name for name in required if name not in found]
        if missing:
            self.fault(f"missing: {', '.join(missing)}")
        return found

    def parts(self) -> tuple[Part, ...]:
        """Return what a list holds, in order."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault("expected a list: one line each, beginning with « - »")
        return tuple(Part(self.file, node, self.shift) for node in self.node.value)

    def text(self) -> str:
        """Return a text as it is written; numbers, dates and yes or no are texts too here."""
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            self.fault("expected a text")
        return str(self.node.value).strip()

    def whole(self, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self._scalar()
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"expected a whole number from {least} to {most}")
        return value

    def yes(self) -> bool:
        """Return true or false."""
        value = self._scalar()
        if not isinstance(value, bool):
            self.fault("expected true or false")
        return value

    def day(self) -> dt.date:
        """Return a date such as 2026-03-14."""
        value = self._scalar()
        if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
            self.fault("expected a date such as 2026-03-14")
        return value

    def one_of(self, known: Iterable[str]) -> str:
        """Return a text that must be one of `known`."""
        known, value = tuple(known), self.text()
        if value not in known:
            self.fault(f"« {value} » is not one of: {', '.join(known)}")
        return value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(part.text() for part in self.parts())

    def plain(self) -> Any:
        """Return the part as plain values, for what has no fixed shape."""
        return _construct(self)

    def _scalar(self) -> Any:
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault("expected one value")
        return _construct(self)


def _construct(part: Part) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(part.node)
    except (yaml.YAMLError, ValueError) as fault:
        raise ContentError(part.file, part.line, "this value cannot be read") from fault
    finally:
        loader.dispose()


def written(path: Path, root: Path | None = None) -> tuple[str, str]:
    """Return the name to give `path` in faults, and its text without a byte-order mark."""
    name = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.as_posix()
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ContentError(name, 1, f"cannot be read: {fault.strerror}") from fault
    if len(content) > LARGEST:
        raise ContentError(name, 1, f"too large: over {LARGEST} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise ContentError(name, line, "not UTF-8: save the file as UTF-8") from fault
    return name, text.replace("\r\n", "\n").replace("\r", "\n")


def document(file: str, text: str, shift: int = 0) -> Part:
    """Read one YAML document; `shift` lines of the file come before it."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line if fault.problem_mark else 0
        raise ContentError(file, line + 1 + shift, f"not YAML: {fault.problem}") from fault
    except RecursionError as fault:
        raise ContentError(file, 1 + shift, "nested too deeply") from fault
    except yaml.YAMLError as fault:
        raise ContentError(file, 1 + shift, "not YAML: a character that may not stand in a text") from fault
    if node is None:
        raise ContentError(file, 1 + shift, "empty")
    return Part(file, node, shift)


def documents(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the files under `folder` that fit `pattern`, by name, hidden ones left out."""
    for path in sorted(folder.glob(pattern)):
        if path.is_file() and not path.name.startswith("."):
            yield path


def flattened(parts: Mapping[str, Part], names: Iterable[str]) -> dict[str, str]:
    """Return the texts under those of `names` that are there."""
    return {name: parts[name].text() for name in names if name in parts}


def shipped(folder: str) -> Path:
    """Return where `folder` of the shipped content is: inside an installed package, or beside the sources."""
    package = Path(__file__).parents[2]
    inside = package / "shipped" / folder
    return inside if inside.is_dir() else package.parent / folder
