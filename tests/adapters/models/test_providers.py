"""Every provider that settings may name, each in its own protocol, installed or not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken, Usage
from bot.errors import ModelError, ModelRefused, ModelUnavailable, SettingsError
from tests.edges.other_providers import other_providers

TURNS = (Turn("system", "Tu aides."), Turn("user", "Dis bonjour à Sophie"))
KEY = "sk-of-the-test"
PROVIDERS = {
    "mistral": ("langchain_mistralai", "/v1", Usage(12, 5)),
    "anthropic": ("langchain_anthropic", "", Usage(4, 5, cached=8)),
    "ollama": ("langchain_ollama", "", Usage(12, 5)),
}

pytestmark = pytest.mark.slow  # each provider's package takes seconds to import


def _offered(provider: str, address: str, folder: Path) -> tuple[LangchainModels, ModelCard]:
    pytest.importorskip(PROVIDERS[provider][0])
    card = ModelCard("essai", provider, "some-model", time_limit=10, max_output=50)
    access = ModelAccess(SecretStr(KEY), address + PROVIDERS[provider][1])
    return LangchainModels([(card, access)], TiktokenCounts(folder)), card


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_provider_streams_and_tells_what_was_used(provider: str, tmp_path: Path) -> None:
    async with other_providers() as edge:
        models, card = _offered(provider, edge.address, tmp_path)
        pieces = [piece async for piece in models.stream(card, TURNS)]
        await models.aclose()
    spoken = pieces.pop()
    assert isinstance(spoken, Spoken)
    assert "".join(str(piece) for piece in pieces) == "Bonjour Sophie."
    assert spoken.usage == PROVIDERS[provider][2]
    ((_, headers, body),) = edge.received
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body["stream"] is True


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "expected"), [(401, ModelRefused), (429, ModelUnavailable), (503, ModelUnavailable)]
)
async def test_a_providers_fault_says_whether_another_model_may_do(
    provider: str, status: int, expected: type[ModelError], tmp_path: Path
) -> None:
    async with other_providers() as edge:
        edge.status = status
        models, card = _offered(provider, edge.address, tmp_path)
        with pytest.raises(expected):
            await anext(aiter(models.stream(card, TURNS)))
        await models.aclose()
    assert len(edge.received) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_provider_that_is_not_there_is_unavailable(provider: str, tmp_path: Path) -> None:
    async with other_providers() as edge:
        address = edge.address
    models, card = _offered(provider, address, tmp_path)
    with pytest.raises(ModelUnavailable):
        await anext(aiter(models.stream(card, TURNS)))
    await models.aclose()


async def test_a_provider_that_is_not_installed_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "langchain_anthropic":
            raise ModuleNotFoundError(name)
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    card = ModelCard("claude", "anthropic", "some-model")
    models = LangchainModels([(card, ModelAccess())], TiktokenCounts(tmp_path))
    with pytest.raises(SettingsError, match=r"sobria\[anthropic\]"):
        await models.warm("Tu aides.")
    with pytest.raises(ModelRefused, match=r"sobria\[anthropic\]"):
        await anext(aiter(models.stream(card, TURNS)))
