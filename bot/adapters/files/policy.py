"""Reads policies/: charter, categories, word lists, rules, whom to call, and an organisation's own folder.

The organisation's folder has the same layout. It may add, replace with something severer, or loosen with a
written `reason`; whatever it holds, a check that fails still goes to a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast, get_args

from bot.adapters.files.policy_rules import read_rules
from bot.adapters.files.reading import Part, document, documents, written
from bot.core.person import Language
from bot.core.policy.audit import Audit
from bot.core.policy.charter import Article, Charter, EmergencyNumber
from bot.core.policy.engine import Content
from bot.core.policy.language import Lists, list_name, terms
from bot.core.policy.rules import Category, Loosened, Rule, Sentence
from bot.core.policy.verdict import Outcome
from bot.errors import ContentError

LANGUAGES: tuple[Language, ...] = get_args(Language)

T = TypeVar("T")


def load(folder: Path, own: Path | None = None) -> Content:
    """Read the policy of `folder` and what the organisation's `own` changes. Raises ContentError."""
    if not folder.is_dir():
        raise ContentError(folder.as_posix(), 1, "no such folder: set `policies` to where the policy is")
    if own is not None and not own.is_dir():
        raise ContentError(own.as_posix(), 1, "no such folder: set `policies_extra` right, or leave it")
    folders = (folder, own) if own else (folder,)
    charter = _charter(_last(folders, "charter.yaml"))
    articles = frozenset(article.id for article in charter.articles)
    categories = _categories(folders, articles)
    lists = Lists(_words(folders))
    rules = _rules(folders, categories, articles, lists)
    return Content(
        version=f"{charter.version}+{digest(folders, ('*.yaml', 'words/*.yaml', 'rules/*.yaml'))[:8]}",
        charter=charter,
        categories=categories,
        rules=tuple(rule for rule in rules if rule.outcome is not Outcome.ALLOW),
        lists=lists.all,
        emergencies=_emergencies(folders),
        loosened=(
            *(
                Loosened(one.code, "category", one.outcome, one.reason)
                for one in categories.values()
                if one.reason
            ),
            *(Loosened(rule.id, "rule", rule.outcome, rule.reason) for rule in rules if rule.reason),
        ),
    )


def digest(folders: Iterable[Path], patterns: Iterable[str]) -> str:
    """Return a fingerprint of the files that fit, whatever folder they lie in."""
    patterns, found = tuple(patterns), hashlib.sha256()
    for folder in folders:
        for pattern in patterns:
            for path in documents(folder, pattern):
                found.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def held(part: Part, read: Callable[[], T]) -> T:
    """Return what `read` returns; a ValueError becomes a fault at the part's place."""
    try:
        return read()
    except ValueError as fault:
        raise ContentError(part.file, part.line, str(fault)) from fault


def sentence(part: Part, *required: Language) -> Sentence:
    """Read a sentence in several languages."""
    known = part.known(required, (each for each in LANGUAGES if each not in required))
    return {cast("Language", language): " ".join(text.text().split()) for language, text in known.items()}


def _last(folders: Iterable[Path], name: str) -> Part:
    """Return the document of the last folder that has it."""
    paths = [folder / name for folder in folders if (folder / name).is_file()]
    if not paths:
        first = next(iter(folders))
        raise ContentError((first / name).as_posix(), 1, "missing: a policy cannot do without it")
    return document(*written(paths[-1], paths[-1].parent.parent))


def _charter(part: Part) -> Charter:
    known = part.known(("version", "title", "articles"))
    articles = []
    for each in known["articles"].parts():
        fields = each.known(("id", "title", "text"))
        texts = sentence(fields["text"], "fr", "en")
        articles.append(Article(fields["id"].text(), sentence(fields["title"], "fr", "en"), texts))
    if len({article.id for article in articles}) < len(articles):
        known["articles"].fault("two articles have the same id")
    return Charter(known["version"].text(), sentence(known["title"], "fr", "en"), tuple(articles))


def _categories(folders: Iterable[Path], articles: frozenset[str]) -> dict[str, Category]:
    found: dict[str, Category] = {}
    for folder in folders:
        if (folder / "categories.yaml").is_file():
            part = document(*written(folder / "categories.yaml", folder.parent))
            for code, each in part.entries().items():
                found[code] = _category(code, each, articles, found.get(code))
    if not found:
        raise ContentError(next(iter(folders)).as_posix(), 1, "no categories.yaml")
    for category in found.values():
        unknown = [code for code in category.before if code not in found]
        if unknown:
            raise ContentError("categories.yaml", 1, f"{category.code}: no such category {unknown[0]}")
    return found


def _category(code: str, part: Part, articles: frozenset[str], earlier: Category | None) -> Category:
    fields = part.known(
        ("verdict", "article", "title", "explanation", "rewording"),
        ("contact", "before", "threshold", "reason"),
    )
    outcome = Outcome(fields["verdict"].one_of(("allow", "review", "block")))
    threshold = fields["threshold"].whole(10, 100) / 100 if "threshold" in fields else 0.5
    if earlier and "reason" not in fields:
        if outcome.severity < earlier.outcome.severity:
            fields["verdict"].fault(f"milder than the shipped « {earlier.outcome} »: write a « reason »")
        if threshold > earlier.threshold:
            fields.get("threshold", part).fault(
                f"stops less than the shipped threshold of {earlier.threshold * 100:.0f}: write a « reason »"
            )
    return Category(
        code=code,
        outcome=outcome,
        article=fields["article"].one_of(sorted(articles)),
        title=sentence(fields["title"], "fr", "en"),
        explanation=sentence(fields["explanation"], "fr", "en"),
        rewording=sentence(fields["rewording"], "fr", "en"),
        contact=sentence(fields["contact"]) if "contact" in fields else {},
        before=fields["before"].texts() if "before" in fields else (),
        threshold=threshold,
        reason=fields["reason"].text() if earlier and "reason" in fields else "",
    )


def _words(folders: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Read the word lists; a list written in several files is their sum."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        for path in documents(folder, "words/*.yaml"):
            for name, part in document(*written(path, folder.parent)).entries().items():
                held(part, lambda name=name: list_name(name))  # type: ignore[misc]
                for each in part.parts():
                    held(each, lambda each=each: terms((each.text(),)))  # type: ignore[misc]
                found[name] = (*found.get(name, ()), *part.texts())
    return found


def _rules(
    folders: Iterable[Path], categories: Mapping[str, Category], articles: frozenset[str], lists: Lists
) -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for number, folder in enumerate(folders):
        here: set[str] = set()
        for path in documents(folder, "rules/*.yaml"):
            for rule in read_rules(document(*written(path, folder.parent)), categories, articles, lists):
                if rule.id in here:
                    raise ContentError(rule.file, rule.line, f"two rules are called « {rule.id} »")
                here.add(rule.id)
                found[rule.id] = _replacing(found.get(rule.id), rule, number)
    return tuple(found.values())


def _replacing(earlier: Rule | None, rule: Rule, number: int) -> Rule:
    """Return `rule`, which may be milder than the one it replaces only for a written reason."""
    if earlier is not None and rule.outcome.severity < earlier.outcome.severity and not rule.reason:
        raise ContentError(rule.file, rule.line, f"milder than the shipped « {rule.id} »: write a « reason »")
    return rule if number else replace(rule, reason="")


def _emergencies(folders: Iterable[Path]) -> dict[str, dict[Language, tuple[EmergencyNumber, ...]]]:
    known = _last(folders, "emergency.yaml").known(("checked", "countries"))
    known["checked"].day()
    found: dict[str, dict[Language, tuple[EmergencyNumber, ...]]] = {}
    for country, part in known["countries"].entries().items():
        rows = []
        for each in part.parts():
            fields = each.known(("number", "reaches", "source"))
            rows.append((fields["number"].text(), sentence(fields["reaches"], "fr", "en")))
        found[country] = {
            language: tuple(EmergencyNumber(n, reaches.get(language, reaches["fr"])) for n, reaches in rows)
            for language in LANGUAGES
        }
    if "EU" not in found:
        known["countries"].fault("« EU » is missing: the numbers for a country that has none of its own here")
    return found


def audit(folder: Path) -> Audit:
    """Read the names and sentences of the bias audit. Raises ContentError."""
    known = _last((folder,), "audit.yaml").known(("names", "sentences"), ("hard",))
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    for origin, part in known["names"].entries().items():
        genders = part.known(("women", "men"))
        names[origin] = {gender: each.texts() for gender, each in genders.items()}
        if len({len(each) for each in names[origin].values()}) > 1:
            part.fault("expected as many names of women as of men")
    hard = known["hard"].texts() if "hard" in known else ()
    return Audit(names, known["sentences"].texts(), hard)
