"""OpenAI's chat protocol: requests read strictly, answers and errors as its clients expect them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi.responses import JSONResponse

from bot.core.ask import Turn

MODEL = "sobria"
"""The one model that we offer by name: which real one answers is ours to choose, and the answer says it."""

Finish = Literal["stop", "content_filter"]

_ROLES: Mapping[str, Literal["user", "assistant"]] = {"user": "user", "assistant": "assistant"}
_INSTRUCTIONS = {"system", "developer"}
_CANNOT = ("tools", "functions", "audio", "logprobs")


class BadRequest(Exception):
    """The request cannot be answered; `status`, `code` and `param` go back to the client."""

    def __init__(
        self, message: str, *, status: int = 400, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks: the last user message, the turns before it, and how to answer."""

    text: str
    earlier: tuple[Turn, ...]
    stream: bool
    with_usage: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back. `ask` is its number, `state` what became of it."""

    text: str
    finish: Finish
    model: str
    ask: int | None
    state: str
    tokens_in: int = 0
    tokens_out: int = 0


def read(body: bytes) -> Wanted:
    """Read a request. Raises BadRequest naming the parameter at fault."""
    try:
        asked = json.loads(body)
    except ValueError:
        raise BadRequest("The body is not JSON in UTF-8.") from None
    if not isinstance(asked, dict):
        raise BadRequest("The body is not a JSON object.")
    _only_what_we_can(asked)
    turns = _turns(asked.get("messages"))
    options = asked.get("stream_options")
    with_usage = isinstance(options, dict) and bool(options.get("include_usage"))
    return Wanted(turns[-1].text, turns[:-1], bool(asked.get("stream")), with_usage)


def _only_what_we_can(asked: Mapping[str, Any]) -> None:
    """Refuse what would silently not be done. Sampling settings are the model's own and are passed over."""
    for name in _CANNOT:
        if asked.get(name):
            raise BadRequest(f"`{name}` is not supported here.", code="unsupported_parameter", param=name)
    if asked.get("n") not in (None, 1):
        raise BadRequest("Only one answer is given: `n` must be 1.", code="unsupported_value", param="n")
    form = asked.get("response_format") or {"type": "text"}
    if not isinstance(form, dict) or form.get("type") != "text":
        raise BadRequest("Answers are text.", code="unsupported_value", param="response_format")


def _turns(messages: Any) -> tuple[Turn, ...]:
    """Return the conversation; a client's own instructions are read as the person's words, never as ours."""
    if not isinstance(messages, list) or not messages:
        raise BadRequest("`messages` must hold at least one message.", param="messages")
    instructions: list[str] = []
    turns: list[Turn] = []
    for number, message in enumerate(messages):
        role, text = _message(message, f"messages[{number}]")
        if role in _INSTRUCTIONS:
            instructions.append(text)
        else:
            turns.append(Turn(_ROLES[role], text))
    if not turns or turns[-1].role != "user" or not turns[-1].text.strip():
        raise BadRequest("The last message must be the user's, with some text.", param="messages")
    return _joined((*(Turn("user", text) for text in instructions), *turns))


def _joined(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Make one turn of those that follow one another in the same role: many models insist on turns."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].role == turn.role:
            joined[-1] = Turn(turn.role, f"{joined[-1].text}\n\n{turn.text}")
        else:
            joined.append(turn)
    return tuple(joined)


def _message(message: Any, param: str) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise BadRequest("A message must be an object.", param=param)
    role = message.get("role")
    if not isinstance(role, str) or role not in {*_ROLES, *_INSTRUCTIONS}:
        raise BadRequest("The role must be system, user or assistant.", param=f"{param}.role")
    return role, _text(message.get("content"), f"{param}.content")


def _text(content: Any, param: str) -> str:
    """Return the text of a content, whole or in parts. Pictures and sound are refused: no rule reads them."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise BadRequest("The content must be text.", param=param)
    texts = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise BadRequest("Only text can be checked, so only text is accepted.", param=param)
        texts.append(part["text"])
    return "\n".join(texts)


def whole(answered: Answered, identifier: str, created: int) -> dict[str, Any]:
    """Return the answer as one object. `sobria` is ours beside what the protocol knows."""
    message = {"role": "assistant", "content": answered.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answered.finish}
    return {
        "id": identifier,
        "object": "chat.completion",
        "created": created,
        "model": answered.model,
        "choices": [choice],
        "usage": _usage(answered),
        "sobria": {"ask": answered.ask, "state": answered.state},
    }


@dataclass(frozen=True, slots=True)
class Chunks:
    """Makes the events of one streamed answer."""

    identifier: str
    created: int

    def start(self) -> bytes:
        """Return the event that opens the answer."""
        return self._choice({"role": "assistant", "content": ""})

    def piece(self, text: str) -> bytes:
        """Return the event that brings a piece of text."""
        return self._choice({"content": text})

    def end(self, answered: Answered, *, with_usage: bool) -> bytes:
        """Return the events that close the answer."""
        events = self._choice({}, answered.finish, answered)
        if with_usage:
            events += self._event(answered, choices=[], usage=_usage(answered))
        return events + DONE

    def _choice(
        self, delta: Mapping[str, str], finish: str | None = None, answered: Answered | None = None
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._event(answered, choices=[choice])

    def _event(self, answered: Answered | None, **content: Any) -> bytes:
        head = {"id": self.identifier, "object": "chat.completion.chunk", "created": self.created}
        known: dict[str, Any] = {"model": MODEL}
        if answered is not None:
            known = {
                "model": answered.model,
                "sobria": {"ask": answered.ask, "state": answered.state},
            }
        return event({**head, **known, **content})


DONE = b"data: [DONE]\n\n"


def event(content: Mapping[str, Any]) -> bytes:
    """Return one server-sent event."""
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()


def _usage(answered: Answered) -> dict[str, int]:
    return {
        "prompt_tokens": answered.tokens_in,
        "completion_tokens": answered.tokens_out,
        "total_tokens": answered.tokens_in + answered.tokens_out,
    }


def error(fault: BadRequest) -> dict[str, Any]:
    """Return an error as OpenAI's clients read it."""
    kind = "server_error" if fault.status >= 500 else "invalid_request_error"
    return {"error": {"message": str(fault), "type": kind, "param": fault.param, "code": fault.code}}


def refused(fault: BadRequest) -> JSONResponse:
    """Return the response for an error."""
    headers = {"WWW-Authenticate": "Bearer"} if fault.status == 401 else None
    return JSONResponse(error(fault), status_code=fault.status, headers=headers)


def models(created: int) -> dict[str, Any]:
    """Return the list of models: one, since the policy chooses the smallest that will do."""
    return {"object": "list", "data": [model(MODEL, created)]}


def model(name: str, created: int) -> dict[str, Any]:
    """Return the one model. Raises BadRequest for another name."""
    if name != MODEL:
        words = f"There is one model here, « {MODEL} »."
        raise BadRequest(words, status=404, code="model_not_found", param="model")
    return {"id": MODEL, "object": "model", "created": created, "owned_by": MODEL}
