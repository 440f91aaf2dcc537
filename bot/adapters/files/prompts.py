"""Reads the prompt library: one Markdown file a prompt, its front matter (YAML) between lines of `---`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast, get_args

from bot.adapters.files.reading import Part, document, documents, flattened, written
from bot.core.library import Library
from bot.core.model import Need
from bot.core.person import Language
from bot.core.policy.finding import Label
from bot.core.prompt import PLACEHOLDER, Kind, PromptTemplate, Variable, misfits, placeholders
from bot.core.reply import Option
from bot.errors import Conflict, ContentError

REQUIRED = ("name", "title", "area", "purpose", "level", "permitted", "length", "need", "language", "version")
OPTIONAL = ("variables", "vetted")
NEEDS = {"small": Need.SMALL, "medium": Need.MEDIUM, "large": Need.LARGE}

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")
_BRACES = re.compile(r"\{\{|\}\}")
_FENCE = "---"


def load(folder: Path) -> Library:
    """Read every prompt of `folder`. Raises ContentError at the first fault; README.md is no prompt."""
    if not folder.is_dir():
        raise ContentError(folder.as_posix(), 1, "no such folder: set `prompts` to where the library is")
    paths = [path for path in documents(folder, "*.md") if path.name != "README.md"]
    if not paths:
        raise ContentError(folder.as_posix(), 1, "no prompt here: a prompt is a Markdown file")
    try:
        return Library.of(read(path, folder.parent) for path in paths)
    except Conflict as fault:
        raise ContentError(folder.as_posix(), 1, str(fault)) from fault


def faults(folder: Path) -> tuple[ContentError, ...]:
    """Return every fault of the library, one a file at most, so that all can be mended at once."""
    found: list[ContentError] = []
    for path in documents(folder, "*.md"):
        try:
            if path.name != "README.md":
                read(path, folder.parent)
        except ContentError as fault:
            found.append(fault)
    if not found:
        try:
            load(folder)
        except ContentError as fault:
            found.append(fault)
    return tuple(found)


def read(path: Path, root: Path | None = None) -> PromptTemplate:
    """Read one prompt. Raises ContentError with file and line on whatever does not fit."""
    file, text = written(path, root)
    front, body, first = _halves(file, text)
    parts = document(file, front, shift=1).known(REQUIRED, OPTIONAL)
    name = parts["name"].text()
    if not _NAME.fullmatch(name):
        parts["name"].fault("expected small letters without accents, figures and hyphens")
    if name != path.stem:
        parts["name"].fault(f"the file is called {path.name}: name and file must agree")
    template = _template(file, name, parts, body)
    _check_placeholders(template, parts, first)
    _check_examples(template, parts)
    return template


def _halves(file: str, text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise ContentError(file, 1, "expected « --- » and the prompt's front matter")
    ends = [number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE]
    if not ends:
        raise ContentError(file, len(lines), "expected « --- » at the end of the front matter")
    body = "\n".join(lines[ends[0] + 1 :])
    blank = len(body) - len(body.lstrip("\n"))
    if not body.strip():
        raise ContentError(file, ends[0] + 1, "nothing follows the front matter: the prompt has no text")
    return "\n".join(lines[1 : ends[0]]), body.strip("\n").rstrip(), ends[0] + 2 + blank


def _template(file: str, name: str, parts: Mapping[str, Part], body: str) -> PromptTemplate:
    by, on = _vetted(parts.get("vetted"))
    return PromptTemplate(
        name=name,
        title=parts["title"].text(),
        area=parts["area"].text(),
        purpose=parts["purpose"].text(),
        body=body,
        variables=tuple(_variable(part) for part in _listed(parts.get("variables"))),
        level=parts["level"].whole(1, 4),
        vetted_by=by,
        vetted_on=on,
        permitted=frozenset(Label(part.one_of(Label)) for part in parts["permitted"].parts()),
        length=parts["length"].whole(10, 5000),
        need=NEEDS[parts["need"].one_of(NEEDS)],
        language=cast("Language", parts["language"].one_of(get_args(Language))),
        version=parts["version"].whole(1, 9999),
        file=file,
    )


def _listed(part: Part | None) -> tuple[Part, ...]:
    return part.parts() if part is not None else ()


def _vetted(part: Part | None) -> tuple[str | None, date | None]:
    if part is None:
        return None, None
    found = part.known(("by", "on"))
    return found["by"].text(), found["on"].day()


def _variable(part: Part) -> Variable:
    found = part.known(("name", "label", "type", "help", "example"), ("required", "options"))
    name = found["name"].text()
    if not _VARIABLE.fullmatch(name):
        found["name"].fault("expected small letters without accents, figures and low lines")
    kind = cast("Kind", found["type"].one_of(get_args(Kind)))
    options = found["options"].texts() if "options" in found else ()
    if (kind == "choice") != bool(options):
        found["type"].fault("« options » goes with the type « choice », and with no other")
    return Variable(
        name=name,
        kind=kind,
        required=found["required"].yes() if "required" in found else True,
        options=tuple(Option(option, option) for option in options),
        **flattened(found, ("label", "help", "example")),
    )


def _check_placeholders(template: PromptTemplate, parts: Mapping[str, Part], first: int) -> None:
    """Every placeholder has its variable, every variable its placeholder, and no brace stands alone."""
    declared: set[str] = set()
    for part, variable in zip(_listed(parts.get("variables")), template.variables, strict=True):
        if variable.name in declared:
            part.fault(f"variable « {variable.name} » is declared twice")
        declared.add(variable.name)
        if variable.name not in placeholders(template.body):
            part.fault(f"variable « {variable.name} » is used nowhere in the text")
    for number, line in enumerate(template.body.split("\n"), first):
        for name in placeholders(line):
            if name not in declared:
                raise ContentError(template.file, number, f"« {name} » is no variable of this prompt")
        if _BRACES.search(PLACEHOLDER.sub("", line)):
            raise ContentError(template.file, number, "expected placeholders such as {{ name }}")


def _check_examples(template: PromptTemplate, parts: Mapping[str, Part]) -> None:
    """Each variable's own example must fit its type: it is what the form shows."""
    wrong = dict(misfits(template, {variable.name: variable.example for variable in template.variables}))
    for part, variable in zip(_listed(parts.get("variables")), template.variables, strict=True):
        if variable.name in wrong:
            part.fault(f"the example of « {variable.name} » is no {wrong[variable.name]}")
