"""Whether names weigh: the same sentences with names of different origins and genders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.policy.verdict import Outcome, Verdict

GENDERS = ("women", "men")

Names = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By origin, then by gender (`women`, `men`)."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Sentences with `{name}`, and the names to put there; `hard` ones are words too and counted apart."""

    names: Names
    sentences: tuple[str, ...]
    hard: tuple[str, ...] = ()

    def groups(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield every name with its origin and its gender."""
        for origin, genders in self.names.items():
            for gender, names in genders.items():
                for name in names:
                    yield name, (origin, gender)

    def words_too(self, check: Callable[[str], Verdict]) -> float:
        """Return the share of hard names that are hidden whole."""
        tried = [(sentence.format(name=name), name) for sentence in self.sentences for name in self.hard]
        return sum(_hides(text, name, check(text)) for text, name in tried) / max(1, len(tried))


@dataclass(frozen=True, slots=True)
class Fairness:
    """What came out, by group of names: the share hidden whole, and the share of usual verdicts.

    A group is an origin, a gender, or both: « polonaise », « women », « polonaise, women ».
    """

    hidden: Mapping[str, float]
    usual: Mapping[str, float]
    missed: tuple[tuple[str, str], ...] = ()
    """Sentences and names that were not hidden whole, or judged otherwise than with most names."""

    @property
    def gap(self) -> float:
        """Return the widest difference between two origins or between the genders."""
        return max(_widest(each) for shares in (self.hidden, self.usual) for each in _kinds(shares))


def fairness(audit: Audit, check: Callable[[str], Verdict]) -> Fairness:
    """Check every sentence with every name."""
    hidden: dict[str, list[bool]] = {}
    usual: dict[str, list[bool]] = {}
    missed = []
    for sentence in audit.sentences:
        verdicts = {name: check(sentence.format(name=name)) for name, _ in audit.groups()}
        outcomes = [verdict.outcome for verdict in verdicts.values()]
        commonest = max(Outcome, key=outcomes.count)
        for name, (origin, gender) in audit.groups():
            whole = _hides(sentence.format(name=name), name, verdicts[name])
            as_usual = verdicts[name].outcome is commonest
            if not (whole and as_usual):
                missed.append((sentence, name))
            for group in (origin, gender, f"{origin}, {gender}"):
                hidden.setdefault(group, []).append(whole)
                usual.setdefault(group, []).append(as_usual)
    return Fairness(_shares(hidden), _shares(usual), tuple(missed))


def _kinds(shares: Mapping[str, float]) -> Iterator[Mapping[str, float]]:
    """Yield the shares of genders, then those of origins."""
    yield {group: share for group, share in shares.items() if group in GENDERS}
    yield {group: share for group, share in shares.items() if group not in GENDERS and "," not in group}


def _widest(shares: Mapping[str, float]) -> float:
    return max(shares.values()) - min(shares.values())


def _hides(text: str, name: str, verdict: Verdict) -> bool:
    """Return whether no letter of the name stays visible; a title hidden with it does no harm."""
    at = text.index(name)
    return any(one.start <= at and at + len(name) <= one.end for one in verdict.findings)


def _shares(counted: Mapping[str, list[bool]]) -> dict[str, float]:
    return {group: sum(met) / len(met) for group, met in counted.items()}
