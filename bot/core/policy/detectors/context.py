"""What stands around a candidate: its edges, and the words just before it."""

from __future__ import annotations

import unicodedata

import re2

from bot.core.policy.folding import fold

_REFERENCE = re2.compile(
    r"(?:factur\w*|invoice|dossier\w*|commande|order|ref|refs|reference\w*|client|contrat|"
    r"contract|police|compteur|"
    r"ean\w*|isbn\w*|issn|siret|siren|rna|tva|vat|btw|bce|kbo|entreprise\w*|onderneming\w*|rpm|devis|ticket|"
    r"bon|lot|article|serie|serial|imei|communication|structuree|colis|tracking|suivi|inami|agrement|subside|"
    r"subvention|convention|budget\w*|code[ -]barres?|doi|version|facturatie|factuur|bestelling|"
    r"polis|naf|ape)"
    r"(?:[ ]+(?:de|du|d'|des|la|le|l'|electricite|gaz|eau|client|fournisseur|commande|"
    r"entreprise|reference|interne|"
    r"is|est|number|numero|nummer|no|n|nr|num|id|court|colis))*[ ]*(?:n[°o]\.?|nr\.?|#|:|=|\(|/|"
    r"-|°)*[ ]*(?:be|fr)?[ .]*$"
)


def words(listed: str) -> frozenset[str]:
    """Return the words of a list that is written as one sentence."""
    return frozenset(listed.split())


def alone(text: str, start: int, end: int) -> bool:
    """Return whether no letter or digit touches `[start, end)`."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def number_alone(text: str, start: int, end: int) -> bool:
    """Return whether `[start, end)` is not a piece of a longer number, such as 12.345 or 12-345."""
    if not alone(text, start, end):
        return False
    left = text[max(0, start - 2) : start]
    right = text[end : end + 2]
    return not (len(left) == 2 and left[0].isdigit() and left[1] in ".,-/:") and not (
        len(right) == 2 and right[0] in ".,-/:" and right[1].isdigit()
    )


def before(text: str, start: int, length: int = 48) -> str:
    """Return what stands before `start` on its line, folded."""
    return fold(text[max(0, start - length) : start].rpartition("\n")[2])


def referenced(text: str, start: int) -> bool:
    """Return whether the words before `start` announce a reference: an invoice, a case, an enterprise."""
    return bool(_REFERENCE.search(before(text, start)))


def past_digits(text: str, start: int) -> int:
    """Return where the next candidate may begin: no number begins inside a run of digits."""
    end = start + 1
    while end < len(text) and text[start].isdigit() and text[end].isdigit():
        end += 1
    return end


def digits(text: str) -> str:
    """Return the digits of `text`."""
    return "".join(
        letter for letter in text if letter.isdigit() and unicodedata.decimal(letter, None) is not None
    )
