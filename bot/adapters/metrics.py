"""Figures for Prometheus: the policy and the models, measured by wrapping their ports. No text, no name."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken
from bot.core.person import Language
from bot.core.policy.charter import Charter, EmergencyNumber, Explanation
from bot.core.policy.context import NOWHERE, Context
from bot.core.policy.verdict import Verdict
from bot.ports import Direction, Models, Policy, Ports

_FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1.0)
_SLOW = (0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)


class MeteredPolicy:
    """A policy whose verdicts and seconds are counted."""

    def __init__(self, policy: Policy, registry: CollectorRegistry) -> None:
        self._policy = policy
        self._verdicts = Counter(
            "sobria_verdicts", "Verdicts", ["direction", "outcome", "category"], registry=registry
        )
        self._failed = Counter("sobria_failed_checks", "Checks that did not run", registry=registry)
        self._seconds = Histogram("sobria_policy_seconds", "Policy time", buckets=_FAST, registry=registry)

    @property
    def version(self) -> str:
        """Return the policy's version."""
        return self._policy.version

    @property
    def charter(self) -> Charter:
        """Return the policy's charter."""
        return self._policy.charter

    def explain(self, rule: str, language: Language) -> Explanation:
        """Return the policy's explanation."""
        return self._policy.explain(rule, language)

    def emergency(self, country: str, language: Language) -> tuple[EmergencyNumber, ...]:
        """Return the policy's emergency numbers."""
        return self._policy.emergency(country, language)

    def check(
        self,
        text: str,
        values: Mapping[str, str],
        *,
        direction: Direction = "in",
        language: Language = "fr",
        context: Context = NOWHERE,
    ) -> Verdict:
        """Check, and count the verdict."""
        start = time.perf_counter()
        verdict = self._policy.check(text, values, direction=direction, language=language, context=context)
        self._seconds.observe(time.perf_counter() - start)
        self._verdicts.labels(direction, verdict.outcome.value, verdict.category or "").inc()
        self._failed.inc(len(verdict.failed))
        return verdict


class MeteredModels:
    """Models whose calls, tokens and seconds are counted."""

    def __init__(self, models: Models, registry: CollectorRegistry) -> None:
        self._models = models
        self._calls = Counter("sobria_model_calls", "Model calls", ["model", "result"], registry=registry)
        self._tokens = Counter("sobria_tokens", "Tokens", ["model", "direction"], registry=registry)
        self._seconds = Histogram(
            "sobria_model_seconds", "Time of a whole answer", ["model"], buckets=_SLOW, registry=registry
        )
        self._first = Histogram(
            "sobria_first_token_seconds", "Time to first word", ["model"], buckets=_SLOW, registry=registry
        )

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the models' cards."""
        return self._models.cards()

    async def stream(
        self, card: ModelCard, turns: Sequence[Turn], *, schema: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[str | Spoken, None]:
        """Stream, and count how it ended."""
        result = "failed"
        try:
            async for piece in self._models.stream(card, turns, schema=schema):
                if isinstance(piece, Spoken):
                    self._spoken(card, piece)
                    result = "answered"
                yield piece
        finally:
            self._calls.labels(card.name, result).inc()

    def _spoken(self, card: ModelCard, spoken: Spoken) -> None:
        self._tokens.labels(card.name, "in").inc(spoken.usage.input + spoken.usage.cached)
        self._tokens.labels(card.name, "out").inc(spoken.usage.output)
        self._seconds.labels(card.name).observe(spoken.latency)
        if spoken.first_token is not None:
            self._first.labels(card.name).observe(spoken.first_token)


def metered(ports: Ports, registry: CollectorRegistry) -> Ports:
    """Return the same ports, measured."""
    return replace(
        ports,
        policy=MeteredPolicy(ports.policy, registry),
        models=MeteredModels(ports.models, registry),
    )
