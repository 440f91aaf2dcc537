"""The policy at work: every rule runs on a text and on each value, the severest verdict wins.

A detector, a rule or the likeness model that raises, and a check that runs out of time, appear in `failed`
and make the outcome at least review. What nobody looked at is never let through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from bot.core.person import Language
from bot.core.policy import deciding, leak
from bot.core.policy.charter import Charter, EmergencyNumber, Explanation
from bot.core.policy.conditions import Reading
from bot.core.policy.context import NOWHERE, Context
from bot.core.policy.doubt import doubted
from bot.core.policy.finding import Finding
from bot.core.policy.folding import Words, words_of
from bot.core.policy.lexicon import Lexicon
from bot.core.policy.likeness import ALLOW, Likeness, Scores
from bot.core.policy.masking import masked
from bot.core.policy.normalise import normalise
from bot.core.policy.obfuscation import hidden
from bot.core.policy.pieces import pieces
from bot.core.policy.rules import Category, Loosened, Rule
from bot.core.policy.strangers import foreign
from bot.core.policy.verdict import Hit, Outcome, Verdict

Inspect = Callable[[str], tuple[Sequence[Finding], Sequence[str]]]
"""Finds personal data: the findings, and the names of detectors that failed."""

SHORTEST_VALUE = 4
"""Code points: nothing shorter can carry an instruction or a person's case."""

BYPASS = "B5"
"""The category of texts that hide something, and of answers that give the instructions away."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the ethics group wrote, once read: all that a policy is made of."""

    version: str
    charter: Charter
    categories: Mapping[str, Category]
    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[str, ...]]
    emergencies: Mapping[str, Mapping[Language, tuple[EmergencyNumber, ...]]]
    loosened: tuple[Loosened, ...] = ()
    """What the organisation loosened, rules and categories, each with its reason, for the public register."""


def nothing_found(_: str) -> tuple[Sequence[Finding], Sequence[str]]:
    """Stand for a policy that looks for no personal data, as when only rules are tried out."""
    return (), ()


@dataclass(slots=True)
class _Check:
    """One check under way: what was met, found and missed so far."""

    until: float
    context: Context
    hits: list[Hit] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    likeness: Mapping[str, float] = field(default_factory=dict)
    searched: dict[str, tuple[Finding, ...]] = field(default_factory=dict)


class Policy:
    """A loaded policy. `instructions` are what models are told, so that an answer cannot give them away.

    `seconds` is a stopwatch; a check that takes longer than `patience` counts as failed.
    """

    def __init__(
        self,
        content: Content,
        likeness: Likeness | None = None,
        inspect: Inspect = nothing_found,
        *,
        instructions: Iterable[str] = (),
        seconds: Callable[[], float] | None = None,
        patience: float = 5.0,
    ) -> None:
        self.content = content
        self.version = content.version
        self.charter = content.charter
        self.lexicon = Lexicon(content.lists)
        self._likeness = likeness
        self._inspect = inspect
        self._secrets = leak.Secrets.of(instructions)
        self._seconds = seconds or (lambda: 0.0)
        self._patience = patience
        self._rules = {side: tuple(r for r in content.rules if r.speaks(side)) for side in ("in", "out")}

    def check(
        self,
        text: str,
        values: Mapping[str, str],
        *,
        direction: str = "in",
        language: Language = "fr",  # noqa: ARG002  rules speak all languages at once
        context: Context = NOWHERE,
    ) -> Verdict:
        """Run every rule on the text and on each value; the severest wins. Never raises.

        Of a prompt that was filled in, likeness judges what the person wrote: the rest was vetted, and its
        instructions are unlike anything that people ask for.
        """
        check = _Check(self._seconds() + self._patience, context)
        findings = self._findings(text, check)
        self._examine(text, findings, direction, check, _written(values))
        for value in dict.fromkeys(values.values()):
            if len(value) >= SHORTEST_VALUE and value != text:
                findings = deciding.joined(findings, text, value, self._findings(value, check))
                self._examine_value(value, direction, check)
        return self._decided(check, findings)

    def explain(self, rule: str, language: Language) -> Explanation:
        """Return why `rule` stops a text; a general sentence for a rule that no longer exists."""
        return deciding.explanation(self.content.categories, self.content.rules, self.charter, rule, language)

    def emergency(self, country: str, language: Language) -> tuple[EmergencyNumber, ...]:
        """Return whom to call in danger, most urgent first; the European number for another country."""
        known = self.content.emergencies
        numbers = known.get(country) or known["EU"]
        return numbers.get(language) or numbers["fr"]

    def readings(
        self, text: str, findings: Sequence[Finding] = (), context: Context = NOWHERE
    ) -> tuple[Reading, ...]:
        """Return `text` as rules see it: whole, and piece by piece when it is long."""
        labels = frozenset(finding.label for finding in findings)
        others = foreign(text, findings, context.asked)
        words = words_of(normalise(masked(text, findings)).text)
        whole = Reading(words, {}, labels, {}, context, others)
        return tuple(self._reading(part, whole) for part in pieces(words))

    def _reading(self, words: Words, whole: Reading) -> Reading:
        likeness = Scores(self._likeness, words) if self._likeness else {}
        return replace(whole, words=words, marks=self.lexicon.marks(words), likeness=likeness)

    def _findings(self, text: str, check: _Check) -> tuple[Finding, ...]:
        """Return the personal data of a text; each text of a check is searched once."""
        if text not in check.searched:
            check.searched[text] = self._searched(text, check)
        return check.searched[text]

    def _searched(self, text: str, check: _Check) -> tuple[Finding, ...]:
        try:
            findings, failed = self._inspect(text)
        except Exception as fault:  # noqa: BLE001  whatever broke, the check did not pass
            check.failed.append(f"personal data ({type(fault).__name__})")
            return ()
        check.failed += failed
        return tuple(findings)

    def _examine(
        self,
        text: str,
        findings: Sequence[Finding],
        direction: str,
        check: _Check,
        own: tuple[str, ...] = (),
    ) -> None:
        """Run rules, likeness and the search for hidden readings on `text`, likeness on `own` if given."""
        try:
            readings = judged = self.readings(text, findings, check.context)
            if own:
                found = [self.readings(each, self._findings(each, check), check.context) for each in own]
                judged = tuple(chain.from_iterable(found))
                readings = tuple(replace(each, likeness=judged[0].likeness) for each in readings)
        except Exception as fault:  # noqa: BLE001  the same
            check.failed.append(f"reading ({type(fault).__name__})")
            return
        self._run_rules(readings, direction, check)
        if direction == "in":
            self._judge_likeness(judged, check)
        elif leak.leaks(text, self._secrets):
            check.hits.append(Hit(f"{BYPASS}.leak", Outcome.BLOCK, BYPASS, self._article(BYPASS)))
        self._uncover(text, direction, check)

    def _examine_value(self, value: str, direction: str, check: _Check) -> None:
        """Run the rules on a value alone; likeness needs the whole text to know what is asked."""
        try:
            readings = tuple(replace(each, likeness={}) for each in self.readings(value, (), check.context))
        except Exception as fault:  # noqa: BLE001  the same
            check.failed.append(f"value ({type(fault).__name__})")
            return
        blocking = tuple(rule for rule in self._rules[direction] if rule.support == 0)
        self._run_rules(readings, direction, check, blocking)
        self._uncover(value, direction, check)

    def _run_rules(
        self,
        readings: Sequence[Reading],
        direction: str,
        check: _Check,
        rules: tuple[Rule, ...] | None = None,
    ) -> None:
        for rule in self._rules[direction] if rules is None else rules:
            if self._seconds() > check.until:
                check.failed.append("time")
                return
            try:
                if any(_meets(rule, reading) for reading in readings):
                    check.hits.append(Hit(rule.id, rule.outcome, rule.category, rule.article))
            except Exception as fault:  # noqa: BLE001  the same
                check.failed.append(f"{rule.id} ({type(fault).__name__})")

    def _judge_likeness(self, readings: Sequence[Reading], check: _Check) -> None:
        try:
            self._hold_unlike(readings, check)
        except Exception as fault:  # noqa: BLE001  the same
            check.failed.append(f"likeness ({type(fault).__name__})")

    def _hold_unlike(self, readings: Sequence[Reading], check: _Check) -> None:
        check.likeness = check.likeness or readings[0].likeness
        for number, reading in enumerate(readings):
            few = len(reading.words.words) <= deciding.FEW_WORDS
            hit = deciding.by_likeness(reading.likeness, self.content.categories, part=number > 0, few=few)
            if hit is not None:
                check.hits.append(hit)

    def _uncover(self, text: str, direction: str, check: _Check) -> None:
        """Judge what `text` hides: what would be stopped in clear is an attempt to get round the policy.

        What is stopped in clear already was not hidden.
        """
        clear = {hit.category for hit in check.hits}
        try:
            for found in hidden(text):
                inner = _Check(check.until, check.context)
                readings = self.readings(found.text, (), check.context)
                self._run_rules(readings, direction, inner)
                self._judge_likeness(readings, inner)
                told = direction == "out" and leak.leaks(found.text, self._secrets)
                hid = any(hit.category not in clear for hit in inner.hits)
                if hid or found.certain or told:
                    rule = f"{BYPASS}.{found.how}"
                    check.hits.append(Hit(rule, Outcome.BLOCK, BYPASS, self._article(BYPASS)))
        except Exception as fault:  # noqa: BLE001  the same
            check.failed.append(f"obfuscation ({type(fault).__name__})")

    def _article(self, category: str) -> str | None:
        known = self.content.categories.get(category)
        return known.article if known else None

    def _decided(self, check: _Check, findings: tuple[Finding, ...]) -> Verdict:
        hits = deciding.ordered(check.hits, self.content.categories)
        failed = tuple(dict.fromkeys(check.failed))
        doubts = tuple(Hit("failed", Outcome.REVIEW, None, why=name) for name in failed)
        everything = (*hits, *doubts)
        outcome = max((hit.outcome for hit in everything), key=lambda o: o.severity, default=Outcome.ALLOW)
        category = hits[0].category if hits else None
        doubt = None if failed else doubted(check.likeness, hits, self.content.categories)
        return Verdict(outcome, category, everything, findings, failed, self.version, doubt)


def _written(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the person wrote into a prompt: all as one text, then each of several that could ask alone.

    Earlier turns of a conversation are no part of it.
    """
    own = [value for name, value in values.items() if value.strip() and not name.startswith("turn ")]
    if len(own) < 2:
        return tuple(own)
    return ("\n".join(own), *(value for value in own if len(value.split()) > deciding.FEW_WORDS))


def _meets(rule: Rule, reading: Reading) -> bool:
    """Return whether the rule holds; a broad rule also needs the model's doubt that the text is harmless."""
    if not rule.when.holds(reading):
        return False
    return not reading.likeness or 1.0 - reading.likeness.get(ALLOW, 0.0) >= rule.support
