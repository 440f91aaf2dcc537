"""Codes that open something: doors, alarms, safes, telephones, cards; codes sent by message; recovery phrases."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.finding import Finding, Label
from bot.core.policy.folding import fold
from bot.core.policy.normalise import Normalised

_CODES = (
    r"codes? ?pins?|\bpins?(?:[- ]?code)?|codes? (?:secrets?|puk|d[' ]?acces|d[' ]?entree|"
    r"confidentiel|de (?:l[' ]?)?(?:alarme|porte|immeuble|entree|ascenseur|coffre\w*|securite|confirmation|connexion|"
    r"verification|validation|deverrouillage|la (?:porte|carte(?: bancaire)?|grille|barriere|bo[iî]te a "
    r"cles?|cave|reserve|maison))|d'activation|de la salle|du (?:coffre\w*|cadenas|portail|batiment|digicode|"
    r"telephone|gsm|bureau|local|garage|badge)|alarme|porte|portail|cadenas|coffre|digicode|sms|cvv|cvc|"
    r"temporaire|maitre|bancaire|a \d chiffres|a usage unique|itsme|bancontact|whatsapp)|"
    r"\bdigicodes?|alarm(?:e)? ?codes?|alarmcode|door ?code|deurcode|toegangscode|pincode|gate "
    r"code|\bcc?v[cv]2?|crypto(?:gramme)?(?: visuel)?|(?:trois|3) (?:derniers )?chiffres(?: (?:au "
    r"dos|du dos))?|security code|safe code|\bpuk|\botp|(?:quatre|4|six|6) chiffres de (?:la|ma|sa) carte|"
    r"(?:slot|kluis|beveiligings|verificatie|bevestigings|poort|sleutelkast)code"
)
_OPENED = (
    r"alarmes?|alarm|coffres?(?:[ -]forts?)?|cadenas|antivols?|digicodes?|interphone|visiophone|bo[iî]t(?:e|ier)s? "
    r"a cles?|sleutelkluis|hangslot|kluis|cijferslot|lock ?box|padlock|keypad|combinaison|combination|barriere|"
    r"grille|portail|portillon"
)
"""What a code opens, where the word « code » itself is missing: « alarme 5518, coffre 24-07-19 »."""
_OTHER_CODE = re2.compile(
    r"\b(?:post|promo|barre|pays|couleur|insee|naf|ape|nace|article|civil|penal|qr|source|erreur|ean|isbn|bic|swift|"
    r"client|produit|agence|guichet|iso|reduc|route|travail|dossier|projet|bud|analyt|compt|fiscal|tva|"
    r"zip|error|country|remise|avantage|ticket|parrain|dress|conduite|deonto|ouvr|commune|nis\b|cours|classe|"
    r"activite|formation|article|imput|inami|stib|ligne|depart)"
)
_FILLER = r"(?:(?:[^\n.:=!?;\"]|\b(?:m|mme|mlle|dr|st|[a-z])\.){0,60}?)"
_OF = r"(?:\s(?:du|de|des|de la|d'|de l'|van|van de|van het|of|of the)\s?[a-z\-]{2,14}(?:\sa\s[a-z]{3,10})?)?"
LINK = (
    r"(?:\s*[*_`]{0,3}\s*(?:[:=]|->|=>|-(?:\s)|\bc'est\b|\best\b|\bsont\b|\bis\b|\bwas\b|"
    r"\betait\b|\bdevient\b|\bsera\b|\betre\b)[*_`]{0,3}"
    r"(?:\s*\b(?:toujours|desormais|maintenant|donc|le|bien|still|now|nu|reste)\b)?\s*[:=]?[\s*_`]*)"
)
"""What joins a word and its value: a colon, « est », « devient », « c'est toujours »."""
QUOTE = r"[\"'`*<(\[]{0,3}\s?"
_DIGITS = r"([a-z*#]{0,2}\d(?:[ \-.]?\d){2,9}[a-z*#]{0,2}|\d{1,4}[a-z]\d{1,4}[a-z]?)"
_JOINED = re2.compile(
    rf"(?:(?:{_CODES}){_FILLER}|\b(?:le|son|mon|ton|votre|notre|the|de) code|\b(?:{_OPENED}){_OF}){LINK}{QUOTE}"
    rf"{_DIGITS}"
)
_ANY_CODE = re2.compile(
    rf"\b(?:codes?|combinaison|combination)\b(?P<of>{_FILLER}){LINK}{QUOTE}(?P<value>{_DIGITS})"
)
_DIRECT = re2.compile(
    rf"(?:(?:{_CODES})(?:\s[a-z']{{2,12}}){{0,7}}|\b(?:{_OPENED}){_OF})(?:[\s,(]{{1,2}}|\s?[|;]\s?){QUOTE}{_DIGITS}"
)
_OPENS = re2.compile(
    r"([*#]?\d[\dabc]{2,7}[*#]?)\s(?:(?:pour|to|om)\s(?:ouvrir|entrer|desactiver|armer|open|la |le |l'|de |het )|"
    r"ouvre|deverrouille|desactive|opens|unlocks|opent)"
)
_TYPED = re2.compile(
    r"\b(?:tape[rz]?|tapant|tapons|compose[rz]?|faire|faites|encode[rz]?|entre[rz]?|introdui\w+|intoetsen|toets|"
    rf"tik|press|punch|enter|dial)\s(?:le\s|in\s|in:\s|d'abord\s|ensuite\s|alors\s)?{QUOTE}"
    r"([*#]?\d[\dabc]{2,7}[*#]?)"
)
_SHORT = re2.compile(
    rf"\bcodes?(?:\s[a-z'\-]{{1,14}}){{0,4}}\s{QUOTE}(?:g-)?([a-z]?\d{{4,8}}[a-z]?|[a-z]\d\d|\d(?:-\d{{1,2}}){{2,5}}|\d{{1,4}}[a-z]\d{{0,4}}[a-z]?)\b"
)
_STARRED = re2.compile(r"(?:^|[\s(\"])([*#]\d{3,8}[*#]?|\d{4,8}#)(?:[\s).,;\"]|$)")
_CHAIN = re2.compile(
    r"(?:\s?\([^)\n]{1,20}\))?\s?(?:[,;/]|et|en|and)\s(?:(?P<what>(?:[a-z'\-]{2,14}\s){0,3}?))"
    r"(?P<value>\d(?:-\d){2,5}|[a-z]?\d{3,6}[a-z#]?)(?:[\s),.;]|$)"
)
"""What goes on from a code: « local gaz 8802 », « et 1177 (le grand) »."""
_LOCK = re2.compile(
    r"alarm|porte|portail|grille|coffre|digicode|cadenas|clavier|bo[iî]te a cles|barriere|verrou|serrure|kluis|"
    r"slot\b|poort|deur|lock|safe\b|gate|door|keypad|garage|ascenseur|copieu|imprimante|printer|badge|\blocal\b|"
    r"\bbo[iî]te\b|\bcles?\b|\bcarte\b|\bcb\b|appli|caisse|vestiaire|casier|\bsim\b|session|\bpc\b|tablette|ordinateur|sms|banque"
)
_HINT = re2.compile(
    r"cod|pin|puk|cc?v[cv]|crypto|chiffres|otp|alarm|coffre|cadenas|antivol|digic|interphone|visiophone|cle|kluis|slot|"
    r"lock|keypad|combin|barrier|grille|porta|portillon|porte|safe"
)
_NEAR = 70
"""Code points around a figure within which a lock must be named when nothing else announces a code."""
_BACKUP = re2.compile(r"(?:backup|recovery|herstel)[ -]?codes?|codes? de (?:secours|recuperation|sauvegarde)")
_IN_LIST = re2.compile(
    r"(?:[^\n:]{0,40}:|[^\n\d]{0,20}?)\s{0,2}(?:[-*]\s)?([a-z0-9]{3,}(?:[ -][a-z0-9]{3,})*\b)"
)
_AND = re2.compile(
    r"\s?(?:[,;/\n]|\s(?:et|ou|puis|and|en)\s)\s?(?:[-*]\s)?([a-z0-9]{3,}(?:[ -][a-z0-9]{3,})*\b)"
)
_PHRASE = re2.compile(
    r"(?:phrases? (?:de (?:recuperation|secours|restauration)|secrete|mnemonique|de passe)|seed(?: phrase)?|"
    r"recovery (?:phrase|words)|mots? de (?:recuperation|secours)|mots de la phrase|herstelzin|wallet)"
    r"[^\n:\"]{0,50}[:\"]\s?\"?\s?([a-z]{3,10}(?:[ ,\-]{1,2}[a-z]{3,10}){3,23})"
)
_UNITS = (
    "€", "eur", "chiffre", "%", "/", "personne", "h ", "h0", "heure", "digit", "jours", "mois", "fois", "caract",
    "place", "litre", "l ", "l.", "kg", "cm", "m ", "m.", "metre", "mm", "w ", "v ", "min", "km", "ans", "kwh",
)  # fmt: skip
_PIN = re2.compile(r"\bpin\W*$")
_YEAR = re2.compile(r"(?:19|20)\d\d")
_SPELLED = re2.compile(r"\d(?:[ \-.]\d){2,}")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find codes that are announced, typed on a lock, or said to open one; the value only."""
    flat = normalised.flat
    if any(cue in flat for cue in ("phrase", "seed", "words", "mots de", "herstel", "wallet")):
        for match in _PHRASE.finditer(flat):
            yield _found(normalised, *match.span(1))
    if not _HINT.search(flat):
        return
    for pattern, joined in ((_JOINED, True), (_DIRECT, False)):
        position = 0
        while match := pattern.search(flat, position):
            start, end = _closed(flat, *match.span(1))
            accepted = _is_code(normalised, start, end, joined=joined)
            if accepted:
                yield _found(normalised, start, end)
                yield from _going_on(normalised, end)
            position = end if accepted else match.start() + 1
    for match in _ANY_CODE.finditer(flat) if "cod" in flat or "combin" in flat else ():
        start, end = _closed(flat, *match.span(2))
        kind = flat[match.start() : match.end(1)]
        if _is_code(normalised, start, end, joined=True) and not _OTHER_CODE.search(kind):
            yield _found(normalised, start, end)
    yield from _at_a_lock(normalised)
    yield from _recovery(normalised)


def _at_a_lock(normalised: Normalised) -> Iterator[Finding]:
    """Find « tapez 4512# » and « 4512 ouvre la grille » beside a lock, a copier, a badge."""
    flat = normalised.flat
    if not _LOCK.search(flat):
        return
    for pattern in (_OPENS, _TYPED, _SHORT, _STARRED):
        for match in pattern.finditer(flat):
            start, end = match.span(1)
            around = flat[max(0, start - _NEAR) : end + _NEAR]
            if pattern is _SHORT and _OTHER_CODE.search(match[0]):
                continue
            if _LOCK.search(around) and _is_code(normalised, start, end, joined=False):
                yield _found(normalised, start, end)
                yield from _going_on(normalised, end)


def _going_on(normalised: Normalised, end: int) -> Iterator[Finding]:
    """Find the codes that a list goes on with after a first one."""
    flat = normalised.flat
    while match := _CHAIN.match(flat, end):
        start, end = match.span(2)
        named = bool(_LOCK.search(match[1])) or (end - start > 3 and len(match[1]) != 0)
        if not named and not flat[:start].endswith((" et ", " en ", " and ")):
            return
        if not _is_code(normalised, start, end, joined=False):
            return
        yield _found(normalised, start, end)


def _recovery(normalised: Normalised) -> Iterator[Finding]:
    """Find each of a list of backup codes."""
    flat = normalised.flat
    for match in _BACKUP.finditer(flat):
        code = _IN_LIST.match(flat, match.end())
        while code and any(map(str.isdigit, code[1])) and len(code[1]) > 4:
            yield _found(normalised, *code.span(1))
            code = _AND.match(flat, code.end())


def _found(normalised: Normalised, start: int, end: int) -> Finding:
    return Finding(*normalised.span(start, end), Label.SECRET, 0.95, "secret")


def _closed(flat: str, start: int, end: int) -> tuple[int, int]:
    """Leave out stars that only make a code bold."""
    while end > start + 1 and flat[end - 1] == "*" and flat[start - 1 : start] == "*":
        end -= 1
    return start, end


def _is_code(normalised: Normalised, start: int, end: int, *, joined: bool) -> bool:
    """Accept digits right after the words, unless a unit, a date or more of a word follows."""
    text = normalised.text
    after = fold(text[end : end + 12]).lstrip(" *")
    if (
        (start and text[start - 1].isalnum())
        or text[end : end + 1].isalnum()
        or (after + " ").startswith(_UNITS)
    ):
        return False
    if joined:
        return True
    found = text[start:end]
    year = _YEAR.fullmatch(found) and not _PIN.search(fold(text[max(0, start - 8) : start]))
    return (end - start < 12 or bool(_SPELLED.fullmatch(found))) and not year
