"""Who people are in Mattermost: accounts as the server vouches for them, members of governing channels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.adapters.arrivals import Account, Members, language_of
from bot.adapters.mattermost.driver import Refused, Rest
from bot.adapters.mattermost.settings import MattermostSettings
from bot.core.ask import Platform
from bot.core.person import Role
from bot.ports import Clock

KNOWN_FOR = 60.0
_ID = re.compile(r"[a-z0-9]{26}")


class Server:
    """Look-ups of one server; people are remembered for a minute."""

    def __init__(self, rest: Rest, settings: MattermostSettings, clock: Clock) -> None:
        self._rest = rest
        self._settings = settings
        self._clock = clock
        self._users: dict[str, tuple[float, Account]] = {}
        self._ids: dict[str, str] = {}
        self._me: Mapping[str, Any] | None = None
        self._verifies: bool | None = None

    async def me(self) -> Mapping[str, Any]:
        """Return the bot's own account, asked once."""
        if self._me is None:
            self._me = await self._rest.call(self._rest.driver.users.get_user, "me")
        return self._me

    async def account(self, user: str) -> Account:
        """Return the account `user`. Raises Refused when the server does not say who that is."""
        now = self._clock.seconds()
        seen = self._users.get(user)
        if seen is not None and now - seen[0] < KNOWN_FOR:
            return seen[1]
        found = await self._rest.call(self._rest.driver.users.get_user, user)
        account = await self._described(found)
        if len(self._users) > 5_000:
            self._users.clear()
        self._users[user] = (now, account)
        return account

    def forget(self, user: str) -> None:
        """Ask again next time who `user` is: the account has changed."""
        self._users.pop(user, None)

    async def team(self) -> str:
        """Return the id of the team that the settings name, "" when they name none."""
        wanted = self._settings.team
        if not wanted or _ID.fullmatch(wanted):
            return wanted
        if wanted not in self._ids:
            found = await self._rest.call(self._rest.driver.teams.get_team_by_name, wanted)
            self._ids[wanted] = str(found["id"])
        return self._ids[wanted]

    async def channel(self, wanted: str) -> str:
        """Return the id of a channel given by id, by `team/name`, or by name in the settings' team."""
        if _ID.fullmatch(wanted) or not wanted:
            return wanted
        if wanted not in self._ids:
            team, _, name = wanted.rpartition("/")
            by_name = self._rest.driver.channels.get_channel_by_name_and_team_name
            found = await self._rest.call(by_name, team or self._settings.team, name.lstrip("~#"))
            self._ids[wanted] = str(found["id"])
        return self._ids[wanted]

    def governing(self) -> Mapping[Role, Members]:
        """Return how to learn who holds each role that a channel governs."""
        given = {Role.MENTOR: self._settings.review_channel, Role.ADMIN: self._settings.admin_channel}
        return {role: partial(self.members, channel) for role, channel in given.items() if channel}

    async def members(self, wanted: str) -> frozenset[str]:
        """Return the accounts in a channel."""
        channel = await self.channel(wanted)
        found: set[str] = set()
        for page in range(50):
            listed = await self._rest.call(
                self._rest.driver.channels.get_channel_members,
                channel,
                params={"page": page, "per_page": 200},
            )
            found.update(member["user_id"] for member in listed)
            if len(listed) < 200:
                return frozenset(found)
        raise Refused(0, "channel members without end")

    async def verifies_emails(self) -> bool:
        """Return whether the server lets nobody in before their address is verified."""
        if self._verifies is None:
            found = await self._rest.send("get", "/config/client", params={"format": "old"})
            self._verifies = str(found.get("RequireEmailVerification", "")).lower() == "true"
        return self._verifies

    async def _described(self, user: Mapping[str, Any]) -> Account:
        name = f"{user.get('first_name', '')} {user.get('last_name', '')}".strip()
        return Account(
            Platform.MATTERMOST,
            self._settings.workspace,
            str(user["id"]),
            name or str(user.get("nickname") or user.get("username") or user["id"]),
            str(user["email"]) if user.get("email") and await self._believed(user) else None,
            language_of(str(user.get("locale") or "")),
            outsider=await self._outside(user),
        )

    async def _believed(self, user: Mapping[str, Any]) -> bool:
        """Return whether an address is certain.

        A server never tells others whether an address was verified (it blanks the field), so certainty comes
        from its settings, from a sign-in service that vouches, or from whoever runs it.
        """
        vouched = bool(user.get("email_verified")) or bool(user.get("auth_service"))
        return vouched or self._settings.trust_emails or await self.verifies_emails()

    async def _outside(self, user: Mapping[str, Any]) -> bool:
        roles = str(user.get("roles", "")).split()
        if user.get("is_bot") or user.get("delete_at") or "system_guest" in roles:
            return True
        team = await self.team()
        if not team:
            return False
        try:
            member = await self._rest.call(self._rest.driver.teams.get_team_member, team, user["id"])
        except Refused as fault:
            if fault.status == 404:
                return True
            raise
        return bool(member.get("delete_at")) or "team_guest" in str(member.get("roles", ""))
