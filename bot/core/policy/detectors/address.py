"""Postal addresses: street and number, with postcode and city when they follow, as one stretch."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.detectors.cities import BY_FIRST_WORD, CITIES
from bot.core.policy.detectors.context import words
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_TYPE = (
    r"(?:rue|r\.|avenue|ave?\.?|boulevard|bould\.?|bv?d\.?|blvd\.?|chaussee|ch(?:ee|\.)|place|"
    r"pl\.|allees?|chemin|chem\.|"
    r"impasse|imp\.|quai|route|rte\.?|square|sq\.|cours|clos|dreve|sentier|venelle|ruelle|passage|esplanade|"
    r"faubourg|fbg|rond[- ]point|cite|residence|lotissement|hameau|parvis|promenade|montee|"
    r"galerie|voie|villa|mail|"
    r"lieu[- ]dit|thier|tienne|cote|traverse|domaine)"
)
_WORD = r"[a-z_'.\-]*[a-z_][a-z_'.\-]*"
_WORDS = rf"(?:(?:{_WORD}|\d{{1,2}}|(?:1[89]|20)\d\d)\s){{0,7}}?{_WORD}"
_FLEMISH = (
    r"[a-z_][a-z_'\-]{2,}(?:straat|laan|weg|plein|steenweg|dreef|kaai|baan|lei|gracht|vest|"
    r"markt|hof|singel|wijk|berg)|(?:grand|haute|basse|vieille|petite|grande)[- ]rue|grand[- ]place|op de [a-z]{3,}"
)
_HOUSE = r"\d{1,4}(?:\s?/\s?\d{1,4}|\s?-\s?\d{1,4})?\s?(?:bis\b|ter\b|quater\b|[a-z]\b)?"
_DAY_STREET = (
    r"du\s(?:\d{1,2}|1er|quatre|onze|huit)\s(?:mars|mai|juin|juillet|aout|septembre|octobre|"
    r"novembre)(?:\s(?:18|19|20)\d\d)?"
)
_AFTER = re2.compile(
    rf"\b(?:{_TYPE}\s{_DAY_STREET}|{_TYPE}\s{_WORDS}|{_FLEMISH})\s?,?\s?(?:(?:au\s)?(?:no\.?|"
    rf"numero|nr\.?)\s?)?(?P<number>{_HOUSE})"
)
_FLEMISH_NAME = re2.compile(_FLEMISH)
_SIZE = re2.compile(r"\b(?:lange|korte|oude|nieuwe|grote|kleine)\s$")
_NUMBER_AND_NAME = re2.compile(
    rf"\b{_HOUSE}\s?,\s(?P<name>{_WORD}(?:\s{_WORD}){{0,3}}),\s(?:[blf]-)?(?:\d{{5}}|[1-9]\d{{3}})\s(?P<city>[a-z_])"
)
_RESIDENCE = re2.compile(
    r"residence (?:[a-z'\-]+ ?){1,4}(?:,\s?(?:bat|bloc|app|esc)[^,\n]{1,12})?(?:,\s?|\n)$"
)
_UNTYPED = re2.compile(
    rf"(?P<name>(?:{_WORD}\s){{0,4}}{_WORD})\s{_HOUSE}\s?(?:,\s?|\n|\s-\s|"
    rf"\s)(?:[blf]-|lu-|be-|fr-)?[1-9]\d{{3,4}}\s(?P<city>[a-z_])"
)
_CITY_FIRST = re2.compile(
    r"(?:^|[^a-z0-9_])((?:[bfl]-)?(?:\d{5}|[1-9]\d{3}) [a-z][a-z'\-]+(?: [a-z'\-]+){0,3}\s?(?:,|-|\n)\s?)$"
)
_BEFORE = re2.compile(rf"\b{_HOUSE}\s?,?\s(?P<of>(?:de\s(?:la\s|l')|du\s)?)(?P<type>{_TYPE})\s")
_UNIT = re2.compile(
    r"\s?[,\-/(]?\s?\b(?:boi?te|bte|bus|box|apt|app(?:t|artement)?|bat(?:iment)?|esc(?:alier)?|"
    r"etage|porte|res(?:idence)?|"
    r"bp|cs|hall|lot|b)\b\.?\s?(?:no\.?\s?)?(?:\d{1,4}[a-z]?\b|[a-z]\d{0,3}\b|(?:(?:des|les|la|"
    r"le|du)\s)?[a-z_]+)\)?"
)
_FLOOR = re2.compile(
    r"\s?,?\s?\d{1,2}\s?(?:er|e|eme|de)\setage(?:\s(?:gauche|droite))?|\s?,?\s?(?:rez-de-chaussee|rdc)\b"
)
_POSTCODE = re2.compile(
    r"\s?[,;\-|/(]?\s{0,3}(?:(?:a|in|te)\s)?(?:(?:b|f|l|be|fr|lu)[ \-]{1,3})?(?:\d{5}|\d{2} "
    r"\d{3}|[1-9]\d{3}(?: [a-z]{2})?)\s{1,2}[\-,]?\s?(?P<city>[a-z_])"
)
_CITY = re2.compile(r"[ \-]?(?:l'|d')?[a-z_][a-z_']*(?:-[a-z_']+)*(?:\s?/\s?[a-z_]+)?")
_BARE_CITY = re2.compile(r"\s?(?:,\s?|\sa\s|\s-\s|\n|\s)(?P<city>[a-z_][a-z_']+(?:-[a-z_']+)*)")
_NAME_WORD = re2.compile(r"(?:[ld]')?[a-z_0-9][a-z_0-9'\-]*\.?")
_ENDS_IN_POSTCODE = re2.compile(r"(?:\s[a-z_'\-]+){0,4}\s?,?\s?-?\s?(?:\d{5}|[1-9]\d{3})\s[a-z_]")
_LONGEST_ABBREVIATION = 4
"""Letters before a point that does not end the sentence: « St. », « Gén. »."""
_AT_NUMBER = re2.compile(r"(?:\bau|\bno\.?|numero)\s$")
_ALSO_WORDS = words(
    "place cours route voie mail passage traverse cote montee galerie villa domaine cite sentier"
)
"""Kinds of streets that are ordinary words too: « 12 cours de français », « 3 routes barrées »."""
_ON_THE = re2.compile(r"(?:^|\s)(?:le|du)\s$")
_ORDINAL = re2.compile(r"\d{1,2}(?:er|e)?(?:-[a-z]{3,9}(?:-\d{4})?)?|(?:1[89]|20)\d\d")
_DISTRICT = re2.compile(r"\s(?:cedex(?:\s\d{1,2})?|\d{1,2}(?:e|er|eme)?)\b")
_OPENING = words("la le les saint sainte st ste mont sint den de ville petit grand")
_JOINING = words("sur sous en lez les la le l aux au de du d des")
_LINKS = words("de du des la le les l' d' aux au saint sainte st ste l d")
_STOP = words(
    "et a est sont ou pour dans avec par qui que mais car il elle on nous vous ils elles "
    "depuis chez sans ce cette son sa "
    "ses mon ma mes se ne pas vers jusqu jusque entre puis donc comme si quand avant apres "
    "pendant tel telephone gsm email "
    "mail ont sera aura etait etaient fut avons avez habite vit loge demande veut peut doit "
    "and is was lives to of at from "
    "merci bonjour svp avoir as j' c'est c' qu' n' s' y je tu ici bien tres trop "
    "plus dit cherche"
)
_FLEMISH_LINKS = words("op van de den der aan het ten ter naar en l la le du des")
_MONTHS = words(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "january february march april may "
    "june july august september october november december januari februari maart mei juni juli "
    "augustus oktober"
)
_NOT_A_NUMBER = re2.compile(
    r"(?:er)?\s?(?:janv|fevr|mars\b|avril|mai\b|juin|juil|aout|sept|octo|nove|dece|h\b|h\d|"
    r"heure|eur|%|km|m\b|minute|ans\b|jour|fois|"
    r"place|enfant|famille|logement|participant|mois|adulte|m2|semaine|annee|appartement|maison|"
    r"habitant|per\b|metre|"
    r"kilometre|euro|personne|january|february|march|april|may|june|july|august|october|"
    r"november|december|e?me\b)"
)


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find addresses with a number, before or after the street."""
    taken: list[tuple[int, int]] = []
    for start, end in sorted(
        (*_numbers_first(normalised), *_numbers_last(normalised), *_untyped(normalised)), key=_longest_first
    ):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield Finding(*normalised.span(start, end), Label.ADDRESS, 0.95, "address")


def _longest_first(span: tuple[int, int]) -> tuple[int, int]:
    return span[0] - span[1], span[0]


def _numbers_last(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « rue de la Loi 16, 1000 Bruxelles »."""
    flat = normalised.flat
    position = 0
    while match := _AFTER.search(flat, position):
        start, number = match.start(), match.start(1)
        cut = flat[match.end() - 1].isdigit() and flat[match.end() : match.end() + 1].isdigit()
        house = 0 if cut else _house_end(normalised, number, match.end())
        if _is_street(flat[start:number]) and house:
            position = _completed(normalised, house)
            yield _with_city_before(flat, start), position
        else:
            position = start + 1


def _is_street(street: str) -> bool:
    """Return whether the words between the type and the number make a name and not a sentence."""
    inner = [word.strip(",.") for word in street.replace("'", "' ").split()[1:]]
    if any(word in _STOP for word in inner) or "\n\n" in street or street.count("\n") > 1:
        return False
    broken = any(sign in street[:-2] for sign in (", ", ";", ":")) or ". " in street[5:].removesuffix("no. ")
    return not broken and (
        not inner or inner[-1] not in {"le", "la", "les", "au", "du", "des", "en", "de", "a"}
    )


def _house_end(normalised: Normalised, start: int, end: int) -> int:
    """Return where a house number ends, 0 when the digits are a date, a time, an amount or a count."""
    flat = normalised.flat
    digits = start
    while digits < len(flat) and flat[digits].isdigit():
        digits += 1
    if flat[digits : digits + 1] in {".", ",", ":"} and flat[digits + 1 : digits + 2].isdigit():
        return 0
    if (
        _NOT_A_NUMBER.match(flat, digits)
        or _NOT_A_NUMBER.match(flat, end)
        or normalised.text[digits : digits + 2].strip().startswith("€")
    ):
        return 0
    if flat[digits:end].strip() == "b" and flat[end : end + 2].strip()[:1].isdigit():
        return digits
    return len(flat[:end].rstrip())


def _numbers_first(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « 12 bis rue des Lilas, 75011 Paris »."""
    flat = normalised.flat
    for match in _BEFORE.finditer(flat):
        start = match.start()
        if _ON_THE.search(flat[max(0, start - 4) : start]) and flat[start:].find(",") != 2:
            continue
        if start > 1 and flat[start - 1] in "/.-+," and flat[start - 2].isdigit():
            continue
        if flat[max(0, start - 12) : start].rstrip().rpartition(" ")[2] in _MONTHS:
            continue
        if "\n" in match[0] and start > 1 and flat[start - 2] != "\n" and flat[start - 2].isdigit():
            continue
        if _is_seats(normalised, match.start(2), match.end()):
            continue
        if match[1] and not _AT_NUMBER.search(flat[max(0, start - 10) : start]):
            continue
        end = _street_end(normalised, match.end())
        if end > match.end():
            yield _with_city_before(flat, start), _completed(normalised, end)


def _is_seats(normalised: Normalised, kind: int, name: int) -> bool:
    """Return whether « place » or « cours » is an ordinary word here: no capital and no postcode follows."""
    flat = normalised.flat
    street = flat[kind:name].rstrip()
    if street not in _ALSO_WORDS or normalised.text[name : name + 1].isupper():
        return False
    word = _NAME_WORD.match(flat, name)
    if word is None:
        return True
    named = word[0] in _LINKS and (
        street == "place" or any(map(str.isupper, normalised.text[name : name + 12]))
    )
    return not (named or word[0].startswith(("l'", "d'")) or _ENDS_IN_POSTCODE.match(flat, name - 1))


def _with_city_before(flat: str, start: int) -> int:
    """Return where an address begins whose postcode and city come first."""
    window = max(0, start - 48)
    if residence := _RESIDENCE.search(flat[window:start]):
        start = window + residence.start()
        window = max(0, start - 48)
    city = _CITY_FIRST.search(flat[window:start])
    return window + city.start(1) if city else start


def _untyped(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « Meir 24, 2000 Antwerpen »: capitals, a number, a postcode, a city with a capital."""
    text, flat = normalised.text, normalised.flat
    for match in _NUMBER_AND_NAME.finditer(flat):
        if text[match.start(1)].isupper() and text[match.start(2)].isupper():
            yield match.start(), _city_end(normalised, match.start(2))
    for match in _UNTYPED.finditer(flat):
        start = last = match.end(1)
        for word in reversed(list(_NAME_WORD.finditer(flat[match.start(1) : match.end(1)]))):
            place = match.start(1) + word.start()
            if "\n" in flat[place:last]:
                break
            if text[place].isupper():
                start = place
                if _FLEMISH_NAME.fullmatch(word[0]) and not _SIZE.search(flat[match.start(1) : place]):
                    break
            elif word[0] not in _FLEMISH_LINKS:
                break
        number = _house_end(normalised, last + 1, last + 2)
        if start < last and number and text[match.start(2)].isupper() and flat[start:last] not in _MONTHS:
            yield start, _city_end(normalised, match.start(2))


def _street_end(normalised: Normalised, start: int) -> int:
    """Return where the street's name ends: at punctuation, a stop word, a postcode, or where capitals end."""
    text, flat = normalised.text, normalised.flat
    end = position = start
    capitals = named = 0
    while named < 6 and (word := _NAME_WORD.match(flat, position)):
        plain = word[0].rstrip(".")
        link = plain in _LINKS
        if (plain in _STOP and not link) or (plain[0].isdigit() and not _ORDINAL.fullmatch(plain)):
            break
        if plain[0].isdigit() and position == start:
            break
        if not link:
            capital = text[position + (2 if plain[1:2] == "'" else 0)].isupper() or plain[0].isdigit()
            if (capitals and not capital) or (
                not capitals and named and not _leads_on(flat, position, named)
            ):
                break
            capitals += capital
            named += 1
            end = position + len(plain)
            if word[0].endswith(".") and len(plain) > _LONGEST_ABBREVIATION:
                break
        position = word.end()
        if flat[position : position + 1] != " ":
            break
        position += 1
    return end


def _leads_on(flat: str, position: int, named: int) -> bool:
    """Return whether a lower-case word belongs to the street: a postcode follows, or it is the second."""
    return bool(_ENDS_IN_POSTCODE.match(flat, position - 1)) or named < 2


def _completed(normalised: Normalised, end: int) -> int:
    """Extend an address over box, floor, postcode and city."""
    flat = normalised.flat
    for pattern in (_UNIT, _FLOOR, _UNIT):
        if unit := pattern.match(flat, end):
            end = unit.end()
    if postcode := _POSTCODE.match(flat, end):
        return _city_end(normalised, postcode.start(1))
    city = _BARE_CITY.match(flat, end)
    return _city_end(normalised, city.start(1)) if city and _is_city(flat, city.start(1)) else end


def _is_city(flat: str, start: int) -> bool:
    word = _CITY.match(flat, start)
    if word is None:
        return False
    return word[0] in CITIES or any(flat.startswith(city, start) for city in BY_FIRST_WORD.get(word[0], ()))


def _city_end(normalised: Normalised, start: int) -> int:
    """Return where a city's name ends: one word, more when joined or opened by « La », « Saint »."""
    flat = normalised.flat
    end = start
    words: list[str] = []
    while len(words) < 5 and (word := _CITY.match(flat, end)):
        plain = word[0].strip(" ")
        if words and not _continues(words, plain, normalised, word.end()):
            break
        words.append(plain)
        end = word.start() + len(word[0].rstrip("'"))
        if flat[end : end + 1] != " ":
            break
    district = _DISTRICT.match(flat, end)
    if district and (district[0].startswith(" c") or words[-1:] in (["paris"], ["lyon"], ["marseille"])):
        end = district.end()
    return end


def _continues(words: list[str], plain: str, normalised: Normalised, end: int) -> bool:
    """Return whether a further word belongs to the city."""
    name = " ".join((*words, plain))
    if any(city == name or city.startswith(name + " ") for city in BY_FIRST_WORD.get(words[0], ())):
        return True
    capital = normalised.text[end - len(plain) + (2 if plain[1:2] == "'" else 0)].isupper()
    if words[-1] in _OPENING and len(words) == 1:
        return plain not in _STOP
    if words[-1] in _JOINING and len(words) > 1:
        return capital
    following = normalised.text[end + 1 : end + 2] if normalised.flat[end : end + 1] in {" ", "-"} else ""
    return plain in _JOINING and plain not in {"le", "de", "du", "des"} and following.isupper()
