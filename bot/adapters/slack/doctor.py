"""What keeps the Slack app from working, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.members import Workspace
from bot.adapters.slack.settings import SlackSettings
from bot.core.person import Language
from bot.errors import Undeliverable
from bot.wording.catalogue import say

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "users:read",
        "users:read.email",
    }
)
"""What the app asks for; `docs/slack.md` says what for, and a test compares it with the manifest."""

GROUP_SCOPES = frozenset({"usergroups:read"})


async def examine(
    api: SlackApi, settings: SlackSettings, workspace: Workspace, language: Language
) -> tuple[str, ...]:
    """Return one sentence for each thing that is wrong; none when all is well."""
    found = list(_doors(settings, language))
    try:
        granted = await api.scopes()
    except Undeliverable as fault:
        setting = "slack.bot_token"
        return (*found, say(language, "chat.doctor_token", platform="Slack", fault=fault, setting=setting))
    found += _scopes(settings, granted, language)
    if settings.app_token:
        try:
            await api.call("apps.connections.open", token=settings.app_token)
        except Undeliverable as fault:
            found.append(say(language, "chat.doctor_app_token", platform="Slack", fault=fault))
    for channel in filter(None, (settings.review_channel, settings.admin_channel)):
        try:
            await api.members(await workspace.channel(channel))
        except Undeliverable as fault:
            found.append(say(language, "chat.doctor_channel", platform="Slack", channel=channel, fault=fault))
    return tuple(found)


def needed(settings: SlackSettings) -> frozenset[str]:
    """Return the scopes these settings need."""
    return SCOPES | (GROUP_SCOPES if settings.mentor_group or settings.admin_group else frozenset())


def _doors(settings: SlackSettings, language: Language) -> Iterator[str]:
    if not settings.app_token and not settings.signing_secret:
        setting = "slack.app_token / slack.signing_secret"
        yield say(language, "chat.doctor_door", platform="Slack", setting=setting)


def _scopes(settings: SlackSettings, granted: frozenset[str] | None, language: Language) -> Iterator[str]:
    """Compare what the token holds with what is needed; a server that does not say is believed."""
    if granted is None:
        return
    wanted = needed(settings)
    if wanted - granted:
        missing = ", ".join(sorted(wanted - granted))
        yield say(language, "chat.doctor_scopes", platform="Slack", scopes=missing, page="slack")
    if granted - wanted:
        extra = ", ".join(sorted(granted - wanted))
        yield say(language, "chat.doctor_extra", platform="Slack", scopes=extra)
