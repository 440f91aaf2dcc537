"""From hits to one verdict: which category speaks first, what likeness alone decides, and how it is explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.person import Language
from bot.core.policy.charter import Charter, Explanation
from bot.core.policy.finding import Finding
from bot.core.policy.likeness import ALLOW
from bot.core.policy.rules import Category, Rule, Sentence
from bot.core.policy.verdict import Hit, Outcome

PART_FROM = 0.7
"""How unlike harmless texts a piece of a long text, or one of several values, must be: alone, it says less."""

FEW_FROM = 0.75
"""The same for a text of a few words: it is mostly its verb, and every verb is used for harm somewhere."""

FEW_WORDS = 5
"""So few."""

DISTRESS = "R7"
"""The category for which a few words are enough: « je veux mourir »."""

DISTRESS_FROM = 0.2
"""How like a text in distress a text must be for a person to look at once, whatever else it may be."""

SURE_FROM = 0.9
"""How unlike harmless texts a text must be to be blocked by likeness alone; below, a person looks."""


def by_likeness(
    scores: Mapping[str, float], categories: Mapping[str, Category], *, part: bool, few: bool
) -> Hit | None:
    """Return the hit of a text that is too unlike the harmless ones, or None.

    `part` says that it is a piece of a longer text, `few` that it has few words: both tell little.
    """
    known = {code: score for code, score in scores.items() if code in categories}
    if not known:
        return None
    danger = known.get(DISTRESS, 0.0) >= (PART_FROM if part else DISTRESS_FROM)
    code = DISTRESS if danger else _likest(known, categories)
    category = categories[code]
    flagged = 1.0 - scores.get(ALLOW, 0.0)
    if flagged < _threshold(category, part=part, few=few) and not danger:
        return None
    doubt = category.outcome is Outcome.BLOCK and flagged < SURE_FROM
    outcome = Outcome.REVIEW if doubt else category.outcome
    return Hit(f"{code}.likeness", outcome, code, category.article, round(flagged, 3))


def _threshold(category: Category, *, part: bool, few: bool) -> float:
    threshold = max(PART_FROM, category.threshold) if part else category.threshold
    return max(FEW_FROM, threshold) if few and category.code != DISTRESS else threshold


def _likest(scores: Mapping[str, float], categories: Mapping[str, Category]) -> str:
    """Return the likest category of the verdict that is likest as a whole."""
    whole: dict[Outcome, float] = {}
    for code, score in scores.items():
        outcome = categories[code].outcome
        whole[outcome] = whole.get(outcome, 0.0) + score
    likest = max(whole, key=lambda outcome: whole[outcome])
    return max((code for code in scores if categories[code].outcome is likest), key=lambda code: scores[code])


def ordered(hits: Iterable[Hit], categories: Mapping[str, Category]) -> tuple[Hit, ...]:
    """Return one hit a rule, the deciding one first: silenced ones left out, then by severity and weight."""
    unique = {hit.rule: hit for hit in sorted(hits, key=lambda hit: hit.score)}
    speaking = {hit.category for hit in unique.values() if not hit.rule.endswith(".likeness")}
    everyone = {hit.category for hit in unique.values() if hit.category is not None}
    silent = {
        loser
        for code in everyone
        if code in categories
        for loser in categories[code].before
        if code in speaking or loser not in speaking or code == DISTRESS
    }
    kept = [hit for hit in unique.values() if hit.category not in silent]
    weight = dict.fromkeys(everyone, 0.0)
    for hit in kept:
        if hit.category is not None:
            weight[hit.category] += hit.score
    return tuple(
        sorted(kept, key=lambda hit: (-hit.outcome.severity, -weight.get(hit.category or "", 0.0), hit.rule))
    )


def joined(
    findings: tuple[Finding, ...], text: str, value: str, of_value: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return `findings` with those of a value, placed where the value stands in the text."""
    added = list(findings)
    for finding in of_value:
        words = value[finding.start : finding.end]
        at = text.find(words)
        while at >= 0 and words.strip():
            placed = Finding(at, at + len(words), finding.label, finding.score, finding.detector)
            if not any(one.start < placed.end and placed.start < one.end for one in added):
                added.append(placed)
            at = text.find(words, at + len(words))
    return tuple(sorted(added))


def explanation(
    categories: Mapping[str, Category], rules: Sequence[Rule], charter: Charter, rule: str, language: Language
) -> Explanation:
    """Return why a rule stops a text: its own words, else its category's."""
    known = next((each for each in rules if each.id == rule), None)
    category = categories.get(known.category if known else rule.partition(".")[0])
    if category is None:
        category = next(iter(categories.values()))
        return Explanation(said(charter.title, language), said(category.rewording, language), "")
    article = known.article if known else category.article
    titles = {each.id: f"{each.id}. {said(each.title, language)}" for each in charter.articles}
    return Explanation(
        said(known.explanation if known else {}, language) or said(category.explanation, language),
        said(known.rewording if known else {}, language) or said(category.rewording, language),
        titles.get(article, article),
        said(known.contact if known else {}, language) or said(category.contact, language),
    )


def said(sentence: Sentence, language: Language) -> str:
    """Return the sentence in the language, else in English or French, else nothing."""
    for each in (language, "en" if language == "nl" else "fr", "fr", "en"):
        if each in sentence:
            return sentence[each]
    return ""
