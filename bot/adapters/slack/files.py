"""A file that somebody attaches to a message: fetched from Slack, its size checked first, its words read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.adapters.attachments import read
from bot.adapters.slack.api import SlackApi
from bot.core.reply import Attachment
from bot.errors import TooLarge, Undeliverable

MEGABYTE = 1_000_000


async def attached(api: SlackApi, file: Mapping[str, Any], megabytes: int) -> Attachment:
    """Return the words of a file. Raises TooLarge, WrongUse as `read` does, Undeliverable."""
    name, limit = str(file.get("name") or "?"), megabytes * MEGABYTE
    if not file.get("url_private"):
        file = (await api.call("files.info", file=str(file.get("id"))))["file"]
    address = file.get("url_private_download") or file.get("url_private")
    if not address:
        raise Undeliverable("file without address")
    if int(file.get("size") or 0) > limit:
        raise TooLarge(name)
    content = await api.download(str(address), limit)
    return await read(Attachment(name, str(file.get("mimetype") or ""), content), limit)
