"""Laws of Mattermost's shapes: whatever a message holds, it fits, and nothing of it is lost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.adapters.mattermost.dialogs import dialog, parts, values
from bot.adapters.mattermost.posts import FILES, Marks, Post, fits, posts, quiet
from bot.adapters.mattermost.requests import names_bot, without_bot
from bot.adapters.mattermost.signing import Note, Signer
from bot.core.pages import fenced_pages, pages
from bot.core.reply import Button, Fact, Field, File, Form, Message, Option, Tone
from bot.errors import NotAllowed, TooLarge
from tests.edges.mattermost_server import LONGEST, PROPS, dialog_faults

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SIGNER = Signer("secret")
MARKS = Marks(lambda note: SIGNER.sign(note, AT), "http://sobria.exemple.be/mattermost/action", "a" * 26)


def as_go_writes(props: object) -> str:
    """Return JSON as the server writes it before it counts: with `<`, `>` and `&` escaped."""
    written = json.dumps(props, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
long_words = st.one_of(words, st.integers(0, 4000).map(lambda length: "é" * length))
short_commands = st.from_regex(r"revue [0-9]{1,6} approuver", fullmatch=True)
long_commands = st.integers(1, 3000).map(lambda length: "demander " + "é" * length)
buttons = st.builds(
    Button,
    long_words,
    short_commands | long_commands,
    st.sampled_from(["primary", "plain", "danger"]),
    st.none() | words,
)
messages = st.builds(
    Message,
    st.one_of(long_words, st.integers(0, 40_000).map(lambda length: "mot " * (length // 4))),
    st.sampled_from(list(Tone)),
    long_words,
    st.lists(st.builds(Fact, long_words, long_words), max_size=30).map(tuple),
    st.lists(buttons, max_size=40).map(tuple),
    st.none(),
    st.lists(st.just(File("a.csv", "text/csv", b"x")), max_size=12).map(tuple),
    long_words,
)
kinds = st.sampled_from(["line", "text", "choice", "number", "date", "email"])
options = st.lists(st.builds(Option, long_words, long_words), max_size=20).map(tuple)


def _fits(post: Post) -> bool:
    props = as_go_writes({"attachments": list(post.attachments)})
    return len(post.text) <= LONGEST and len(props) <= PROPS and len(post.files) <= FILES


CROWDED = Message(
    "x",
    facts=tuple(Fact("Pourquoi", "<é>" * 60) for _ in range(6)),
    buttons=tuple(Button("Demander", "demander " + "é" * 600) for _ in range(12)),
    footer="&" * 200,
)


@pytest.mark.slow
@given(messages)
@example(CROWDED)
@settings(max_examples=25, deadline=None)
def test_any_message_fits_mattermost_s_limits(message: Message) -> None:
    found = posts(message, "fr", MARKS)
    assert all(_fits(post) for post in found)
    assert sum(len(post.files) for post in found) == len(message.files)
    ids = [[action["id"] for row in post.attachments for action in row.get("actions", [])] for post in found]
    assert all(len(row) == len(set(row)) for row in ids)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for row in ids for name in row)


@given(messages)
@settings(max_examples=20, deadline=None)
def test_every_button_is_there_to_press(message: Message) -> None:
    rows = [row for post in posts(message, "fr", MARKS) for row in post.attachments]
    actions = [action for row in rows for action in row.get("actions", [])]
    tokens = [
        option["value"] for action in actions if action["type"] == "select" for option in action["options"]
    ]
    tokens += [action["integration"]["context"]["note"] for action in actions if action["type"] == "button"]
    read = [SIGNER.read(token, frozenset({"press", "confirm"}), "a" * 26, AT).command for token in tokens]
    typed = [button.command for button in message.buttons if not fits(button)]
    assert sorted(read) == sorted(b.command for b in message.buttons if b.command not in typed)
    written = "".join(post.text for post in posts(message, "fr", MARKS))
    assert all(command.split()[1][:50] in written for command in typed)


@given(st.text(max_size=3000), st.integers(10, 200))
@settings(max_examples=60, deadline=None)
def test_pages_put_together_are_the_text_again(text: str, limit: int) -> None:
    cut = pages(text, limit)
    assert "".join(cut) == text
    assert all(0 < len(page) <= limit for page in cut)


@given(st.lists(st.sampled_from(["```python", "```", "~~~", "un mot", "", "x = 1"]), max_size=200))
@settings(max_examples=60, deadline=None)
def test_a_page_never_leaves_a_code_fence_open_for_the_next_reader(lines: list[str]) -> None:
    cut = fenced_pages("\n".join(lines), 300)
    assert all(len(page) <= 300 for page in cut)
    if len(cut) > 1:
        assert all(page.count("```") % 2 == 0 or "~~~" in page for page in cut[:-1])


@given(
    st.lists(
        st.builds(
            Field,
            words,
            long_words,
            kinds,
            help=long_words,
            example=long_words,
            value=long_words,
            options=options,
        ),
        min_size=1,
        max_size=12,
    ),
    long_words,
)
@settings(max_examples=25, deadline=None)
def test_any_form_fits_dialogs(fields: list[Field], title: str) -> None:
    named = tuple(replace(wanted, name=f"champ_{number}") for number, wanted in enumerate(fields))
    form = Form(title, "prompt x", named, title)
    every = parts(form)
    assert all(not dialog_faults(dialog(form, part, "state", "fr")) for part in range(len(every)))
    names = {element["name"].partition("-part")[0] for part in every for element in part}
    assert names == {wanted.name for wanted in named}


@given(st.text(max_size=40).map(lambda text: text * 300))
@settings(max_examples=20, deadline=None)
def test_a_long_text_in_a_form_comes_back_whole(text: str) -> None:
    form = Form("Modifier", "revue 3 modifier", (Field("text", "Texte", "text", value=text),), "Envoyer")
    given_back = {element["name"]: element["default"] for part in parts(form) for element in part}
    assert values(given_back) == ({"text": text} if text else {})


def test_a_french_text_in_a_form_stays_within_the_bytes_that_newer_servers_count() -> None:
    text = "Nous vous remercions du fond du cœur de votre don à l’école, reçu l’été dernier. " * 100
    form = Form("Modifier", "revue 3 modifier", (Field("text", "Texte", "text", value=text),), "Envoyer")
    boxes = [element["default"] for part in parts(form) for element in part]
    assert "".join(boxes) == text
    assert max(len(box.encode()) for box in boxes) <= 3_000


def test_a_text_longer_than_a_dialog_is_refused_rather_than_cut() -> None:
    with pytest.raises(TooLarge):
        parts(
            Form("Modifier", "revue 3 modifier", (Field("text", "Texte", "text", value="x" * 20_000),), "Ok")
        )


def test_no_answer_calls_a_whole_channel_or_loads_a_picture() -> None:
    assert quiet("@all @Channel et @here, a@all.be ![x](http://h/?q=1)") == (
        "@\u200ball @\u200bChannel et @\u200bhere, a@all.be [x](http://h/?q=1)"
    )


@given(st.text(max_size=200), words)
def test_nothing_but_our_signature_is_read(text: str, account: str) -> None:
    with pytest.raises(NotAllowed):
        SIGNER.read(text, frozenset({"press"}), account, AT)


@settings(max_examples=25, deadline=None)
@given(words, words, st.lists(st.tuples(words, words), max_size=5).map(tuple))
def test_a_signed_note_comes_back_as_it_was(
    command: str, channel: str, filled: tuple[tuple[str, str], ...]
) -> None:
    note = Note("form", command, "anne", channel, part=1, parts=2, filled=filled)
    assert SIGNER.read(SIGNER.sign(note, AT), frozenset({"form"}), "anne", AT) == note


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@sobria bonjour", True),
        ("dis, @Sobria, aide", True),
        ("(@sobria)", True),
        ("sobria", False),
        ("a@sobria.be", False),
        ("@sobria2 x", False),
        ("@sobria-test x", False),
    ],
)
def test_the_bot_answers_to_its_own_name_only(text: str, named: bool) -> None:
    assert names_bot(text, "sobria") is named


def test_the_bot_s_name_is_no_part_of_the_question() -> None:
    assert without_bot("@sobria : aide", "sobria") == "aide"
    assert without_bot("Dis @sobria, quelle heure ?", "sobria") == "Dis  quelle heure ?"
