"""The words of a file that a person sent along: text, PDF, Word, e-mail. Size and kind are checked first.

Both chat adapters read files through `read`; what comes out is plain text and takes the ask's own road,
so the same policy looks at it. Reading runs in a thread: a PDF may take a second.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import PurePath

from bot.core.reply import Attachment
from bot.errors import TooLarge, WrongUse

MOST_BYTES = 8_000_000
"""A file's size on the wire, unless settings say more; a scanned report is larger, and holds no text to read."""

MOST_UNPACKED = 60_000_000
"""What a Word file may unpack to, so that a small file cannot fill the memory."""

MOST_PAGES = 200
SECONDS = 20.0


async def read(attachment: Attachment, most: int = MOST_BYTES) -> Attachment:
    """Return `attachment`, of at most `most` bytes, as plain text.

    Raises TooLarge beyond the limits, WrongUse("kind") for a file of another kind, WrongUse("unreadable")
    for a damaged, locked or scanned one.
    """
    if len(attachment.content) > most:
        raise TooLarge(attachment.name)
    reader = _READERS.get(PurePath(attachment.name.lower()).suffix)
    if reader is None:
        raise WrongUse("kind")
    try:
        text = await asyncio.wait_for(asyncio.to_thread(_words, reader, attachment.content), SECONDS)
    except TimeoutError:
        raise TooLarge(attachment.name) from None
    return Attachment(attachment.name, "text/plain", text.encode())


def _words(reader: Callable[[bytes], str], content: bytes) -> str:
    try:
        text = reader(content).replace("\x00", "").strip()
    except TooLarge:
        raise
    except Exception as fault:  # the parsers raise what they like on damaged files; all of it means one thing
        raise WrongUse("unreadable") from fault
    if not text:
        raise WrongUse("unreadable")
    return text


def _plain(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader  # late: a quarter of a second that most asks never need

    document = PdfReader(io.BytesIO(content))
    if len(document.pages) > MOST_PAGES:
        raise TooLarge("pages")
    return "\n\n".join(page.extract_text() for page in document.pages)


def _docx(content: bytes) -> str:
    from docx import Document  # late, for the same reason
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise TooLarge("unpacked")
    lines = []
    for part in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            lines += [" | ".join(cell.text for cell in row.cells) for row in part.rows]
        else:
            lines.append(part.text)
    return "\n".join(lines)


def _mail(content: bytes) -> str:
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Date", "Subject") if message[name]]
    body = message.get_body(("plain", "html"))
    text = "" if body is None else body.get_content()
    if body is not None and body.get_content_subtype() == "html":
        text = _visible(text)
    return "\n".join([*heads, "", text])


def _visible(html: str) -> str:
    from html.parser import HTMLParser

    words: list[str] = []
    hidden: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
            if tag in {"script", "style"}:
                hidden.append(tag)
            elif tag in {"p", "br", "div", "tr", "li"}:
                words.append("\n")

        def handle_endtag(self, tag: str) -> None:
            if hidden and hidden[-1] == tag:
                hidden.pop()

        def handle_data(self, data: str) -> None:
            if not hidden:
                words.append(data)

    Reader().feed(html)
    return "".join(words)


_READERS: Mapping[str, Callable[[bytes], str]] = {
    ".txt": _plain,
    ".md": _plain,
    ".csv": _plain,
    ".json": _plain,
    ".pdf": _pdf,
    ".docx": _docx,
    ".eml": _mail,
}
