"""Help, the charter, and the choice of a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from bot.core.command import Command, Name, parse
from bot.core.person import Language, Person, Role
from bot.core.policy.charter import Charter
from bot.core.reply import Button, Message, Tone
from bot.wording.catalogue import say

T = TypeVar("T")

_MENTOR = (Name.REVIEW,)
_ADMIN = (Name.OVERVIEW,)
_STAFF = tuple(name for name in Name if name not in {*_MENTOR, *_ADMIN})
_LANGUAGES: Mapping[Language, str] = {"fr": "Français", "en": "English", "nl": "Nederlands"}


def help_text(person: Person, topic: str, trial: bool) -> Message:
    """List the commands this person may use, or explain the one named by `topic`."""
    language = person.language
    named = parse(topic) if topic else None
    if isinstance(named, Command) and named.name.value != "demander":
        return Message(_line(named.name, language), title=say(language, "adoption.help_title"))
    parts = [say(language, "adoption.help_intro"), _lines(_STAFF, language)]
    if person.has(Role.MENTOR):
        parts += [say(language, "adoption.help_mentor"), _lines(_MENTOR, language)]
    if person.has(Role.ADMIN):
        parts += [say(language, "adoption.help_admin"), _lines(_ADMIN, language)]
    if trial:
        parts.append(f"*{say(language, 'adoption.help_trial')}*")
    return Message("\n\n".join(parts), title=say(language, "adoption.help_title"))


def _lines(names: tuple[Name, ...], language: Language) -> str:
    return "\n".join(_line(name, language) for name in names)


def _line(name: Name, language: Language) -> str:
    usage = say(language, f"adoption.usage_{name.value}")
    return say(
        language,
        "adoption.help_line",
        usage=usage,
        purpose=say(language, f"adoption.purpose_{name.value}"),
    )


def charter(charter: Charter, person: Person) -> Message:
    """Show the charter's articles, with a button to accept it unless that was done."""
    language = person.language
    articles = "\n\n".join(
        say(
            language,
            "adoption.charter_article",
            number=article.id,
            title=spoken(article.title, language),
            text=spoken(article.text, language),
        )
        for article in charter.articles
    )
    accepted = person.charter == charter.version
    if accepted:
        articles += "\n\n" + say(language, "adoption.charter_already")
    accept = Button(say(language, "adoption.charter_accept"), "charte accepter", "primary")
    return Message(articles, title=spoken(charter.title, language), buttons=() if accepted else (accept,))


def spoken(texts: Mapping[Language, T], language: Language) -> T:
    """Return the text in the person's language, else in English for Dutch, else in French."""
    return texts.get(language) or texts.get("en" if language == "nl" else "fr") or texts["fr"]


def charter_accepted(language: Language) -> Message:
    """Thank for accepting the charter."""
    return Message(say(language, "adoption.charter_accepted"), Tone.DONE)


def languages(language: Language) -> Message:
    """Offer the languages."""
    buttons = tuple(Button(name, f"langue {code}") for code, name in _LANGUAGES.items())
    return Message(say(language, "adoption.languages"), buttons=buttons)
