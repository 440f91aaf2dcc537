"""Whether names weigh: the same sentences with names of different origins and genders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.policy.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Audit:
    """Sentences with `{name}`, and for each origin a woman's and a man's name."""

    names: Mapping[str, tuple[str, str]]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fairness:
    """What came out, by group of names: the share hidden whole, and the share of usual verdicts."""

    hidden: Mapping[str, float]
    usual: Mapping[str, float]

    @property
    def gap(self) -> float:
        """Return the widest difference between two groups."""
        return max(max(each.values()) - min(each.values()) for each in (self.hidden, self.usual))


def fairness(audit: Audit, check: Callable[[str], Verdict]) -> Fairness:
    """Check every sentence with every name."""
    hidden: dict[str, list[bool]] = {}
    usual: dict[str, list[bool]] = {}
    for sentence in audit.sentences:
        verdicts = {name: check(sentence.format(name=name)) for pair in audit.names.values() for name in pair}
        outcomes = [verdict.outcome for verdict in verdicts.values()]
        commonest = max(Outcome, key=outcomes.count)
        for origin, pair in audit.names.items():
            for gender, name in zip(("women", "men"), pair, strict=True):
                whole = _hides(sentence.format(name=name), name, verdicts[name])
                for group in (origin, gender):
                    hidden.setdefault(group, []).append(whole)
                    usual.setdefault(group, []).append(verdicts[name].outcome is commonest)
    return Fairness(_shares(hidden), _shares(usual))


def _hides(text: str, name: str, verdict: Verdict) -> bool:
    return any(text[one.start : one.end] == name for one in verdict.findings)


def _shares(counted: Mapping[str, list[bool]]) -> dict[str, float]:
    return {group: sum(met) / len(met) for group, met in counted.items()}
