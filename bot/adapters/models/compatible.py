"""A chat model of langchain for any server of OpenAI's chat protocol, over a plain streaming request.

langchain's own class for it builds several objects for every piece of an answer; half of what Sobria cost an
ask went there. This one reads the events as they come and keeps what the protocol promises, no more.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
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
        **kwargs: Any,  # noqa: ARG002  the same
    ) -> AsyncIterator[ChatGenerationChunk]:
        body = {
            "model": self.model,
            "messages": [{"role": _ROLES[one.type], "content": one.content} for one in messages],
            "max_tokens": self.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        async with self._opened().post(f"{self.base_url}/chat/completions", json=body) as response:
            if response.status >= 400:
                words = await response.content.read(_LONGEST_FAULT)
                raise ProviderFault(response.status, words.decode("utf-8", "replace"))
            async for line in response.content:
                chunk = _read(line)
                if chunk is not None:
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


def _read(line: bytes) -> ChatGenerationChunk | None:
    """Return what one line of the stream brings, None when it brings nothing. Raises ProviderFault."""
    if not line.startswith(b"data:") or line[5:].strip() == b"[DONE]":
        return None
    event = json.loads(line[5:])
    if event.get("error"):
        code = event["error"].get("code") if isinstance(event["error"], dict) else None
        raise ProviderFault(code if isinstance(code, int) else 500, str(event["error"]))
    choice = next(iter(event.get("choices") or ()), None) or {}
    text = (choice.get("delta") or {}).get("content") or ""
    ending = choice.get("finish_reason")
    if not (text or ending or event.get("usage")):
        return None
    message = AIMessageChunk(content=text, usage_metadata=_usage(event.get("usage")))
    ended = {"finish_reason": ending, "model_name": event.get("model") or ""} if ending else None
    return ChatGenerationChunk(message=message, generation_info=ended)


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
