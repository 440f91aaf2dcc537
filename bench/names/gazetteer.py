"""Build the gazetteer that the names detector ships, from public lists; run once, by hand.

    python bench/names/gazetteer.py SOURCES
    python bench/names/gazetteer.py             adds the lists by hand to the gazetteer as it is shipped

SOURCES holds what these packages contain: `prenoms` (given and family names of France by number of bearers,
INSEE, Licence Ouverte 2.0), `wordfreq` (frequencies of words, CC BY-SA 4.0), and word lists of correct
French,
Dutch and English words (`correct.fr`, `correct.nl`, `correct.en`: wordfreq's words that hunspell's
dictionaries know in lower case), the 6,000 most frequent of four more languages (`frequent.es` …), and
hunspell's French dictionary (`fr.dic`, Dicollecte, MPL 2.0). `origins.toml` beside this file and Faker's lists
of names (MIT) add what France's miss.

A line of the result is a folded word and five figures: given name (0 to 3), its gender (0 unknown, 1 f,
2 m),
family name (0 to 3), ordinary word (0 to 4: function word), other proper noun (0, 1 town, 2 anything else).
"""

from __future__ import annotations

import gzip
import importlib
import pkgutil
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from bot.adapters.names import read_gazetteer
from bot.core.policy.detectors.cities import CITIES
from bot.core.policy.detectors.context import words
from bot.core.policy.folding import fold

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "bot" / "adapters" / "names" / "gazetteer.txt.gz"
LOCALES = words(
    "cs_CZ da_DK de_AT de_CH de_DE de_LU en_GB en_IE en_KE en_NG en_US es_ES fr_BE fr_CA fr_DZ "
    "fr_FR ha_NG hr_HR "
    "hu_HU id_ID ig_NG it_IT lt_LT nl_BE nl_NL pl_PL pt_BR pt_PT ro_RO sk_SK sl_SI sv_SE sw "
    "tr_TR tw_GH vi_VN yo_NG "
    "zu_ZA az_AZ en_PK sq_AL"
)
PARTICLES = words(
    "de du des la le les van den der ter ten von da dos das di del della el al ben ibn ait bou "
    "abu op st y e d l t "
    "lo vande vanden"
)
Entry = list[int]


def main(sources: Path | None) -> None:
    found: defaultdict[str, Entry] = defaultdict(lambda: [0, 0, 0, 0, 0])
    if sources is None:
        found.update((word, [*map(int, code)]) for word, code in read_gazetteer().items())
    else:
        add_france(found, sources)
        add_faker(found)
    add_origins(found)
    if sources is not None:
        add_words(found, sources)
        add_neighbours(found, sources)
    add_towns(found)
    add_others(found)
    if sources is not None:
        add_french_nouns(found, sources)
    lines = [
        f"{word} {''.join(map(str, figures))}" for word, figures in sorted(found.items()) if any(figures)
    ]
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(len(lines), "words,", TARGET.stat().st_size, "bytes")


def add_towns(found: defaultdict[str, Entry]) -> None:
    """Mark towns, and the longer words of their names, unless they are frequent words."""
    for city in map(fold, (*CITIES, *by_hand("places.txt"))):
        for word in {
            city.replace(" ", "-"),
            *(part for part in city.replace("-", " ").split() if len(part) > 3 and city in CITIES),
        }:
            if found[word][3] < 2:
                found[word][4] = 1


def by_hand(file: str) -> list[str]:
    """Return the words of a list beside this file."""
    written = [line for line in (HERE / file).read_text().splitlines() if not line.startswith("#")]
    return " ".join(written).split()


def add_others(found: defaultdict[str, Entry]) -> None:
    """Mark countries, feasts, brands: the list beside this file."""
    for word in by_hand("others.txt"):
        found[fold(word)][4] = 2


def add_french_nouns(found: defaultdict[str, Entry], sources: Path) -> None:
    """Mark the proper nouns of a French dictionary."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for line in (sources / "fr.dic").read_text().splitlines():
        word, _, rest = line.partition(" ")
        kinds[fold(word.partition("/")[0])] |= set(re.findall(r"po:(\w+)", rest))
    for word, kind in kinds.items():
        if (
            "npr" in kind
            and not kind & {"prn", "patr"}
            and found[word][0] < 2
            and found[word][4] == 0
            and found[word][2] < 3
        ):
            found[word][4] = 2


def add_words(found: defaultdict[str, Entry], sources: Path) -> None:
    """Rank ordinary words: 4 the 250 most frequent, 3 up to 4,000, 2 up to 20,000, 1 the rest."""
    for language, ranks in (("fr", (250, 4000, 20000)), ("nl", (120, 1500, 8000)), ("en", (120, 1500, 8000))):
        words = (sources / f"correct.{language}").read_text().split()
        for place, word in enumerate(words):
            banded = 4 - sum(place >= at for at in ranks)
            for part in {fold(word), *fold(word).split("'")}:
                rank = banded
                if language != "fr" and max(found[part][0], found[part][2]) > 1:
                    rank = rank if rank == 4 else min(rank - 1, 1)
                found[part][3] = max(found[part][3], rank)


def add_neighbours(found: defaultdict[str, Entry], sources: Path) -> None:
    """Rank frequent words of other languages 1, unless they are names."""
    for language in ("es", "de", "it", "pt"):
        for word in (sources / f"frequent.{language}").read_text().split():
            entry = found[fold(word)]
            if entry[0] < 2 and entry[2] < 2 and len(word) > 1:
                entry[3] = max(entry[3], 1)


def add_france(found: defaultdict[str, Entry], sources: Path) -> None:
    for gender, figure in (("f", 1), ("m", 2)):
        cuts, names = listed(sources / f"dist.prenoms.{gender}.all.txt")
        for place, name in enumerate(names):
            add_given(found, name, 3 if place < cuts[0] else 2 if place < cuts[2] else 1, figure)
    cuts, names = listed(sources / "dist.all.txt")
    for place, name in enumerate(names):
        add_family(found, name, 3 if place < 8000 else 2 if place < 60000 else 1)


def listed(path: Path) -> tuple[list[int], list[str]]:
    head, _, body = path.read_text().partition("\n")
    return [int(one) for one in head.split()], [name for name in body.replace("\n", ",").split(",") if name]


def add_given(found: defaultdict[str, Entry], name: str, strength: int, gender: int) -> None:
    word = fold(name.strip())
    if len(word) < 2 or " " in word or word in PARTICLES:
        return
    entry = found[word]
    if strength > entry[0]:
        entry[1] = gender
    elif strength == entry[0] and entry[1] != gender:
        entry[1] = 0
    entry[0] = max(entry[0], strength)


def add_family(found: defaultdict[str, Entry], name: str, strength: int) -> None:
    folded = fold(name.strip())
    parts = folded.split()
    for word in {*(part for part in parts if part not in PARTICLES)}:
        if len(word) > 1:
            found[word][2] = max(found[word][2], strength if len(parts) == 1 else min(strength, 2))


def add_faker(found: defaultdict[str, Entry]) -> None:
    import faker.providers.person as locales

    for module in pkgutil.iter_modules(locales.__path__):
        if module.name not in LOCALES:
            continue
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute, gender in (("first_names_female", 1), ("first_names_male", 2), ("first_names", 0)):
            for name in latin(getattr(provider, attribute, ())):
                add_given(found, name, 2, gender)
        for name in latin(getattr(provider, "last_names", ())):
            add_family(found, name, 2)


def latin(names: object) -> list[str]:
    if not isinstance(names, dict | list | tuple | set):
        return []
    return [
        name
        for name in names
        if isinstance(name, str) and fold(name).replace("'", "").replace("-", "").replace(" ", "").isascii()
    ]


def add_origins(found: defaultdict[str, Entry]) -> None:
    for names in tomllib.loads((HERE / "origins.toml").read_text()).values():
        for name in names["given"].split():
            add_given(found, name, 3, found[fold(name)][1])
        for name in names["family"].split():
            add_family(found, name, 3)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
