"""Requests in OpenAI's protocol: what is read, and what is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.adapters.openai_api.wire import BadRequest, read
from bot.core.ask import Turn

USER = {"role": "user", "content": "Bonjour"}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", None),
        (b"[]", None),
        (b"\xff", None),
        ({}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "Bonjour"}, "messages"),
        ({"messages": ["Bonjour"]}, "messages[0]"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": ["user"], "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages"),
        ({"messages": [{"role": "system", "content": "Sois bref."}]}, "messages"),
        ({"messages": [USER, {"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content"),
        ({"messages": [USER], "n": 2}, "n"),
        ({"messages": [USER], "tools": [{}]}, "tools"),
        ({"messages": [USER], "response_format": {"type": "json_object"}}, "response_format"),
    ],
)
def test_what_cannot_be_answered_names_the_parameter_at_fault(body: Any, param: str | None) -> None:
    with pytest.raises(BadRequest) as caught:
        read(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert caught.value.status == 400
    assert caught.value.param == param


def test_sampling_settings_are_passed_over() -> None:
    body = {"messages": [USER], "temperature": 0.9, "max_tokens": 5, "model": "gpt-5", "n": 1, "tools": []}
    wanted = read(json.dumps(body).encode())
    assert (wanted.text, wanted.earlier, wanted.stream) == ("Bonjour", (), False)


def test_turns_in_the_same_role_are_joined_because_many_models_insist_on_turns() -> None:
    messages = [
        {"role": "developer", "content": "Sois bref."},
        USER,
        {"role": "assistant", "content": "Bonjour."},
        {"role": "assistant", "content": "Que puis-je faire ?"},
        USER,
        {"role": "user", "content": "Écris à Luc."},
    ]
    wanted = read(json.dumps({"messages": messages}).encode())
    assert wanted.earlier == (
        Turn("user", "Sois bref.\n\nBonjour"),
        Turn("assistant", "Bonjour.\n\nQue puis-je faire ?"),
    )
    assert wanted.text == "Bonjour\n\nÉcris à Luc."
