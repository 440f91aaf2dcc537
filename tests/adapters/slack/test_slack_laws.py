"""Laws of Slack's shapes: whatever a message holds, it fits, and nothing of it is lost."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.blocks import posts
from bot.adapters.slack.modals import Origin, home, modal, values
from bot.adapters.slack.mrkdwn import escape, plain, render
from bot.core.reply import Button, Fact, Field, Form, Message, Option, Tone
from tests.edges.blockkit import faults, view_faults

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
markdown = st.lists(
    st.one_of(
        words,
        st.sampled_from(
            ["# Titre", "- un\n- deux", "> cité", "```py\nx = 1\n```", "| a | b |\n|---|---|\n| 1 | 2 |"]
        ),
        st.integers(1, 9000).map(lambda length: "mot " * (length // 4)),
        st.integers(1, 9000).map(lambda length: "x&<" * (length // 3)),
    ),
    max_size=6,
).map("\n\n".join)
long_words = st.one_of(words, st.integers(0, 4000).map(lambda length: "é" * length))
buttons = st.builds(
    Button, long_words, long_words, st.sampled_from(["primary", "plain", "danger"]), st.none() | long_words
)
messages = st.builds(
    Message,
    markdown,
    st.sampled_from(list(Tone)),
    long_words,
    st.lists(st.builds(Fact, long_words, long_words), max_size=30).map(tuple),
    st.lists(buttons, max_size=40).map(tuple),
    footer=long_words,
)
options = st.lists(st.builds(Option, long_words, long_words), max_size=120).map(tuple)
kinds = st.sampled_from(["line", "text", "choice", "number", "date", "email"])


@pytest.mark.slow
@given(messages)
@settings(max_examples=20, deadline=None)
def test_any_message_fits_slack_s_limits(message: Message) -> None:
    for post in posts(message, "fr"):
        assert not faults(post.blocks)
        assert 0 < len(post.text) <= 4000
        assert len(json.dumps(post.blocks, ensure_ascii=False)) < 40_000


@pytest.mark.slow
@given(st.lists(messages, max_size=5))
@settings(max_examples=15, deadline=None)
def test_any_home_fits_slack_s_limits(shown: list[Message]) -> None:
    assert not view_faults(home("Bonjour", shown, "fr"))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9000), st.integers(200, 2900))
@settings(max_examples=25, deadline=None)
def test_no_word_of_a_long_answer_is_lost(numbers: list[int], limit: int) -> None:
    text = " ".join(str(number) for number in numbers)
    shown = render(text, limit)
    assert all(len(page) <= limit for page in shown)
    assert " ".join(shown).split() == text.split()


@given(words)
def test_what_a_person_typed_survives_escaping(text: str) -> None:
    assert plain(escape(text)) == text


@given(st.text(alphabet="<>@!#|&;abc ", max_size=60))
def test_no_text_can_mention_a_channel_or_a_person(text: str) -> None:
    shown = "".join(render(text, 2900))
    assert not re.search(r"<[!@#]", shown)


@pytest.mark.slow
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
        max_size=8,
    ),
    long_words,
)
@settings(max_examples=20, deadline=None)
def test_any_form_fits_a_modal(fields: list[Field], title: str) -> None:
    named = tuple(replace(wanted, name=f"champ_{number}") for number, wanted in enumerate(fields))
    form = Form(title, "prompt x", named, title)
    assert not view_faults(modal(form, Origin("prompt x", "C1"), "fr"))


@given(st.text(max_size=60).map(lambda text: text * 300))
@settings(max_examples=20, deadline=None)
def test_a_long_text_in_a_form_comes_back_whole(text: str) -> None:
    form = Form("Modifier", "revue 3 modifier", (Field("text", "Texte", "text", value=text),), "Envoyer")
    view = modal(form, Origin("revue 3 modifier", "C1"), "fr")
    state = {
        block["block_id"]: {"value": {"value": block["element"].get("initial_value")}}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert values({"state": {"values": state}}) == ({"text": text} if text else {})


def test_markdown_reads_as_slack_writes_it() -> None:
    shown = render(
        "# Titre\n\n**gras** et *penché*, [lien](https://a.be)\n\n1. un\n2. deux\n   - trois", 3000
    )[0]
    assert shown == "*Titre*\n\n*gras* et _penché_, <https://a.be|lien>\n\n1. un\n2. deux\n    • trois"


def test_a_link_that_is_no_web_address_is_only_words() -> None:
    assert (
        render("[ici](javascript:alert(1))", 3000) == ("ici",)
        or "<javascript" not in render("[ici](javascript:alert(1))", 3000)[0]
    )


def test_references_of_slack_become_words() -> None:
    text = (
        "<@U1> : <mailto:a@b.be|a@b.be>, <https://x.be|x.be>, <https://y.be|ici> &lt;3 <!here> <tel:+32|0475>"
    )
    assert plain(text, {"U1": "Anne"}.get) == "Anne : a@b.be, x.be, ici (https://y.be) <3 @here 0475"  # type: ignore[arg-type]
