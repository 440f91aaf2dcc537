"""Files that people send along: their words are read, and what cannot be read is refused with the reason."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from bot.adapters import attachments
from bot.adapters.attachments import read
from bot.core.reply import Attachment
from bot.errors import TooLarge, WrongUse


async def words(name: str, content: bytes) -> str:
    return (await read(Attachment(name, "", content))).content.decode()


def document(*lines: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    from docx import Document

    made = Document()
    for line in lines:
        made.add_paragraph(line)
    if table:
        grid = made.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                grid.cell(row, column).text = cell
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def page(text: str) -> bytes:
    """Return the smallest PDF that shows `text`."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("cp1252")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{number} 0 obj".encode() + part + b"endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(made)}\n%%EOF"
    )
    return made + end.encode()


def mail(body: str, kind: str = "plain") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Sophie <sophie@exemple.be>", "Été à l’école"
    message.set_content(body, subtype=kind)
    return message.as_bytes()


async def test_plain_text_is_read_in_the_encodings_people_have() -> None:
    assert await words("a.txt", "Été".encode()) == "Été"
    assert await words("A.CSV", "\ufeffÉté;1".encode()) == "Été;1"
    assert await words("a.md", "Été".encode("cp1252")) == "Été"


async def test_a_word_document_is_read_with_its_tables_in_their_place() -> None:
    content = document("Ordre du jour", table=(("Point", "Qui"), ("Budget", "Anne")))
    assert await words("ordre.docx", content) == "Ordre du jour\nPoint | Qui\nBudget | Anne"


async def test_a_pdf_is_read() -> None:
    assert await words("a.pdf", page("Bilan de l'année")) == "Bilan de l'année"


async def test_an_e_mail_is_read_with_its_heads() -> None:
    text = await words("a.eml", mail("Bonjour,\nà demain."))
    assert text == "From: Sophie <sophie@exemple.be>\nSubject: Été à l’école\n\nBonjour,\nà demain."


async def test_an_e_mail_in_html_is_read_without_its_scripts() -> None:
    text = await words("a.eml", mail("<style>x{}</style><p>Bonjour</p><script>alert(1)</script>", "html"))
    assert text.endswith("Bonjour")
    assert "alert" not in text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("photo.png", b"\x89PNG", "kind"),
        ("sans-extension", b"x", "kind"),
        ("macro.docm", b"x", "kind"),
        ("vide.txt", b"  \n", "unreadable"),
        ("abime.pdf", b"%PDF-1.4 broken", "unreadable"),
        ("abime.docx", b"PK broken", "unreadable"),
        ("image.pdf", page(""), "unreadable"),
    ],
)
async def test_what_cannot_be_read_says_why(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(WrongUse, match=reason):
        await words(name, content)


async def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        await words("a.txt", b"x" * (attachments.MOST_BYTES + 1))


async def test_a_small_word_file_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_UNPACKED", 1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 2_000_000)
    assert len(packed.getvalue()) < 10_000
    with pytest.raises(TooLarge):
        await words("bombe.docx", packed.getvalue())


async def test_no_nul_byte_comes_through() -> None:
    assert await words("a.txt", b"a\x00b") == "ab"
