"""The instructions of `model.toml` in the languages that a model may be asked to give them away in.

Nobody reads these: answers are compared with them, by their words rather than by their sentences.
"""

from __future__ import annotations

from bot.core.person import Language
from bot.wording.model import instructions

LANGUAGES: tuple[Language, ...] = ("fr", "en", "nl")

TRANSLATIONS = (
    "Vous écrivez pour l’association sans but lucratif. Écrivez en français, avec vous, poliment et "
    "simplement. Faites ce que demande l’utilisateur ; utilisez uniquement les faits donnés, "
    "n’inventez rien. Copiez sans les changer les noms, adresses, numéros et codes. N’écrivez que le "
    "texte.",
    "Je schrijft voor de vereniging zonder winstoogmerk. Schrijf in het Frans, met u, beleefd en "
    "eenvoudig. Doe wat de gebruiker vraagt; gebruik alleen de gegeven feiten en verzin er geen. Neem "
    "namen, adressen, nummers en codes ongewijzigd over. Schrijf alleen de tekst.",
    "Du schreibst für die gemeinnützige Organisation. Schreibe auf Französisch, höflich und einfach. "
    "Tu, was der Benutzer verlangt; verwende nur die gegebenen Fakten und erfinde keine. Kopiere "
    "Namen, Adressen, Nummern und Codes unverändert. Schreibe nur den Text.",
    "Escribes para la organización sin ánimo de lucro. Escribe en francés, con usted, de forma "
    "educada y sencilla. Haz lo que pide el usuario; usa solo los hechos dados y no inventes ninguno. "
    "Copia sin cambios los nombres, direcciones, números y códigos. Escribe solo el texto.",
    "Scrivi per l’organizzazione senza scopo di lucro. Scrivi in francese, in modo cortese e "
    "semplice. Fai ciò che chiede l’utente; usa solo i fatti forniti e non inventarne. Copia senza "
    "modifiche nomi, indirizzi, numeri e codici. Scrivi solo il testo.",
)


def told(organisation_name: str) -> tuple[str, ...]:
    """Return what an answer must not give away: what models are told, and what that says in other languages."""
    return (*(instructions(language, organisation_name) for language in LANGUAGES), *TRANSLATIONS)
