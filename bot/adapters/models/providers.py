"""How each provider is reached through langchain.

A provider's package is imported only when it is configured.
Nothing is tried again, traced or logged here: trying again belongs to the gateway, and libraries that log
what they send would write people's texts.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import SecretStr

from bot.core.model import ModelCard
from bot.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT = 5.0
"""Seconds to reach a provider."""

_PACKAGES = {
    "openai": "langchain_openai",
    "mistral": "langchain_mistralai",
    "anthropic": "langchain_anthropic",
    "ollama": "langchain_ollama",
}
_COMPATIBLE = {"openai", "embedded"}
"""Providers that speak OpenAI's protocol at an address of their own."""

_TALKATIVE = ("openai", "anthropic", "httpx", "httpx2", "httpcore", "httpcore2", "langchain", "langsmith")
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


class Local(Protocol):
    """Where a model of our own listens."""

    @property
    def url(self) -> str: ...  # noqa: D102  a protocol's method is its whole sentence

    @property
    def key(self) -> str: ...  # noqa: D102  the same


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """How to reach a card's model. `local` gives the address of an embedded one, starting it if need be.

    `first_word` is how many seconds may pass before the answer begins; the card's time limit when None.
    """

    key: SecretStr | None = None
    base_url: str | None = None
    local: Callable[[], Awaitable[Local]] | None = None
    first_word: float | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A chat model of langchain, and how to let go of its connections."""

    model: BaseChatModel
    close: Callable[[], Awaitable[None]]


def connect(card: ModelCard, key: str | None, base_url: str | None) -> Connection:
    """Build the chat model for `card`: seconds of importing the first time, so never on the event loop.

    Raises SettingsError naming the extra to install.
    """
    quieten()
    if base_url is not None and card.provider in _COMPATIBLE:
        return _compatible(card, key, base_url)
    try:
        importlib.import_module(_PACKAGES[card.provider])
    except ImportError:
        fault = f"model « {card.name} » needs the extra: pip install 'sobria[{card.provider}]'"
        raise SettingsError((fault,)) from None
    return _BUILDERS[card.provider](card, key, base_url)


def quieten() -> None:
    """Switch tracing off, whatever the environment says, and keep the libraries' logs free of texts."""
    for name in _TRACING:
        os.environ[name] = "false"
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    import langsmith

    langsmith.configure(enabled=False)


def _chat_model(card: ModelCard, provider: str, **options: Any) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(card.model, model_provider=provider, cache=False, **options)
    return model


def _compatible(card: ModelCard, key: str | None, base_url: str) -> Connection:
    from bot.adapters.models.compatible import CompatibleChat  # imports langchain: 0.5 s

    model = CompatibleChat(
        model=card.model,
        base_url=base_url.rstrip("/"),
        key=SecretStr(key or "none"),
        max_tokens=card.max_output,
        connect=CONNECT,
        cache=False,
    )
    return Connection(model, model.aclose)


def _openai(card: ModelCard, key: str | None, _: str | None) -> Connection:
    """Reach OpenAI itself, whose newer protocols langchain's own class knows."""
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient, Timeout

    timeout = Timeout(card.time_limit, connect=CONNECT)
    client = DefaultAsyncHttpxClient(timeout=timeout)
    model = _chat_model(
        card,
        "openai",
        api_key=SecretStr(key or "none"),
        base_url="https://api.openai.com/v1",
        organization="",
        timeout=timeout,
        max_retries=0,
        max_tokens=card.max_output,
        stream_usage=True,
        stream_chunk_timeout=0,
        http_client=DefaultHttpxClient(timeout=timeout),
        http_async_client=client,
    )
    return Connection(model, client.aclose)


def _mistral(card: ModelCard, key: str | None, base_url: str | None) -> Connection:
    model: Any = _chat_model(
        card,
        "mistralai",
        api_key=SecretStr(key or "none"),
        base_url=base_url or "https://api.mistral.ai/v1",
        timeout=max(1, int(card.time_limit)),
        max_retries=0,
        max_tokens=card.max_output,
    )
    return Connection(model, model.async_client.aclose)


def _anthropic(card: ModelCard, key: str | None, base_url: str | None) -> Connection:
    model: Any = _chat_model(
        card,
        "anthropic",
        api_key=SecretStr(key or "none"),
        base_url=base_url or "https://api.anthropic.com",
        timeout=card.time_limit,
        max_retries=0,
        max_tokens=card.max_output,
        stream_usage=True,
    )
    return Connection(model, model._async_client.close)  # noqa: SLF001  langchain keeps it there


def _ollama(card: ModelCard, key: str | None, base_url: str | None) -> Connection:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    model: Any = _chat_model(
        card,
        "ollama",
        base_url=base_url or "http://127.0.0.1:11434",
        num_ctx=card.window,
        num_predict=card.max_output,
        validate_model_on_init=False,
        client_kwargs={"timeout": card.time_limit, "headers": headers},
    )
    return Connection(model, model._async_client._client.aclose)  # noqa: SLF001  the same


_BUILDERS: dict[str, Callable[[ModelCard, str | None, str | None], Connection]] = {
    "openai": _openai,
    "mistral": _mistral,
    "anthropic": _anthropic,
    "ollama": _ollama,
}


def shaped(card: ModelCard, schema: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return how to ask a provider for an answer of a JSON schema; Anthropic's is asked in words alone."""
    if schema is None or card.provider == "anthropic":
        return {}
    if card.provider == "ollama":
        return {"format": dict(schema)}
    asked = {"name": "answer", "schema": dict(schema), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": asked}}
