"""Who people are in Slack: accounts as the workspace vouches for them, and members of governing channels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.adapters.arrivals import Account, Members, language_of
from bot.adapters.slack.api import SlackApi
from bot.adapters.slack.settings import SlackSettings
from bot.core.ask import Platform
from bot.core.person import Role
from bot.errors import Undeliverable
from bot.ports import Clock

KNOWN_FOR = 60.0
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")


class Workspace:
    """Look-ups of one workspace, remembered for a minute."""

    def __init__(self, api: SlackApi, settings: SlackSettings, clock: Clock) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock
        self._users: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._channels: dict[str, str] = {}

    async def account(self, user: str) -> Account:
        """Return the account `user`. Raises Undeliverable when Slack does not say who that is."""
        identity = await self._api.identity()
        return _account(await self._user(user), user, str(identity.get("team_id", "")))

    async def names(self, users: tuple[str, ...]) -> dict[str, str]:
        """Return display names; an account nobody can name is left out."""
        found = {}
        for user in users:
            try:
                found[user] = (await self.account(user)).name
            except Undeliverable:
                continue
        return found

    async def channel(self, wanted: str) -> str:
        """Return the id of a channel given by id or by name."""
        if _CHANNEL_ID.fullmatch(wanted) or not wanted:
            return wanted
        if wanted not in self._channels:
            self._channels[wanted] = await self._searched(wanted.removeprefix("#"))
        return self._channels[wanted]

    def governing(self) -> Mapping[Role, Members]:
        """Return how to learn who holds each role that a channel or a group governs."""
        given = {
            Role.MENTOR: (self._settings.review_channel, self._settings.mentor_group),
            Role.ADMIN: (self._settings.admin_channel, self._settings.admin_group),
        }
        return {role: partial(self._holders, *where) for role, where in given.items() if any(where)}

    async def _holders(self, channel: str, group: str) -> frozenset[str]:
        members = await self._api.members(await self.channel(channel)) if channel else frozenset[str]()
        return members | (await self._api.group(group) if group else frozenset[str]())

    async def _user(self, user: str) -> Mapping[str, Any]:
        now = self._clock.seconds()
        seen = self._users.get(user)
        if seen is not None and now - seen[0] < KNOWN_FOR:
            return seen[1]
        found: Mapping[str, Any] = (await self._api.call("users.info", user=user, include_locale="true"))[
            "user"
        ]
        if len(self._users) > 5_000:
            self._users.clear()
        self._users[user] = (now, found)
        return found

    async def _searched(self, name: str) -> str:
        cursor = ""
        while True:
            page = await self._api.call(
                "conversations.list",
                types="public_channel,private_channel",
                exclude_archived="true",
                limit=200,
                cursor=cursor,
            )
            for channel in page.get("channels", ()):
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                raise Undeliverable(f"channel {name} not found")


def _account(user: Mapping[str, Any], account: str, team: str) -> Account:
    profile = user.get("profile") or {}
    name = (
        profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name")
    )
    verified = profile.get("email") if user.get("is_email_confirmed", True) else None
    return Account(
        Platform.SLACK,
        team,
        account,
        str(name or account),
        verified or None,
        language_of(str(user.get("locale") or "")),
        outsider=_outside(user, team),
    )


def _outside(user: Mapping[str, Any], team: str) -> bool:
    marks = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    teams = {user.get("team_id") or team, *((user.get("enterprise_user") or {}).get("teams") or ())}
    return any(user.get(mark) for mark in marks) or team not in teams
