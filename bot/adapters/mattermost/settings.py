"""What the Mattermost adapter needs to know of one server."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class MattermostSettings:
    """One server, or one team of it, which is one organisation.

    `url` is the server, `address` where the server reaches this program. `command_tokens` are those of the
    slash commands, one a team. Channels are ids, or `team/name`. `trust_emails` says that accounts are made
    by administrators only, so that their addresses may be believed (see docs/mattermost.md). `time_limit` is
    how many seconds one call of the server may take, `max_file_mb` how large a file may be that is read.
    """

    organisation: str
    url: str
    bot_token: str = field(repr=False)
    command_tokens: tuple[str, ...] = field(repr=False)
    callback_secret: str = field(repr=False)
    address: str
    review_channel: str = ""
    admin_channel: str = ""
    team: str = ""
    trust_emails: bool = False
    max_file_mb: int = 8
    time_limit: float = 20.0

    @property
    def workspace(self) -> str:
        """Return what tells this server's accounts from those of another."""
        return urlsplit(self.url).netloc

    def callback(self, path: str) -> str:
        """Return the address that the server calls back for `path`."""
        return f"{self.address.rstrip('/')}/mattermost/{path}"
