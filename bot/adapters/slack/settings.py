"""What the Slack adapter needs to know of one workspace."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace, which is one organisation.

    With `app_token` the app listens by Socket Mode; with `signing_secret` it takes signed requests over
    HTTP; both may be on. `*_group` are ids of user groups whose members hold the role besides the channel's.
    """

    organisation: str
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    base_url: str = "https://slack.com/api/"
    review_channel: str = ""
    admin_channel: str = ""
    mentor_group: str = ""
    admin_group: str = ""
    command: str = "/ia"
    max_file_mb: int = 8
    time_limit: float = 20.0

    @property
    def api(self) -> str:
        """Return the base address with the slash that the client needs."""
        return self.base_url.rstrip("/") + "/"
