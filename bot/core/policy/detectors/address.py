"""Postal addresses: street and number, with postcode and city when they follow, as one stretch."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.policy.detectors import streets
from bot.core.policy.detectors.cities import BY_FIRST_WORD, CITIES
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised


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
    while match := streets.AFTER.search(flat, position):
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
    if any(word in streets.STOP for word in inner) or "\n\n" in street or street.count("\n") > 1:
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
        streets.NOT_A_NUMBER.match(flat, digits)
        or streets.NOT_A_NUMBER.match(flat, end)
        or normalised.text[digits : digits + 2].strip().startswith("€")
    ):
        return 0
    if flat[digits:end].strip() == "b" and flat[end : end + 2].strip()[:1].isdigit():
        return digits
    return len(flat[:end].rstrip())


def _numbers_first(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « 12 bis rue des Lilas, 75011 Paris »."""
    flat = normalised.flat
    for match in streets.BEFORE.finditer(flat):
        start = match.start()
        if streets.ON_THE.search(flat[max(0, start - 4) : start]) and flat[start:].find(",") != 2:
            continue
        if start > 1 and flat[start - 1] in "/.-+," and flat[start - 2].isdigit():
            continue
        if flat[max(0, start - 12) : start].rstrip().rpartition(" ")[2] in streets.MONTHS:
            continue
        if "\n" in match[0] and start > 1 and flat[start - 2] != "\n" and flat[start - 2].isdigit():
            continue
        if _is_seats(normalised, match.start(2), match.end()):
            continue
        if match[1] and not streets.AT_NUMBER.search(flat[max(0, start - 10) : start]):
            continue
        end = _street_end(normalised, match.end())
        if end > match.end():
            yield _with_city_before(flat, start), _completed(normalised, end)


def _is_seats(normalised: Normalised, kind: int, name: int) -> bool:
    """Return whether « place » or « cours » is an ordinary word here: no capital and no postcode follows."""
    flat = normalised.flat
    street = flat[kind:name].rstrip()
    if street not in streets.ALSO_WORDS or normalised.text[name : name + 1].isupper():
        return False
    word = streets.NAME_WORD.match(flat, name)
    if word is None:
        return True
    named = word[0] in streets.LINKS and (
        street == "place" or any(map(str.isupper, normalised.text[name : name + 12]))
    )
    return not (named or word[0].startswith(("l'", "d'")) or streets.ENDS_IN_POSTCODE.match(flat, name - 1))


def _with_city_before(flat: str, start: int) -> int:
    """Return where an address begins whose postcode and city come first."""
    window = max(0, start - 48)
    if residence := streets.RESIDENCE.search(flat[window:start]):
        start = window + residence.start()
        window = max(0, start - 48)
    city = streets.CITY_FIRST.search(flat[window:start])
    return window + city.start(1) if city else start


def _untyped(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « Meir 24, 2000 Antwerpen »: capitals, a number, a postcode, a city with a capital."""
    text, flat = normalised.text, normalised.flat
    if not streets.ANY_POSTCODE.search(flat):
        return
    yield from _after_number(normalised)
    for match in streets.UNTYPED.finditer(flat):
        start = last = match.end(1)
        for word in reversed(list(streets.NAME_WORD.finditer(flat[match.start(1) : match.end(1)]))):
            place = match.start(1) + word.start()
            if "\n" in flat[place:last]:
                break
            if text[place].isupper():
                start = place
                if streets.FLEMISH_NAME.fullmatch(word[0]) and not streets.SIZE.search(
                    flat[match.start(1) : place]
                ):
                    break
            elif word[0] not in streets.FLEMISH_LINKS:
                break
        number = _house_end(normalised, last + 1, last + 2)
        if (
            start < last
            and number
            and text[match.start(2)].isupper()
            and flat[start:last] not in streets.MONTHS
        ):
            yield start, _city_end(normalised, match.start(2))


def _after_number(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield « 11, Um Bierg, L-7641 Christnach »: a number, a name, a postcode, between commas."""
    text, flat = normalised.text, normalised.flat
    for match in streets.NUMBER_AND_NAME.finditer(flat):
        if text[match.start(1)].isupper() and text[match.start(2)].isupper():
            yield match.start(), _city_end(normalised, match.start(2))


def _street_end(normalised: Normalised, start: int) -> int:
    """Return where the street's name ends: at punctuation, a stop word, a postcode, or where capitals end."""
    text, flat = normalised.text, normalised.flat
    end = position = start
    capitals = named = 0
    while named < 6 and (word := streets.NAME_WORD.match(flat, position)):
        plain = word[0].rstrip(".")
        link = plain in streets.LINKS
        if (plain in streets.STOP and not link) or (
            plain[0].isdigit() and not streets.ORDINAL.fullmatch(plain)
        ):
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
            if word[0].endswith(".") and len(plain) > streets.LONGEST_ABBREVIATION:
                break
        position = word.end()
        if flat[position : position + 1] != " ":
            break
        position += 1
    return end


def _leads_on(flat: str, position: int, named: int) -> bool:
    """Return whether a lower-case word belongs to the street: a postcode follows, or it is the second."""
    return bool(streets.ENDS_IN_POSTCODE.match(flat, position - 1)) or named < 2


def _completed(normalised: Normalised, end: int) -> int:
    """Extend an address over box, floor, postcode and city."""
    flat = normalised.flat
    for pattern in (streets.UNIT, streets.FLOOR, streets.UNIT):
        if unit := pattern.match(flat, end):
            end = unit.end()
    if postcode := streets.POSTCODE.match(flat, end):
        return _city_end(normalised, postcode.start(1))
    city = streets.BARE_CITY.match(flat, end)
    return _city_end(normalised, city.start(1)) if city and _is_city(flat, city.start(1)) else end


def _is_city(flat: str, start: int) -> bool:
    word = streets.CITY.match(flat, start)
    if word is None:
        return False
    return word[0] in CITIES or any(flat.startswith(city, start) for city in BY_FIRST_WORD.get(word[0], ()))


def _city_end(normalised: Normalised, start: int) -> int:
    """Return where a city's name ends: one word, more when joined or opened by « La », « Saint »."""
    flat = normalised.flat
    end = start
    words: list[str] = []
    while len(words) < 5 and (word := streets.CITY.match(flat, end)):
        plain = word[0].strip(" ")
        if words and not _continues(words, plain, normalised, word.end()):
            break
        words.append(plain)
        end = word.start() + len(word[0].rstrip("'"))
        if flat[end : end + 1] != " ":
            break
    district = streets.DISTRICT.match(flat, end)
    if district and (district[0].startswith(" c") or words[-1:] in (["paris"], ["lyon"], ["marseille"])):
        end = district.end()
    return end


def _continues(words: list[str], plain: str, normalised: Normalised, end: int) -> bool:
    """Return whether a further word belongs to the city."""
    name = " ".join((*words, plain))
    if any(city == name or city.startswith(name + " ") for city in BY_FIRST_WORD.get(words[0], ())):
        return True
    capital = normalised.text[end - len(plain) + (2 if plain[1:2] == "'" else 0)].isupper()
    if words[-1] in streets.OPENING and len(words) == 1:
        return plain not in streets.STOP
    if words[-1] in streets.JOINING and len(words) > 1:
        return capital
    following = normalised.text[end + 1 : end + 2] if normalised.flat[end : end + 1] in {" ", "-"} else ""
    return plain in streets.JOINING and plain not in {"le", "de", "du", "des"} and following.isupper()
