"""A chat model of langchain for any server of OpenAI's chat protocol, over a plain streaming request.

langchain's own class for it builds several objects for every piece of an answer; half of what Sobria cost an
ask went there. This one reads the events as they come and keeps what the protocol promises, no more.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any

import aiohttp
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr, SecretStr

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_LONGEST_FAULT = 4_000


class ProviderFault(Exception):
    """The server refused or broke off; `status_code` is HTTP's. Its words may hold a text: never show them."""

    def __init__(self, status_code: int, words: str) -> None:
        super().__init__(words)
        self.status_code = status_code


class CompatibleChat(BaseChatModel):
    """Streams answers. Limits of time are the caller's, except for reaching the server."""

    model: str
    base_url: str
    key: SecretStr
    max_tokens: int
    connect: float
    _session: aiohttp.ClientSession | None = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("this model streams; use `astream`")

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  langchain's signature
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  the same
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        body = {
            "model": self.model,
            "messages": [{"role": _ROLES[one.type], "content": one.content} for one in messages],
            "max_tokens": self.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            **({"response_format": kwargs["response_format"]} if "response_format" in kwargs else {}),
        }
        async with self._opened().post(f"{self.base_url}/chat/completions", json=body) as response:
            if response.status >= 400:
                words = await response.content.read(_LONGEST_FAULT)
                raise ProviderFault(response.status, words.decode("utf-8", "replace"))
            rest = b""
            async for block in response.content.iter_any():
                *lines, rest = (rest + block).split(b"\n")
                for chunk in _read(lines):
                    yield chunk
            for chunk in _read([rest]):
                yield chunk

    def _opened(self) -> aiohttp.ClientSession:
        """Return the session, opened on the loop that first asks: its connections are kept between asks."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {self.key.get_secret_value()}"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self.connect),
                connector=aiohttp.TCPConnector(limit=0),
                trust_env=True,
            )
        return self._session

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


def _read(lines: Iterable[bytes]) -> Iterator[ChatGenerationChunk]:
    """Yield what came together as one chunk: under load that is several words. Raises ProviderFault."""
    text, ended, used = "", None, None
    fault: ProviderFault | None = None
    for event in _events(lines):
        if event.get("error"):
            code = event["error"].get("code") if isinstance(event["error"], dict) else None
            fault = ProviderFault(code if isinstance(code, int) else 500, str(event["error"]))
            break
        choice = next(iter(event.get("choices") or ()), None) or {}
        text += (choice.get("delta") or {}).get("content") or ""
        if choice.get("finish_reason"):
            ended = {"finish_reason": choice["finish_reason"], "model_name": event.get("model") or ""}
        used = _usage(event.get("usage")) or used
    if text or ended or used:
        message = AIMessageChunk(content=text, usage_metadata=used)
        yield ChatGenerationChunk(message=message, generation_info=ended)
    if fault is not None:
        raise fault


def _events(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    """Yield the events of a stream's lines; comments and the end's mark are none."""
    for line in lines:
        if line.startswith(b"data:") and line[5:].strip() != b"[DONE]":
            yield json.loads(line[5:])


def _usage(told: Mapping[str, Any] | None) -> UsageMetadata | None:
    """Return usage in langchain's words."""
    if not told:
        return None
    read, written = told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0
    return {
        "input_tokens": read,
        "output_tokens": written,
        "total_tokens": read + written,
        "input_token_details": {
            "cache_read": (told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        },
        "output_token_details": {
            "reasoning": (told.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
        },
    }
