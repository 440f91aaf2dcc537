"""French inflection, wide rather than exact: every form that a word written with `~` may take.

Forms that no dictionary has do no harm, a form that is missing lets a text slip by; so families of endings
are enough. What is irregular is written out in the word lists.
"""

from __future__ import annotations

_ER = [
    "e",
    "es",
    "ent",
    "ons",
    "ez",
    "er",
    "ee",
    "ees",
    "ais",
    "ait",
    "aient",
    "ions",
    "iez",
    "ai",
    "as",
    "a",
    "ames",
    "ates",
    "erent",
    "erai",
    "eras",
    "era",
    "erons",
    "erez",
    "eront",
    "erais",
    "erait",
    "erions",
    "eriez",
    "eraient",
    "ant",
]
_IR = [
    "i",
    "is",
    "it",
    "ie",
    "ies",
    "ir",
    "issons",
    "issez",
    "issent",
    "issais",
    "issait",
    "issions",
    "issiez",
    "issaient",
    "isse",
    "isses",
    "issant",
    "irai",
    "iras",
    "ira",
    "irons",
    "irez",
    "iront",
    "irais",
    "irait",
    "iraient",
    "irent",
]
_RE = [
    "s",
    "t",
    "d",
    "e",
    "es",
    "ons",
    "ez",
    "ent",
    "re",
    "u",
    "ue",
    "us",
    "ues",
    "ais",
    "ait",
    "ions",
    "iez",
    "aient",
    "ant",
    "rai",
    "ras",
    "ra",
    "rons",
    "rez",
    "ront",
    "rais",
    "rait",
    "raient",
    "it",
    "irent",
]
_NOUN = ("", "s", "e", "es", "x")
_TURNED = {
    "eur": ("euse", "euses", "eurs", "rice", "rices", "eure", "eures"),
    "if": ("ive", "ives", "ifs"),
    "eux": ("euse", "euses"),
    "el": ("elle", "elles", "els"),
    "en": ("enne", "ennes", "ens"),
    "al": ("ale", "ales", "aux", "als"),
    "er": ("ere", "eres"),
    "on": ("onne", "onnes", "ons"),
    "et": ("ette", "ettes", "ete", "etes"),
    "eau": ("elle", "elles", "eaux"),
}


def forms(word: str) -> frozenset[str]:
    """Return the forms of a folded word: verbs by their infinitive's ending, nouns and adjectives."""
    found = {word + ending for ending in _NOUN}
    for ending, turned in _TURNED.items():
        if word.endswith(ending):
            found |= {word.removesuffix(ending) + form for form in turned}
    return frozenset(found | _verb(word))


def _verb(word: str) -> set[str]:
    if len(word) < 4:
        return set()
    if word.endswith("er"):
        return _first_group(word[:-2])
    if word.endswith("ir"):
        short = word[:-2]
        return {
            short + ending
            for ending in (*_IR, "s", "t", "ons", "ez", "ent", "ais", "ait", "aient", "u", "ue")
        }
    if word.endswith("re"):
        return {word[:-2] + ending for ending in _RE}
    return set()


def _first_group(stem: str) -> set[str]:
    stems = {stem}
    if stem.endswith("g"):
        stems.add(stem + "e")
    if stem.endswith("y"):
        stems.add(stem[:-1] + "i")
    if stem.endswith(("el", "et")):
        stems.add(stem + stem[-1])
    return {each + ending for each in stems for ending in _ER}
