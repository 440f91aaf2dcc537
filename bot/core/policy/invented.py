"""Names that nobody has: a model treats them as names, and nobody takes them for somebody's.

« Lazvonine Nozdekur » reads like a name and is none: in its middle stand two consonants that hardly any word of
French, English or Dutch puts together. A woman's invented given name ends like a woman's, a man's like a man's,
so that the letter says « Chère » or « Cher » as it should, and a name that begins with a vowel stays one that
does: « d’Amina » is « d’Izvadine », not « d’Lazvonine ».
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Draw = Callable[[int], int]
"""Returns a number from 0 up to, without, the one it is given."""

_ONSETS = "BDFGKLMNPRTVZ"
_VOWELS = "aeiou"
_CLUSTERS = ("zv", "vz", "kz", "zk", "gv", "zg", "mz", "zd", "zm", "bz", "vg", "vk", "kv", "zb", "vd", "fk")
_MIDDLES = "bdfgklmnprtvz"
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "f": ("ine", "elle", "a", "ette"),
    "m": ("or", "im", "ar", "o"),
    "": ("ek", "ur", "an", "et", "om", "ik", "al", "in"),
}


def word(draw: Draw, gender: str = "", *, vowel: bool = False) -> str:
    """Return an invented word with a capital: a given name of that gender, a family name without."""
    shape = (_VOWELS, _CLUSTERS, _VOWELS, _MIDDLES, _ENDINGS[gender])
    drawn = "".join(choice[draw(len(choice))] for choice in shape)
    return drawn.capitalize() if vowel else _ONSETS[draw(len(_ONSETS))] + drawn
