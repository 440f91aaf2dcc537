"""Words of a text as the names detector sees them: as typed, folded, and what the gazetteer knows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.policy.detectors.context import words
from bot.core.policy.detectors.cues import GREETINGS, INSTITUTIONS, PARTICLES, ROLES, TITLES
from bot.core.policy.folding import fold

Gazetteer = Mapping[str, str]
"""A folded word's five figures: given name, gender, family name, ordinary word, town (see `bench/names`)."""

UNKNOWN = "00000"
_TOKEN = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|\d+|\n|[^\w\s]|_")
_ELIDED = words("l d qu j n s c m t jusqu lorsqu puisqu quelqu")
_NAME_PREFIXES = words("d n o m l t")
_ONLY_NAMES = words("n o m t")
"""Before a capital they open a name and nothing else: M'Bala, O'Brien."""
_SMALL_WORDS = words("me pr m mm")
"""Titles when capitalised, other words when not: « me » is no Maître."""
_ENGLISH = words("s m ll ve re t d")
_NEVER = words(
    "ke jl stp svp pr ds ac bcp tjs tjrs mtn pq pcq cad dc rdv cdt cdlt bjr bsr slt mdr lol ok asap tel "
    "gsm nont jai pte sil cher chere chers cheres bonjour bonsoir salut coucou hello merci bienvenue dear beste dag "
    "tu tt qqn qqch can could would github gitlab bitbucket docker synology mollie molotov jehovah vade-mecum "
    "it rh pc tv ag ca cv pv gps usb wifi und avt tte ttes "
    "iban bic niss nrn rrn nir ddn cni nn dob "
    "best nom prenom ville ong kmt chui chuis fe pe pek jsp jspr tkt jsuis cv cvs smtp debug http https www klux ku "
    "mdph mdp saj spj ase aemo pmi ime esat ehpad cmp rqth aah ppms dalf delf fle"
)
_IN_A_TOWN = re.compile(r"-(?:sur|sous|en|lez|les|le|la|aux|au|du|de|des|devant|op|aan|bij|am|upon)-")
_SAINTS = ("saint-", "sainte-", "st-", "ste-")
_KEPT = 20_000
_made = tuple.__new__
"""Makes a named tuple in half the time that its own constructor takes; there are hundreds in a text."""


class Look(NamedTuple):
    """What there is to know of a word wherever it stands."""

    word: str
    """Folded; a sign itself."""
    shape: str
    """a, A (capitalised), AA (capitals), I (one capital), aA (mixed), 9 (number), or the sign."""
    known: str
    """The gazetteer's figures."""
    kind: str
    """As a neighbour: its cue, or its shape with what the gazetteer knows."""
    name: str
    """As a neighbour: an ordinary word itself, anything else as its shape."""
    candidate: bool
    """Whether it may be part of a name at all."""


class Token(NamedTuple):
    """A word, a number, a sign or a line's end at `[start, end)`."""

    text: str
    start: int
    end: int
    word: str
    shape: str
    known: str
    kind: str
    name: str
    candidate: bool


@dataclass(slots=True)
class Reader:
    """Cuts texts into tokens; looks each word up once and remembers the most recent ones."""

    gazetteer: Gazetteer
    _looks: dict[str, Look] = field(default_factory=dict)

    def read(self, text: str) -> list[Token]:
        """Return the tokens of a text; « d'Anne » is two, « N'Guessan » is one."""
        if len(self._looks) > _KEPT:
            self._looks.clear()
        looks = self._looks
        found: list[Token] = []
        for match in _TOKEN.finditer(text):
            raw, start = match[0], match.start()
            if "'" in raw and len(raw) > 1 and (cut := self._elision(raw)):
                found.append(self._token(raw[:cut], start))
                raw, start = raw[cut:].lstrip("'"), start + cut + (raw[cut] == "'")
            look = looks.get(raw) or self._look(raw)
            found.append(_made(Token, (raw, start, start + len(raw), *look)))
        return found

    def _token(self, raw: str, start: int) -> Token:
        return Token(raw, start, start + len(raw), *(self._looks.get(raw) or self._look(raw)))

    def _look(self, raw: str) -> Look:
        word = fold(raw) if raw[0].isalpha() else raw
        shape = _shape(raw)
        known = self._known(word)
        spoken = shape in {"a", "A", "AA", "I", "aA"}
        name = word if spoken and (known[3] >= "2" or word in TITLES) else shape
        look = Look(
            word, shape, known, _kind(word, shape, known), name, spoken and _may_be(word, shape, known)
        )
        self._looks[raw] = look
        return look

    def _known(self, word: str) -> str:
        """Return the figures of a word; those of a compound come from its parts."""
        known = self.gazetteer.get(word)
        if known is None and "-" not in word:
            return self._possessive(word)
        if known is not None:
            return known
        parts = [self.gazetteer.get(part, UNKNOWN) for part in word.split("-")]
        every = [min(figures) for figures in zip(*parts, strict=True)]
        short = _short(word.split("-"), parts) or every[0]
        place = max(part[4] for part in parts) if every[0] < "1" else every[4]
        return f"{short}{parts[0][1]}{every[2]}{every[3]}{place}"

    def _possessive(self, word: str) -> str:
        """Return the figures of a given name with the s of its genitive: « Neles recept »."""
        stem = self.gazetteer.get(word[:-1], UNKNOWN) if word[-1:] == "s" and len(word) > 3 else UNKNOWN
        return f"2{stem[1]}000" if stem[0] > "1" and stem[3] < "2" else UNKNOWN

    def _elision(self, raw: str) -> int:
        """Return where « d' », « l' » or « qu' » ends that is no part of the name, 0 when there is none."""
        head, _, rest = raw.partition("'")
        small = head.lower()
        if rest.lower() in _ENGLISH:
            return len(head)
        if small not in _ELIDED:
            return 0
        whole = self.gazetteer.get(fold(raw), UNKNOWN)
        own = self.gazetteer.get(fold(rest), UNKNOWN)
        strange = own[0] == own[3] == "0"
        if small in _ONLY_NAMES and head[0].isupper() and (rest[:1].isupper() or strange):
            return 0
        if small in _NAME_PREFIXES and head[0].isupper() and rest[:1].isupper():
            return 0 if strange or (whole[2] > "0" and whole[3] == "0") else len(head) + 1
        if small in _NAME_PREFIXES and whole[2] > "0" and whole[3] == "0" and strange and raw.islower():
            return 0
        return len(head) + 1


def lower_text(tokens: Sequence[Token]) -> str:
    """Return how the text is typed: « a » without capitals, « AA » in capitals, « A » otherwise."""
    words = [token.shape for token in tokens if token.shape in {"a", "A", "AA"}]
    if not any(shape != "a" for shape in words):
        return "a"
    return "AA" if words.count("AA") * 2 > len(words) else "A"


def _short(words: list[str], parts: list[str]) -> str:
    """Return how common the given name is that a compound shortens: « Jean-Phi », « J-Claude », '' if none."""
    if len(words) != 2:
        return ""
    if len(words[0]) == 1:
        return parts[1][0] if parts[1][0] > "1" else ""
    return parts[0][0] if parts[0][0] > "1" and (parts[1][3] < "2" or len(words[1]) < 4) else ""


def _shape(raw: str) -> str:
    if not raw[0].isalpha():
        return "9" if raw[0].isdigit() else raw
    if raw.islower():
        return "a"
    if len(raw) == 1:
        return "I"
    if raw.isupper():
        return "AA"
    return "A" if raw[0].isupper() else "aA"


def _kind(word: str, shape: str, known: str) -> str:
    if shape not in {"a", "A", "AA", "I", "aA"}:
        return shape
    if shape == "a" and word in _SMALL_WORDS:
        return "func"
    for kind, cues in (
        ("title", TITLES),
        ("inst", INSTITUTIONS),
        ("role", ROLES),
        ("greet", GREETINGS),
        ("part", PARTICLES),
    ):
        if word in cues:
            return kind
    if known[3] == "4":
        return "func"
    return f"{shape}{min(known[0], '2')}{min(known[2], '2')}{min(known[3], '2')}"


def _may_be(word: str, shape: str, known: str) -> bool:
    if word in TITLES or word in _NEVER or (word.startswith(_SAINTS) and shape != "AA") or word[-1] == "'":
        return False
    if "-" in word and _IN_A_TOWN.search(word):
        return False
    if shape == "a":
        return known[3] < "4" and len(word) > 1 and (known[0] > "0" or known[2] > "0" or known[3] == "0")
    return True
