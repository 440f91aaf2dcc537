"""What comes with a post: the words of the files attached to it, and the earlier turns of its thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.adapters.attachments import read
from bot.adapters.mattermost import requests
from bot.adapters.mattermost.driver import Refused, Rest
from bot.core.ask import Turn
from bot.core.reply import Attachment
from bot.errors import TooLarge

MEGABYTE = 1_000_000

log = logging.getLogger(__name__)


async def attached(rest: Rest, about: Mapping[str, Any], megabytes: int) -> Attachment:
    """Return the words of the file that the server describes. Raises TooLarge, WrongUse, Refused."""
    name, limit = str(about.get("name") or "?"), megabytes * MEGABYTE
    if int(about.get("size") or 0) > limit:
        raise TooLarge(name)
    content = await rest.content(str(about["id"]), limit)
    return await read(Attachment(name, str(about.get("mime_type") or ""), content))


async def earlier(rest: Rest, post: Mapping[str, Any], me: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the turns before `post` in its thread; none when the thread cannot be read.

    Raises Refused while the network is cut: an answer without them would miss the point.
    """
    if not post.get("root_id"):
        return ()
    try:
        thread = await rest.call(rest.driver.posts.get_thread, post["root_id"])
    except Refused as fault:
        if fault.passing:
            raise
        log.warning("thread not read: %s", fault)
        return ()
    posts = tuple(thread["posts"].values())
    return requests.turns(posts, str(me["id"]), str(me["username"]), str(post["id"]))
