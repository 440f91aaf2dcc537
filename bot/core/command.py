"""The grammar of `/ia`: from what a person types to a command, tolerant of case, accents and typos.

A line is a command only when its first word *and* its shape fit; anything else is a question to the model:
« pourquoi 12 » asks for a reason, « pourquoi le ciel est bleu » asks the model. A near miss with the right
shape is not guessed: the person is asked « vouliez-vous dire … ? ».
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Name(StrEnum):
    """The commands. The value is the French word, which is also the canonical one."""

    HELP = "aide"
    ASK = "demander"
    PROMPTS = "prompts"
    PROMPT = "prompt"
    PROPOSE = "proposer"
    ASKS = "demandes"
    WHY = "pourquoi"
    APPEAL = "appel"
    RETRY = "relancer"
    HUMAN = "humain"
    FOOTPRINT = "empreinte"
    BUDGET = "budget"
    CHARTER = "charte"
    LESSONS = "lecons"
    FEEDBACK = "avis"
    RIGHTS = "donnees"
    LANGUAGE = "langue"
    REVIEW = "revue"
    OVERVIEW = "bilan"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Command:
    """What a person wants done. `words` are what follows the number, folded where it is a keyword."""

    name: Name
    number: int | None = None
    words: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Almost a command: `suggestion` is the line that was probably meant, `typed` what came."""

    suggestion: str
    typed: str


_NUMBER = r"(?:n[o°]?\s*|#\s*)?(?P<number>\d{1,9})"
_PERIOD = r"(?P<words>(?:semaine|mois|week|month|maand)?|\d{4}-w\d{1,2}|\d{4}-\d{2})"
_DECISIONS = {
    "approuver": "approve",
    "modifier": "edit",
    "repondre": "answer",
    "refuser": "refuse",
    "passer": "pass_on",
    "approve": "approve",
    "edit": "edit",
    "answer": "answer",
    "refuse": "refuse",
    "pass": "pass_on",
}
_SYNONYMS: dict[Name, tuple[str, ...]] = {
    Name.HELP: ("help", "hulp", "?"),
    Name.ASK: ("ask", "vragen"),
    Name.PROMPTS: ("library", "bibliotheque"),
    Name.PROPOSE: ("propose", "voorstellen"),
    Name.ASKS: ("asks", "requests", "aanvragen"),
    Name.WHY: ("why", "waarom"),
    Name.APPEAL: ("appeal", "beroep"),
    Name.RETRY: ("retry", "opnieuw"),
    Name.HUMAN: ("human", "mens"),
    Name.FOOTPRINT: ("footprint", "voetafdruk"),
    Name.BUDGET: ("budgets",),
    Name.CHARTER: ("charter", "handvest"),
    Name.LESSONS: ("lecon", "lessons", "lesson", "lessen", "apprendre", "learn", "leren"),
    Name.FEEDBACK: ("feedback", "rate"),
    Name.RIGHTS: ("data", "gegevens"),
    Name.LANGUAGE: ("language", "taal"),
    Name.REVIEW: ("review", "reviews"),
    Name.OVERVIEW: ("overview", "digest", "overzicht"),
}
_SHAPES: dict[Name, str] = {
    Name.HELP: r"(?P<words>[\w?]*)",
    Name.ASK: r"(?P<words>.*)",
    Name.PROMPTS: r"(?P<words>\S*(?:\s+\S+){0,2})",
    Name.PROMPT: r"(?P<words>.*)",
    Name.PROPOSE: r"(?P<words>)",
    Name.ASKS: r"(?P<words>)",
    Name.WHY: _NUMBER + r"(?P<words>)",
    Name.APPEAL: _NUMBER + r"(?:\s+(?P<words>.*))?",
    Name.RETRY: _NUMBER + r"(?P<words>)",
    Name.HUMAN: r"(?P<words>(?!(?:rights|resources|beings?)\b).*)",
    Name.FOOTPRINT: r"(?P<words>)",
    Name.BUDGET: rf"(?:{_NUMBER}\s+(?=(?:accorder|grant|toekennen)$))?"
    r"(?P<words>(?:(?<=\s)(?:accorder|grant|toekennen)|(?<!\s)(?:demander|ask|vragen))?)",
    Name.CHARTER: r"(?P<words>(?:accepter|accept|aanvaarden)?)",
    Name.LESSONS: rf"(?:{_NUMBER})?(?P<words>)",
    Name.FEEDBACK: _NUMBER + r"\s*(?P<words>[+-])",
    Name.RIGHTS: r"(?P<words>(?:export(?:er)?|effacer|erase|wissen)?(?:\s+(?:oui|yes|ja))?)",
    Name.LANGUAGE: r"(?P<words>(?:fr|en|nl)?)",
    Name.REVIEW: rf"(?:{_NUMBER}(?:\s+(?P<words>{'|'.join(_DECISIONS)}|exemple|example|voorbeeld))?)?",
    Name.OVERVIEW: _PERIOD,
    Name.CONSOLE: r"(?P<words>)",
}
_KEYWORDS: dict[str, str] = {
    **_DECISIONS,
    "exemple": "example",
    "voorbeeld": "example",
    "exporter": "export",
    "effacer": "erase",
    "wissen": "erase",
    "demander": "ask",
    "vragen": "ask",
    "accorder": "grant",
    "toekennen": "grant",
    "accepter": "accept",
    "aanvaarden": "accept",
    "week": "semaine",
    "month": "mois",
    "maand": "mois",
}
_FREE = {Name.ASK, Name.HUMAN, Name.PROMPT, Name.APPEAL, Name.PROMPTS}
_WORDS: dict[str, Name] = {name.value: name for name in Name} | {
    word: name for name, words in _SYNONYMS.items() for word in words
}
_ASSIGNMENT = re.compile(r"(?:^|\s)(?P<name>[a-z_]\w*)\s?=\s?(?P<value>.*?)(?=\s+[a-z_]\w*\s?=|$)", re.DOTALL)
_QUOTES = ('""', "''", "«»", "“”")


def fold(text: str) -> str:
    """Return `text` in lower case without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def parse(line: str, values: Mapping[str, str] | None = None) -> Command | Unclear:
    """Read what follows `/ia`; `values` are those of a form that was sent with it."""
    text = _without_prefix(line.strip())
    if not text:
        return Command(Name.HELP)
    head, _, rest = text.partition(" ") if "\n" not in text.split(" ")[0] else (text, "", "")
    word, rest = fold(head.rstrip(":!")), rest.strip().lstrip(":").strip()
    if word in _WORDS:
        command = _shaped(_WORDS[word], rest, values or {})
        if command is not None:
            return command
    return _near(word, text, rest) or Command(Name.ASK, words=text, values=values or {})


def assignments(text: str) -> dict[str, str]:
    """Return `name=value` pairs; a value runs to the next name, quotes around it fall away."""
    return {match["name"]: _unquoted(match["value"].strip()) for match in _ASSIGNMENT.finditer(text)}


def _without_prefix(line: str) -> str:
    return line[3:].strip() if fold(line[:3]) == "/ia" and not line[3:4].strip() else line


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] + value[-1] in _QUOTES
    return value[1:-1].strip() if quoted else value


def _shaped(name: Name, rest: str, values: Mapping[str, str]) -> Command | None:
    match = re.fullmatch(_SHAPES[name], rest if name in _FREE else fold(rest), re.DOTALL | re.IGNORECASE)
    if match is None:
        return None
    found = match.groupdict()
    words = (found.get("words") or "").strip()
    number = int(found["number"]) if found.get("number") else None
    if name is Name.PROMPT:
        return _prompt(words, values)
    if name not in _FREE:
        words = " ".join(_KEYWORDS.get(word, word) for word in words.split())
    return Command(name, number, words, values)


def _prompt(words: str, values: Mapping[str, str]) -> Command:
    first = _ASSIGNMENT.search(words)
    title = words[: first.start()].strip() if first else words
    return Command(Name.PROMPT, words=title, values={**assignments(words), **values})


def _near(word: str, text: str, rest: str) -> Unclear | None:
    close = difflib.get_close_matches(word, list(_WORDS), n=1, cutoff=0.78) if len(word) > 3 else []
    if not close or close[0] == word:
        return None
    name = _WORDS[close[0]]
    if name in _FREE and rest:
        return None
    fits = _shaped(name, rest, {}) is not None
    return Unclear(f"{close[0]} {rest}".strip(), text) if fits else None
