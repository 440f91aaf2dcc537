"""Secrets: passwords and keys of programs; codes are `access_code`'s. The value only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import re2

from bot.core.policy.detectors import access_code
from bot.core.policy.detectors.access_code import LINK, QUOTE
from bot.core.policy.detectors.context import words
from bot.core.policy.finding import Finding, Label
from bot.core.policy.folding import fold
from bot.core.policy.normalise import Normalised

_WORDS = (
    r"mots?[ -]?de[ -]?pass?e?s?|mot[ -]?passe|\bmdps?|pass ?words?|passwd|\bpwd|\bpw|"
    r"wachtwoord(?:en)?|paswoord|pass ?phrase|passcode|"
    r"phrase (?:secrete|de passe)|cles? (?:d[' ]?api|api|secrete|wi-?fi|wpa2?|wep|de securite|"
    r"de chiffrement|de recuperation|privee|d[' ]acces|du wi-?fi)|"
    r"\bpass\b|api[ _-]?keys?|api[ _-]?token|secret[ _-]?key|access[ _-]?key|(?:access|auth|"
    r"bearer|refresh)[ _-]?tokens?|client[ _-]?secret|\btokens?|jetons?(?: d[' ](?:acces|api)| api)|\bsecret|"
    r"wi-?fi[ -]?(?:key|code|wachtwoord|password)|code (?:du )?wi-?fi|\bsesames?|\bwi-?fi|"
    r"[a-z]+_(?:pass|pw|pwd|passwd|password|mdp|secret|key|token|cle)"
)
_FILLER = r"(?:(?:[^\n.:=!?;\"]|\s\?\s){0,60}?)"
_VALUE = r"([^\s\"]{3,200})"
_JOINED = re2.compile(rf"(?:{_WORDS}){_FILLER}{LINK}{QUOTE}{_VALUE}")
_QUOTED = re2.compile(rf"(?:{_WORDS}){_FILLER}{LINK}\"\s?([^\"\n]{{3,80}}?)\s?\"")
_WORD_ONLY = re2.compile(rf"(?:{_WORDS})\b")
_NEXT = re2.compile(r"[\s,(\"'`*]{1,4}([^\s\"]{3,200})")
_LOGIN = re2.compile(
    r"(?:identifiants?|login|acces|compte|user|utilisateur|connexion|inlog|aanmelden)s?\b[^\n:=]{0,30}[:=]?\s"
    r"[\w.@\-]{2,40}\s?(?:/|\||,|;|\+|\bet\b|\ben\b|\band\b)\s?([^\s\"]{5,60})"
)
_KEYS = re2.compile(
    r"(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_\-]{16,}|"
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|"
    r"AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|AIza[\w\-]{30,}|xox[abeoprs]-[\w\-]{10,}|"
    r"xapp-[\w\-]{10,}|hf_[A-Za-z0-9]{20,}|SG\.[\w\-]{16,}\.[\w\-]{16,}|"
    r"eyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]{4,}|npm_[A-Za-z0-9]{20,}|shp(?:at|ss)_[a-f0-9]{20,}|"
    r"(?:live|prod|token|secret)[-_][A-Za-z0-9]{20,}|key-[0-9a-f]{32}|ya29\.[\w\-]{20,}|"
    r"[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\sA-Za-z0-9+/=]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
)
_LONG = re2.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{18,}[A-Za-z0-9]")
_KEY_WORD = re2.compile(r"\bcles?\b|\bapi\b|\btokens?\b|\bjetons?\b|\bkeys?\b|\bsecrets?\b|\bsleutels?\b")
_FAR = 120
"""Code points before a long random value within which a word may say that it is a key."""
_LICENCE = re2.compile(
    r"(?:[Ll]icen[cs]e|[Aa]ntivirus|[Pp]roduct key|[Cc]l[ée] (?:de produit|d'activation)|[Ss]erial)[^\n]{0,30}?\s"
    r"([A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,5})\b"
)
_IN_ADDRESS = re2.compile(r"[a-z][a-z0-9+]{1,12}://[^\s/:@]+:(?P<value>[^\s/@]{2,})@")
_CHOSEN = re2.compile(r"[A-Za-z][A-Za-z0-9!#$%&*_+=~^?-]{7,39}")
_NETWORK = re2.compile(r"wi-?fi|reseau|ssid|netwerk")
_KEY_NEXT = re2.compile(r"[^\w]{0,6}(?:et |le |la |met )?(?:cle|mdp|mot|pass|code|key|wacht|pw)")
"""A network's name, with its key after it, is no secret."""
_SIGN_IN = re2.compile(
    r"connect|session|log ?(?:in|on)\b|sign in|identifi|utilisateur|\buser|\btap(?:e|er|ez|ons|ant)\b|\btype\b|"
    r"saisi(?:r|s|ssez)|\bwi-?fi|\bbox\b|\bftp\b|\badmin|back-?office|aanmeld|inlog"
)
_NEAR = 60
"""Code points before and after a password within which something says that one signs in."""
_CLOSING = "\"'»”’`*>)]}.,;:!?…_"
_COMMON = words(
    "oublie oubliee perdu perdue a le la les de du des un une est sont pour par avec sans ou "
    "et en sur dans qui que quoi "
    "provisoire obligatoire requis requise necessaire change changer modifie incorrect expire "
    "expiree trop bien fort forte robuste "
    "solide securise securisee demande demandee voir ci-joint ci-dessous dessous suivant idem "
    "merci bonjour the a an and or to is of for "
    "pas plus jamais toujours ne n nous vous il elle on ils elles je tu comment pourquoi quand "
    "inconnu choisir choisissez choisi "
    "pensez utilisez gardez merci non oui aucun aucune confidentiel confidentielle personnel "
    "personnelle unique universel "
    "requested required forgotten lost missing wrong weak strong secret hier demain maintenant "
    "vergeten verplicht ici"
)


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find secrets that are announced, and keys that show by their shape."""
    text = normalised.text
    for match in _KEYS.finditer(text):
        yield Finding(*normalised.span(*match.span()), Label.SECRET, 1.0, "secret")
    licensed = any(word in normalised.flat for word in ("licen", "antivirus", "key", "cle", "serial"))
    for match in _LICENCE.finditer(text) if licensed else ():
        yield Finding(*normalised.span(*match.span(1)), Label.SECRET, 0.95, "secret")
    for match in _IN_ADDRESS.finditer(text):
        yield Finding(*normalised.span(*match.span(1)), Label.SECRET, 1.0, "secret")
    for match in _QUOTED.finditer(normalised.flat):
        yield Finding(*normalised.span(*match.span(1)), Label.SECRET, 0.95, "secret")
    yield from access_code.find(normalised)
    yield from _following(normalised)
    yield from _shaped(normalised)
    yield from _random(normalised)
    yield from _beside_a_login(normalised)
    position = 0
    while match := _JOINED.search(normalised.flat, position):
        start, end = match.span(1)
        end = _closed(text, start, end)
        accepted = _is_password(text, start, end)
        if accepted:
            yield Finding(*normalised.span(start, end), Label.SECRET, 0.95, "secret")
        position = end if accepted else match.start() + 1


def _following(normalised: Normalised) -> Iterator[Finding]:
    """Find a secret right after its word, or one or two words later: « mdp zoom Pq7!xR2 »."""
    for match in _WORD_ONLY.finditer(normalised.flat):
        position = match.end()
        for step in range(3):
            word = _NEXT.match(normalised.flat, position)
            if word is None:
                break
            start, end = word.span(1)
            end = _closed(normalised.text, start, end)
            if _strong(normalised.text[start:end]) or (step == 0 and _numeric(normalised.text, start, end)):
                yield Finding(*normalised.span(start, end), Label.SECRET, 0.9, "secret")
                break
            position = word.end()


def _beside_a_login(normalised: Normalised) -> Iterator[Finding]:
    """Find what stands after a login and a stroke: « identifiants : asbl.nord / Soleil!22 »."""
    for match in _LOGIN.finditer(normalised.flat):
        start, end = match.span(1)
        end = _closed(normalised.text, start, end)
        if _strong(normalised.text[start:end]):
            yield Finding(*normalised.span(start, end), Label.SECRET, 0.9, "secret")


def _shaped(normalised: Normalised) -> Iterator[Finding]:
    """Find what is shaped like a password where somebody signs in: « on tape Hibou_27bis »."""
    for match in _CHOSEN.finditer(normalised.text):
        start, end = match.span()
        end = _closed(normalised.text, start, end)
        if not _shaped_like_a_password(normalised.text, start, end):
            continue
        around = normalised.flat[max(0, start - _NEAR) : start] + "\n" + normalised.flat[end : end + _NEAR]
        if _SIGN_IN.search(around):
            yield Finding(*normalised.span(start, end), Label.SECRET, 0.9, "secret")


def _random(normalised: Normalised) -> Iterator[Finding]:
    """Find a long value that nobody chose, where a word before it speaks of keys."""
    for match in _LONG.finditer(normalised.text):
        start, end = match.span()
        value = normalised.text[start:end]
        cut = sum(before.isdigit() != after.isdigit() for before, after in pairwise(value))
        known = _KEY_WORD.search(normalised.flat[max(0, start - _FAR) : start])
        if known and cut >= len(value) / 4 and normalised.text[start - 1 : start] not in {"/", "@", "."}:
            yield Finding(*normalised.span(start, end), Label.SECRET, 0.9, "secret")


def _shaped_like_a_password(text: str, start: int, end: int) -> bool:
    """Return whether small and capital letters, figures and a sign stand together; no file, no address."""
    value, after = text[start:end], text[end : end + 2]
    kinds = (str.islower, str.isupper, str.isdigit, lambda sign: sign in "!#$%&*_=~^?")
    return (
        all(any(map(kind, value)) for kind in kinds)
        and not (after[:1] in {".", "@", "/", ":"} and after[1:].isalnum())
        and text[start - 1 : start] not in {"/", "@", ".", "#"}
    )


def _strong(value: str) -> bool:
    """Return whether a value can only be a secret: letters and digits together, five or more."""
    lettered = any(map(str.isalpha, value)) and any(map(str.isdigit, value))
    return (
        lettered
        and len(value) > 4
        and "://" not in value
        and not ("@" in value[1:-1] and "." in value.rpartition("@")[2])
        and (not value[0].isdigit() or (len(value) > 7 and sum(map(str.isalpha, value)) > 2))
    )


def _numeric(text: str, start: int, end: int) -> bool:
    """Return whether figures, perhaps with letters, stand right after a password's word: no year, no count."""
    value = text[start:end]
    figures = value.isdigit() and len(value) > 3 and not (len(value) == 4 and value[:2] in {"19", "20"})
    mixed = value[0].isdigit() and len(value) > 6 and any(map(str.isupper, value)) and _mixed(value)
    return (figures or mixed) and "/" not in value and not text[end : end + 3].strip().startswith("€")


def _closed(text: str, start: int, end: int) -> int:
    """Leave out closing quotes and the sentence's own full stop; keep a « ! » that touches a password."""
    while end > start + 1 and text[end - 1] in _CLOSING:
        if text[end - 1] in "!?*" and _mixed(text[start : end - 1]) and text[end - 3 : end] != "***":
            break
        end -= 1
    return end - 2 if text[start:end].endswith("**") else end


def _mixed(value: str) -> bool:
    """Return whether a value looks chosen: digits or signs among letters, or capitals inside."""
    kinds = sum(
        (
            any(map(str.isdigit, value)),
            any(map(str.isalpha, value)),
            any(c in "!@#$%^&*?+=_-/\\~|<>" for c in value),
        )
    )
    return kinds > 1 or (value[1:] != value[1:].lower() and value != value.upper())


def _is_password(text: str, start: int, end: int) -> bool:
    """Accept what looks chosen; a plain word only where nothing but a secret can stand."""
    value = text[start:end]
    word = fold(value)
    if _NETWORK.search(fold(text[max(0, start - 40) : start])) and _KEY_NEXT.match(
        fold(text[end : end + 30])
    ):
        return False
    if (
        len(value) < 3
        or word in _COMMON
        or "://" in value
        or ("@" in value[1:-1] and "." in value.rpartition("@")[2])
    ):
        return False
    if _mixed(value):
        return True
    if value.isdigit():
        return len(value) > 3
    joined = text[:start].rstrip(" *_`\"'«“")[-1:] in {":", "=", ">"} or value[0].isupper()
    return joined and _ends_line(text, end)


def _ends_line(text: str, end: int) -> bool:
    """Return whether nothing but punctuation follows: a plain word after a colon is then the secret."""
    rest = text[end:].lstrip(" \"'»”’`*)")
    return not rest or rest[0] in "\n.,;|(/"
