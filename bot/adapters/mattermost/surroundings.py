"""What comes with a post: the words of the files attached to it, and the earlier turns of its thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.adapters.attachments import read
from bot.adapters.mattermost import requests
from bot.adapters.mattermost.driver import Refused, Rest
from bot.core.ask import Turn
from bot.core.person import Language
from bot.core.reply import Attachment, Message
from bot.errors import SobriaError, TooLarge, Undeliverable
from bot.wording import chat as wording

MEGABYTE = 1_000_000

log = logging.getLogger(__name__)


async def attached(rest: Rest, about: Mapping[str, Any], megabytes: int) -> Attachment:
    """Return the words of the file that the server describes. Raises TooLarge, WrongUse, Refused."""
    name, limit = str(about.get("name") or "?"), megabytes * MEGABYTE
    if int(about.get("size") or 0) > limit:
        raise TooLarge(name)
    content = await rest.content(str(about["id"]), limit)
    return await read(Attachment(name, str(about.get("mime_type") or ""), content))


async def files(
    rest: Rest, post: Mapping[str, Any], megabytes: int, language: Language
) -> tuple[tuple[Attachment, ...], Message | None]:
    """Return the words of the files sent along, or what to say when one cannot be read.

    Raises Refused while the network is cut.
    """
    found = []
    for file in post.get("file_ids") or ():
        about: Mapping[str, Any] = {}
        try:
            about = await rest.call(rest.driver.files.get_file_metadata, file)
            found.append(await attached(rest, about, megabytes))
        except SobriaError as fault:
            if isinstance(fault, Undeliverable) and fault.passing:
                raise
            return (), wording.refused_file(fault, str(about.get("name") or "?"), megabytes, language)
    return tuple(found), None


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
