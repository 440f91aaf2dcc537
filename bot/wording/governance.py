"""What people read of their rights, and the link to the console."""

from __future__ import annotations

from datetime import timedelta

from bot.core.person import Language
from bot.core.reply import Button, File, Message, Tone
from bot.wording.catalogue import say


def rights(language: Language) -> Message:
    """Say what is kept and offer export and erasure."""
    return Message(
        say(language, "governance.rights"),
        title=say(language, "governance.rights_title"),
        buttons=(
            Button(say(language, "governance.export_button"), "donnees export"),
            Button(say(language, "governance.erase_button"), "donnees effacer", "danger"),
        ),
    )


def exported(file: File, language: Language) -> Message:
    """Hand over everything that is kept of the person."""
    return Message(say(language, "governance.exported"), Tone.DONE, files=(file,))


def erase_confirm(language: Language) -> Message:
    """Say what erasure means before it is done."""
    return Message(
        say(language, "governance.erase_confirm"),
        Tone.ALERT,
        title=say(language, "governance.erase_title"),
        buttons=(Button(say(language, "governance.erase_yes"), "donnees effacer oui", "danger"),),
    )


def erased(language: Language) -> Message:
    """Confirm erasure."""
    return Message(say(language, "governance.erased"), Tone.DONE)


def link(address: str, lasts: timedelta, language: Language) -> Message:
    """Give the one-time link."""
    minutes = round(lasts.total_seconds() / 60)
    text = say(language, "governance.link", address=address, minutes=minutes)
    return Message(text, title=say(language, "governance.link_title"))
