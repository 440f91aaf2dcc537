"""Scores of the names detector that the rest of the text lifts: titles, the other half of a name, lists."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.policy.detectors.context import words
from bot.core.policy.detectors.cues import FIGURE_ROLES, HONORIFICS, PARTICLES
from bot.core.policy.detectors.observations import at_or_outside
from bot.core.policy.detectors.tokens import Token

_SURE = 0.45
_LIFTED = 0.6
_PARTS = frozenset(",;/|+&-–\t") | {"et", "ou", "en", "and", "puis", "\n"}
"""What parts the names of a list."""
_NOT_A_NAME = frozenset({"inst", "role", "title", "greet", "func"})
_KIN = words(
    "abbe pasteur pere soeur frere oncle tante tonton tata tatie mamy mamie papy papi nonkel zuster maman papa "
    "tantine parrain marraine meme pepe bobonne bonne-maman bon-papa oma opa auntie uncle"
)
_DOUBLE = words("jean marie anne pierre paul")
"""They open given names of two words, also where the hyphen is forgotten: « jean luc »."""
_LEADS = frozenset({"title", "role", "-"})
_DOUBT = 0.1
_TWO_INITIALS = 5
"""Code points of « M.-C. »."""
_UNITS = words("e eu eur euro euros h ans jours x kg")


def raised(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Lift what the text elsewhere shows to be a name."""
    _announced(tokens, scores)
    small = all(token.shape != "A" for token in tokens)
    doubtful = [at for at in places if _DOUBT < scores[at] < _SURE and (small or tokens[at].shape != "a")]
    _familiar(tokens, scores, doubtful)
    for at in places:
        if scores[at] >= _SURE:
            if _glued(tokens, at):
                scores[at] = 0.0
            else:
                _other_half(tokens, scores, at)
    _repeat(tokens, scores, places)
    if doubtful:
        _company(tokens, scores, doubtful)


def _announced(tokens: Sequence[Token], scores: list[float]) -> None:
    """Lift what a title or a relation announces, and given names of two initials."""
    for at, token in enumerate(tokens):
        if token.kind not in _LEADS:
            continue
        if token.word in HONORIFICS and (token.shape != "a" or len(token.word) > 2):
            _titled(tokens, scores, at)
        elif token.word in _KIN:
            _kin(tokens, scores, at)
        elif token.text == "-":
            _initials(tokens, scores, at)


def _glued(tokens: Sequence[Token], at: int) -> bool:
    """Return whether figures touch the word: « wassim2010 », « SMTP_HOST »."""
    before, token, after = at_or_outside(tokens, at - 1), tokens[at], at_or_outside(tokens, at + 1)
    joined = after.text == "_" or (before.text == "_" and before.end == token.start)
    return after.start == token.end and (after.shape == "9" or (joined and token.shape == "AA"))


def _titled(tokens: Sequence[Token], scores: list[float], at: int) -> None:
    """Lift what follows « Madame » or « M. »: any capital, or in lower case a family name that is no common word."""
    token = tokens[at]
    place = at + 2 if at_or_outside(tokens, at + 1).text == "." else at + 1
    after = at_or_outside(tokens, place)
    if after.word in {"x", "y"} and at_or_outside(tokens, place + 1).text != ".":
        scores[place] = 0.0
    if after.kind in {"role", "title", "greet", "inst", "part"} or after.word in FIGURE_ROLES:
        return
    capital = (
        after.shape in {"A", "AA"} and token.shape != "AA" and (after.known[2] > "0" or after.known[3] < "3")
    )
    small = after.shape == "a" and after.known[2] > "1" and after.known[3] < "3"
    if capital or small:
        scores[place] = max(scores[place], _LIFTED)


def _kin(tokens: Sequence[Token], scores: list[float], at: int) -> None:
    """Lift a given name after « tata », « abbé » or « maman »; in lower case only where it is no common word."""
    after = at_or_outside(tokens, at + 1)
    if after.start - tokens[at].end != 1 or not after.candidate:
        return
    given = after.known[0] > "1" or (after.shape == "A" and after.known[3] == "0")
    if given and after.shape in {"a", "A", "AA"} and after.known[3] < ("3" if after.shape == "a" else "4"):
        scores[at + 1] = max(scores[at + 1], _LIFTED)


def _initials(tokens: Sequence[Token], scores: list[float], at: int) -> None:
    """Lift a given name of two initials around a hyphen: « M.-C. viennent manger »."""
    if 1 < at < len(tokens) - 2:
        points = tokens[at - 1].text + tokens[at + 2].text
        letters = tokens[at - 2], tokens[at + 1]
        tight = points == ".." and tokens[at + 2].end - letters[0].start == _TWO_INITIALS
        if tight and all(token.shape == "I" for token in letters):
            scores[at - 2] = scores[at + 1] = _LIFTED


def _familiar(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Lift common given names that are nothing else, where nothing speaks of a street, a school, a figure."""
    for at in places:
        known = tokens[at].known
        if known[0] == "3" and known[3] == known[4] == "0":
            near = tokens[max(0, at - 2) : at]
            if all(token.kind != "inst" and token.word not in FIGURE_ROLES for token in near):
                scores[at] = _LIFTED


def _other_half(tokens: Sequence[Token], scores: list[float], at: int) -> None:
    """Lift the other half of a name: Wauters after Fons, DEBOUT before Séraphine, Meulen after Saskia van der."""
    after, before = at_or_outside(tokens, at + 1), at_or_outside(tokens, at - 1)
    if _beside(tokens[at], after) and _half(tokens[at], after):
        scores[at + 1] = max(scores[at + 1], _LIFTED)
    if _beside(before, tokens[at]) and (_half(tokens[at], before) or _family_first(tokens, at)):
        scores[at - 1] = max(scores[at - 1], _LIFTED)
    if before.word in _DOUBLE and _beside(before, tokens[at]) and tokens[at].known[0] > "1":
        scores[at - 1] = max(scores[at - 1], _LIFTED)
    family = _past_particles(tokens, at)
    if family and (tokens[at].known[0] > "1" or tokens[at].known[3] == "0") and scores[family] < _SURE:
        scores[family] = _LIFTED


def _beside(left: Token, right: Token) -> bool:
    return right.start - left.end == 1 and left.text != "\n" and right.text != "\n"


def _half(sure: Token, other: Token) -> bool:
    """Return whether `other` may be the rest of the name: a capital, no common word, no place, no title."""
    if (
        not other.candidate
        or other.shape not in {"A", "AA"}
        or sure.shape == "a"
        or other.kind in _NOT_A_NAME
    ):
        return False
    if other.known[4] != "0" and other.known[2] < "3":
        return False
    family = other.known[2] > "1" and sure.known[0] > "1"
    given = other.known[0] > "1" and (other.known[3] < "3" or sure.known[2] > "1") and sure.known[2] > "0"
    return family or given or other.known[3] == "0"


def _family_first(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word in capitals stands before a given name that is not: « DEBOUT Séraphine »."""
    before = tokens[at - 1]
    return (
        before.shape == "AA"
        and len(before.word) > 2
        and tokens[at].shape == "A"
        and tokens[at].known[0] > "1"
        and (at < 2 or tokens[at - 2].shape != "AA" or tokens[at - 2].kind == "part")
        and before.kind not in {"inst", "role", "title", "greet"}
    )


def _past_particles(tokens: Sequence[Token], at: int) -> int:
    """Return where the family name stands that particles join to a given name, 0 when there is none."""
    place = at + 1
    small = False
    while place - at < 5 and at_or_outside(tokens, place).word.rstrip("'") in PARTICLES:
        small = small or (tokens[place].word in {"de", "d'", "du"} and tokens[place].shape == "a")
        if tokens[place].start - tokens[place - 1].end > 1 or tokens[place].text == "\n":
            return 0
        place += 1
    name = at_or_outside(tokens, place)
    if place == at + 1 or name.shape not in {"A", "AA"} or not name.candidate or name.kind in _NOT_A_NAME:
        return 0
    capital = tokens[place - 1].shape == "A"
    fit = name.known[3] < "3" and (capital or name.known[4] == "0") and (not small or name.known[2] > "0")
    return place if fit and name.start - tokens[place - 1].end < 2 else 0


def _company(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Lift what stands in a list beside a sure name, and looks like it: « Ria » in « Pol Dhont, Ria, Staf »."""
    for at in (*places, *reversed(places)):
        token = tokens[at]
        if scores[at] >= _SURE or token.known[3] > "1" or token.known[4] != "0" or token.kind in _NOT_A_NAME:
            continue
        if token.shape == "a" and token.known[0] < "2":
            continue
        for step in (-1, 1):
            other = across(tokens, at, step)
            if other is not None and scores[other] > 0.7 and tokens[other].shape == token.shape:
                scores[at] = _LIFTED


def across(tokens: Sequence[Token], at: int, step: int) -> int | None:
    """Return the word on the other side of a comma or a stroke; an amount may stand before it."""
    place, parted = at + step, False
    while 0 <= place < len(tokens) and abs(place - at) < 7:
        token = tokens[place]
        if token.text in _PARTS:
            parted = True
        elif (
            token.shape != "9"
            and token.text not in {"€", ",", ".", ":", "(", ")"}
            and token.word not in _UNITS
        ):
            return place if parted else None
        place += step
    return None


def _repeat(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Raise what the text elsewhere shows to be a name: « Lambert » once « Sophie Lambert » was seen."""
    sure: dict[str, float] = {}
    for at in places:
        token = tokens[at]
        if scores[at] > 0.8 and token.known[3] < "2" and len(token.word) > 2:
            sure[token.word] = max(sure.get(token.word, 0.0), scores[at])
    for at in places:
        if scores[at] < 0.5 and tokens[at].word in sure and at_or_outside(tokens, at - 1).kind != "inst":
            scores[at] = 0.6
