"""How messages reach people in Mattermost: one person alone, or all in a channel.

A bot cannot make posts that only one person sees. What is private therefore goes by the way that the server
keeps open for it: the answer to its own request, the command's response address, else the bot's own
conversation with the person. What was asked aloud is answered in its thread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from typing import Any

from bot.adapters.mattermost.driver import Refused, Rest
from bot.adapters.mattermost.members import Server
from bot.adapters.mattermost.posts import COMMAND, Marks, Post, posts, quiet
from bot.adapters.mattermost.settings import MattermostSettings
from bot.adapters.mattermost.signing import BUTTON_LIVES, FORM_LIVES, Note, Signer
from bot.adapters.mattermost.waiting import AS_IT_IS, Address, Parcel, Reply
from bot.core.person import Language
from bot.core.reply import File, Message, Tone
from bot.errors import Undeliverable
from bot.ports import Clock
from bot.wording.catalogue import say

MOST_POSTS = 3
RESPONSES = 5
"""How often a response address may be used."""

MARK, ASK = "sobria_draft", "sobria_ask"
"""Properties of our posts: a draft, and the number of the ask that a post is about."""

FINAL = {"from_bot": "true"}
"""An edit replaces every property of a post, also the one by which clients know a bot's."""

DRAFT = {**FINAL, MARK: "1"}

log = logging.getLogger(__name__)


class Mail:
    """Brings messages: to a channel, or to one person alone."""

    def __init__(
        self, rest: Rest, server: Server, settings: MattermostSettings, signer: Signer, clock: Clock
    ) -> None:
        self._rest = rest
        self._server = server
        self._settings = settings
        self._signer = signer
        self._clock = clock
        self._direct: dict[str, str] = {}
        self._left: set[str] = set()

    def sign(self, note: Note) -> str:
        """Sign what a button or a dialog stands for."""
        lives = FORM_LIVES if note.purpose == "form" else BUTTON_LIVES
        return self._signer.sign(note, self._clock.now() + lives)

    async def conversation(self, user: str) -> str:
        """Return the channel of the bot's own conversation with `user`."""
        if user not in self._direct:
            pair = [(await self._server.me())["id"], user]
            create = self._rest.driver.channels.create_direct_message_channel
            self._direct[user] = str((await self._rest.call(create, options=pair))["id"])
        return self._direct[user]

    async def join(self, channel: str) -> None:
        """Join a public channel, so as to write in it; where that may not be, the post itself will tell."""
        with suppress(Refused):
            me = {"user_id": (await self._server.me())["id"]}
            await self._rest.call(self._rest.driver.channels.add_user, channel, options=me)

    async def bring(
        self,
        to: Address,
        message: Message,
        language: Language,
        *,
        aloud: bool,
        draft: str = "",
        reply: Reply | None = None,
        more: Sequence[tuple[str, Note]] = (),
        parcel: Parcel | None = None,
    ) -> None:
        """Bring `message` to `to`, for all in the channel to read when `aloud`. Raises Undeliverable.

        With the `parcel` of an earlier attempt it goes on from where that one ended.
        """
        parcel = parcel or Parcel()
        props = FINAL if message.ask is None else {**FINAL, ASK: str(message.ask)}
        buttons = (*self._own_buttons(message, language, to, aloud=aloud), *more)
        rendered = self._rendered(message, language, to, buttons, public=aloud and not to.direct)
        if aloud and parcel.again and message.ask is not None:
            parcel.brought = max(parcel.brought, await self._there(to, rendered, message.ask))
        parcel.again = True
        for number, post in enumerate(rendered[parcel.brought :], parcel.brought):
            mark = f"{parcel.key}{number}"
            if aloud:
                await self._posted(to, post, draft if number == 0 else "", mark, props)
            else:
                shown = replace(post, text=_apart(post, language))
                if number > 0 or reply is None or not reply.takes(shown, alone=len(rendered) == 1):
                    to = await self._alone(to, shown, mark, props)
                if post.files:
                    await self._privately(
                        to.user, Post(_caption(message, language), (), post.files), f"{mark}f"
                    )
            parcel.brought = number + 1
        if not aloud:
            await self._left_nothing(to, language, draft, reply)

    async def draft(self, to: Address, text: str, draft: str) -> str:
        """Show an answer as far as it has come."""
        return await self._posted(to, Post(quiet(text)), draft, props=DRAFT)

    def leave(self, draft: str) -> None:
        """Remember a draft that could not be turned into its answer, to remove it when the network is back."""
        self._left.add(draft)

    async def tidy(self, posts: Iterable[Mapping[str, Any]] = (), before: int = 0) -> None:
        """Remove drafts that nobody will finish: those left, and among `posts` those of an earlier run."""
        me = (await self._server.me())["id"]
        for post in posts:
            ours = post.get("user_id") == me and int(post.get("create_at") or 0) < before
            if ours and not post.get("delete_at") and (post.get("props") or {}).get(MARK):
                self._left.add(str(post["id"]))
        for draft in tuple(self._left):
            try:
                await self._rest.call(self._rest.driver.posts.delete_post, draft)
            except Refused as fault:
                if fault.passing:
                    continue
            self._left.discard(draft)

    async def opened(self, to: Address, view: Mapping[str, Any], path: str = "dialog") -> bool:
        """Open a dialog while the trigger lives; return False when that could not be done."""
        if not to.trigger or self._clock.seconds() > to.trigger_until:
            return False
        wanted = {"trigger_id": to.trigger, "url": self._settings.callback(path), "dialog": dict(view)}
        try:
            await self._rest.call(self._rest.driver.integration_actions.open_dialog, options=wanted)
        except Refused as fault:
            log.info("form by button instead: %s", fault)
            return False
        return True

    def _rendered(
        self,
        message: Message,
        language: Language,
        to: Address,
        extra: Sequence[tuple[str, Note]],
        *,
        public: bool,
    ) -> tuple[Post, ...]:
        marks = Marks(
            self.sign,
            self._settings.callback("action"),
            "" if public else to.user,
            to.channel if public else "",
            "" if public else to.response_url,
        )
        found = posts(message, language, marks, extra)
        if len(found) <= MOST_POSTS + len(message.files) // 5:
            return found
        name = f"{say(language, 'chat.whole_answer')}-{message.ask or 'ia'}.md"
        whole = File(name, "text/markdown", message.text.encode())
        short = replace(message, text=say(language, "chat.attached"), files=(whole, *message.files))
        return posts(short, language, marks, extra)

    def _own_buttons(
        self, message: Message, language: Language, to: Address, *, aloud: bool
    ) -> Sequence[tuple[str, Note]]:
        found = []
        account = to.user if to.direct or not aloud else ""
        if message.form is not None:
            way = "" if aloud else to.response_url
            ahead = Note(
                "press",
                message.form.command,
                account,
                root=to.root,
                response_url=way,
                filled=_typed(message),
            )
            found.append((say(language, "chat.fill_in"), ahead))
        if message.tone is Tone.ANSWER and message.ask is not None and not aloud and to.channel:
            number = str(message.ask)
            found.append((say(language, "chat.share"), Note("share", number, account, to.channel, to.root)))
        return found

    async def _posted(
        self, to: Address, post: Post, draft: str = "", mark: str = "", props: Mapping[str, str] = FINAL
    ) -> str:
        content: dict[str, Any] = {
            "message": post.text,
            "props": {**props, "attachments": list(post.attachments)},
        }
        if post.files:
            content["file_ids"] = [await self._uploaded(to.channel, file) for file in post.files]
        if draft and not post.files:  # older servers lose files that an edit adds
            with suppress(Refused):
                await self._rest.call(self._rest.driver.posts.patch_post, draft, options=content)
                return draft
        options = {"channel_id": to.channel, "root_id": to.root, "pending_post_id": mark, **content}
        made = await self._rest.call(self._rest.driver.posts.create_post, options=options)
        if draft:
            with suppress(Refused):
                await self._rest.call(self._rest.driver.posts.delete_post, draft)
        return str(made["id"])

    async def _there(self, to: Address, posts: Sequence[Post], ask: int) -> int:
        """Return how many of `posts` came through before, when a cut or a crash kept us from knowing."""
        driver = self._rest.driver.posts
        if to.root:
            found = await self._rest.call(driver.get_thread, to.root)
        else:
            found = await self._rest.call(driver.get_posts_for_channel, to.channel, params={"per_page": 60})
        me = (await self._server.me())["id"]
        known = {
            post["message"]
            for post in found["posts"].values()
            if post["user_id"] == me and (post.get("props") or {}).get(ASK) == str(ask)
        }
        return len(list(takewhile(lambda post: post.text in known, posts)))

    async def _alone(self, to: Address, post: Post, mark: str, props: Mapping[str, str]) -> Address:
        """Show `post` to the person alone; return the address without a way that no longer works."""
        if to.response_url:
            shown = {"text": post.text, "attachments": list(post.attachments)}
            body = {"response_type": "ephemeral", **AS_IT_IS, **shown}
            try:
                await self._rest.respond(to.response_url, body)
            except Refused as fault:
                log.info("direct message instead: %s", fault)
                to = replace(to, response_url="")
            else:
                return to
        await self._privately(to.user, replace(post, files=()), mark, props)
        return to

    async def _privately(self, user: str, post: Post, mark: str, props: Mapping[str, str] = FINAL) -> None:
        await self._posted(Address(await self.conversation(user), user), post, mark=mark, props=props)

    async def _left_nothing(self, to: Address, language: Language, draft: str, reply: Reply | None) -> None:
        """Take the draft away, and give the server the answer that it may still be waiting for."""
        if draft:
            with suppress(Undeliverable):
                await self._rest.call(self._rest.driver.posts.delete_post, draft)
        if reply is not None and not to.direct:
            elsewhere = reply.kind == "press" and not to.response_url
            reply.give({"ephemeral_text": say(language, "chat.on_its_way")} if elsewhere else reply.nothing)

    async def _uploaded(self, channel: str, file: File) -> str:
        files = {"files": (file.name, file.content, file.media_type)}
        upload = self._rest.driver.files.upload_file
        return str((await self._rest.call(upload, channel, files))["file_infos"][0]["id"])


def _apart(post: Post, language: Language) -> str:
    """Return the text that one person sees; no file can come with it, so it says where they are."""
    where = f"*{say(language, 'chat.apart')}*" if post.files else ""
    return "\n\n".join(filter(None, (post.text, where)))


def _caption(message: Message, language: Language) -> str:
    """Return what stands above files that come on their own."""
    if message.ask is not None:
        return say(language, "chat.file_of", number=message.ask)
    return message.title or message.text


def _typed(message: Message) -> tuple[tuple[str, str], ...]:
    """Return what was typed into a form that is asked for again because of a fault, if a button has room for it.

    Only then: a form's first values are ours, and pressing a button with them would send them.
    """
    if message.form is None or message.tone is not Tone.FAULT:
        return ()
    typed = tuple((wanted.name, wanted.value) for wanted in message.form.fields if wanted.value)
    return typed if len(str(typed).encode()) <= COMMAND - 500 else ()
