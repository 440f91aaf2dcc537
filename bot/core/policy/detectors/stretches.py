"""Runs of likely words made whole names: particles, initials, points, the comma of « Santos, Maria »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.policy.detectors.context import words
from bot.core.policy.detectors.cues import HONORIFICS, PARTICLES, STRONG_PARTICLES, TITLES
from bot.core.policy.detectors.observations import ENDS, at_or_outside
from bot.core.policy.detectors.tokens import Token

_SHORTENED = words("ph fr ch th kr cl gh chr alb jos")
"""Given names as old letters shorten them: « Ph. Demoulin »."""
_LONE_LETTERS = words("b f h k p r v w z")
"""Small letters that stand for a family name; others are words: « a », « y », « c » for « c'est »."""
_AFTER_A_LETTER = frozenset({",", ";", "/", ")", "\n", "", "|"})


def stretches(tokens: Sequence[Token], scores: Sequence[float], cut: float) -> Iterator[tuple[int, int]]:
    """Yield whole names as `[first, last)` places of tokens."""
    held: tuple[int, int] | None = None
    for run in _stretches(tokens, scores, cut):
        first, last = _trimmed(tokens, *run)
        if first >= last:
            continue
        last = _with_initial(tokens, _with_short_family(tokens, last))
        if held is not None and _family_comma_given(tokens, held, (first, last)):
            yield held[0], last
            held = None
            continue
        if held is not None:
            yield held
        held = first, last
    if held is not None:
        yield held


def _family_comma_given(tokens: Sequence[Token], family: tuple[int, int], given: tuple[int, int]) -> bool:
    """Return whether two names are one, as lists write it: « Santos, Maria Luz (8) », alone on its line."""
    first, comma = family
    if given[0] - comma != 1 or tokens[comma].text != ",":
        return False
    opens = at_or_outside(tokens, first - 1).text in {"", "\n", ";", ":", "-", "•", "*", "|", ">"}
    after = at_or_outside(tokens, given[1])
    closes = after.text in {"", "\n", ";", "(", "|", "–", "-", ":"} or after.shape in {"9", "I"}
    last, start = tokens[comma - 1].known, tokens[given[0]].known
    fits = (start[0] > "1" and start[0] >= start[2]) or (start[3] == "0" and last[2] > "1" and last[0] < "3")
    return opens and closes and last[2] >= last[0] and fits


def _with_short_family(tokens: Sequence[Token], last: int) -> int:
    """Return where a name ends whose family name is a particle elsewhere: « Lan Le est là »."""
    given, family, after = tokens[last - 1], at_or_outside(tokens, last), at_or_outside(tokens, last + 1)
    joined = family.kind == "part" and family.shape == "A" and family.start - given.end == 1
    alone = after.shape not in {"A", "AA"} or after.start - family.end != 1
    return last + 1 if joined and alone and given.known[0] > "1" and family.text[-1] != "'" else last


def _with_initial(tokens: Sequence[Token], last: int) -> int:
    """Return where a name ends with the initial of its family name: « Théo M. », « lucas d. »."""
    letter, point = at_or_outside(tokens, last), at_or_outside(tokens, last + 1)
    if letter.start - tokens[last - 1].end != 1 or tokens[last - 1].shape == "I" or not letter.word.isalpha():
        return last
    if len(letter.word) > 2 or (len(letter.word) == 2 and (letter.shape != "A" or letter.known[3] > "1")):
        return last
    if letter.shape == "I" or len(letter.word) == 2:
        short = point.text == "." and point.start == letter.end
        return last + 1 if short or (letter.shape == "I" and point.text in _AFTER_A_LETTER) else last
    dotted = point.text == "." and at_or_outside(tokens, last + 2).text not in {"", "\n"}
    alone = letter.word in _LONE_LETTERS and (point.text in _AFTER_A_LETTER or point.shape == "9")
    return last + 1 if letter.shape == "a" and (dotted or alone) and letter.word not in {"a", "y"} else last


def _stretches(tokens: Sequence[Token], scores: Sequence[float], cut: float) -> Iterator[tuple[int, int]]:
    """Yield runs of likely tokens, joined by spaces, points of initials and particles."""
    at = 0
    while at < len(tokens):
        if scores[at] < cut:
            at += 1
            continue
        last = at
        while (following := _next(tokens, scores, last, cut)) is not None:
            last = following
        yield _with_particles(tokens, at), last + 1
        at = last + 1


def _next(tokens: Sequence[Token], scores: Sequence[float], at: int, cut: float) -> int | None:
    """Return the next token of the same name, over a point after an initial or over particles."""
    step = at + 1
    while step < len(tokens) and tokens[step].text in {".", "-"} and len(tokens[at].word) == 1:
        step += 1
    particles = 0
    while step < len(tokens) and tokens[step].word in PARTICLES and particles < 3 and scores[step] < cut:
        step += 1
        particles += 1
    if step >= len(tokens) or scores[step] < cut:
        return None
    near = all(tokens[one + 1].start - tokens[one].end < 3 for one in range(at, step))
    return step if near and all(token.text != "\n" for token in tokens[at:step]) else None


def _with_particles(tokens: Sequence[Token], first: int) -> int:
    """Return where a name begins with its particles and initials: « Van den » Broeck, « c. » dumont."""
    start = first
    while start > 0 and tokens[start - 1].kind == "part" and not tokens[start - 1].text.endswith("'"):
        start -= 1
    titled = start > 0 and tokens[start - 1].word in HONORIFICS
    while (
        start < first
        and not titled
        and not _family_first(tokens, start, first)
        and not _particle(tokens, start, first)
    ):
        start += 1
    return _with_initials(tokens, start)


def _joins(tokens: Sequence[Token], start: int, first: int) -> bool:
    return _family_first(tokens, start, first) or _particle(tokens, start, first)


def _family_first(tokens: Sequence[Token], start: int, first: int) -> bool:
    """Return whether a capital particle opens a family name that its given name follows: « Le Guen Yannick »."""
    family, given = tokens[first].known, at_or_outside(tokens, first + 1)
    alone = family[2] > "0" and family[3] < "2" and given.known[0] > "1" and given.known[0] >= family[0]
    return tokens[start].shape in {"A", "AA"} and given.shape in {"A", "AA"} and alone


def _with_initials(tokens: Sequence[Token], start: int) -> int:
    """Return where the initials before a name begin: « c. » dumont, « M.-L. » Puig."""
    if (
        len(tokens[start].word) == 1
        and start > 2
        and tokens[start - 1].text == "-"
        and tokens[start - 2].text == "."
    ):
        start -= 1
    while (
        start > 1
        and tokens[start - 1].text == "."
        and (len(tokens[start - 2].word) == 1 or tokens[start - 2].word in _SHORTENED)
        and tokens[start - 2].word.isalpha()
        and tokens[start - 2].end == tokens[start - 1].start
        and tokens[start].start - tokens[start - 1].end < 2
    ):
        double = at_or_outside(tokens, start - 3).text == "-" or at_or_outside(tokens, start).text == "-"
        if tokens[start - 2].kind == "title" and not double:
            return start
        start -= 2
        if at_or_outside(tokens, start - 1).text == "-" and at_or_outside(tokens, start - 2).text == ".":
            start -= 1
    return start


def _particle(tokens: Sequence[Token], at: int, first: int) -> bool:
    """Return whether a particle belongs to the name: van, el; De and Le unless they open the sentence."""
    token, name = tokens[at], tokens[first]
    if token.shape == "a" and at_or_outside(tokens, at - 1).text in {",", "/", ";"}:
        return True
    if token.word in STRONG_PARTICLES:
        given = name.known[0] > "1" and name.known[0] >= name.known[2]
        return token.word != "e" and not (token.shape == "a" and name.shape != "a" and given)
    return token.shape == "A" and not _opens(tokens, at)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    return at_or_outside(tokens, at - 1).shape in ENDS


def _trimmed(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """Leave titles out, particles alone, and a name made of one letter that nothing announces."""
    while first < last and (
        (tokens[first].word in TITLES and tokens[first].shape != "I") or _announces(tokens, first, last)
    ):
        first += 1
    while last - first > 1 and _ordinary(tokens[last - 1]):
        last -= 1
    if all(token.word in PARTICLES and token.shape != "I" for token in tokens[first:last]):
        return first, first
    if (
        last - first == 1
        and tokens[first].shape == "I"
        and at_or_outside(tokens, first - 1).kind not in {"title", "role", "."}
    ):
        return first, first
    return first, last


def _announces(tokens: Sequence[Token], at: int, last: int) -> bool:
    """Return whether the first word only leads to the name: « SIGNÉ LÉON », the B of « conducteur B Anthony »."""
    if last - at < 2:
        return False
    lone = tokens[at].shape == "I" and tokens[at + 1].text not in {".", "-"}
    return lone or tokens[at].kind in {"greet", "role", "inst"}


def _ordinary(token: Token) -> bool:
    """Return whether a word in capitals is a verb or the like: « LAMBERT DOIT »."""
    return token.shape == "AA" and token.known[3] > "2" and token.known[2] < "2" and token.known[0] < "2"


def ending(tokens: Sequence[Token], first: int, last: int, text: str) -> int:
    """Return where the last token ends; an initial's point belongs to it."""
    token = tokens[last]
    short = (
        token.shape == "I"
        or (len(token.word) < 3 and last > first and token.known[3] < "2")
        or (len(token.word) == 1 and last > first)
    )
    return token.end + 1 if short and text[token.end : token.end + 1] == "." else token.end
