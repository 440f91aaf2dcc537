"""What keeps the Mattermost bot from working, each with what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.adapters.mattermost.driver import Refused
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.settings import MattermostSettings
from bot.core.person import Language
from bot.errors import Undeliverable
from bot.wording.catalogue import say

NAME = "Mattermost"


async def examine(server: Server, settings: MattermostSettings, language: Language) -> tuple[str, ...]:
    """Return one sentence for each thing that is wrong; none when all is well."""
    found = []
    if not any(settings.command_tokens) or not settings.callback_secret:
        setting = "mattermost.command_tokens / mattermost.callback_secret"
        found.append(say(language, "chat.doctor_door", platform=NAME, setting=setting))
    if _here(settings.address) and not _here(settings.url):
        found.append(say(language, "chat.doctor_address", platform=NAME, address=settings.address))
    try:
        await server.me()
    except Refused as fault:
        if fault.status == 401:
            setting = "mattermost.bot_token"
            told = say(language, "chat.doctor_token", platform=NAME, fault=fault.status, setting=setting)
        else:
            told = say(language, "chat.doctor_unreachable", platform=NAME, address=settings.url, fault=fault)
        return (*found, told)
    for channel in filter(None, (settings.review_channel, settings.admin_channel)):
        try:
            await server.members(channel)
        except Undeliverable as fault:
            found.append(say(language, "chat.doctor_channel", platform=NAME, channel=channel, fault=fault))
    if not settings.trust_emails and not await server.verifies_emails():
        found.append(say(language, "chat.doctor_emails", platform=NAME))
    return tuple(found)


def _here(address: str) -> bool:
    """Return whether an address means the machine it is used on."""
    return urlsplit(address).hostname in {"localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104  compared only
