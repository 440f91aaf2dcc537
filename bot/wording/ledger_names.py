"""Names and amounts of the ledger in words: models, areas, reasons, footprints, budgets' limits."""

from __future__ import annotations

from bot.core.digest import Digest, Part
from bot.core.equivalents import Equivalent
from bot.core.footprint import Range
from bot.core.person import Language
from bot.core.sums import Sums
from bot.wording.catalogue import say
from bot.wording.figures import between, central, euros, number, significant, singular

_COUNTED = frozenset(("car_m", "tgv_m", "video_minutes", "kettles"))
"""What has a plural: kilometres are only abbreviated."""


def footprint(sums: Sums, language: Language, quantity: str = "gwp") -> str:
    """Return a footprint as its middle and bounds, or that it is unknown."""
    value = sums.range(quantity)
    return say(language, "ledger.unknown") if value is None else between(quantity, value, language)


def usual_of(digest: Digest, quantity: str, language: Language) -> str:
    """Return the middle of a footprint in a span before, on average; nothing where it is not known."""
    whole = digest.earlier.range(quantity) if digest.earlier.tokens else None
    return "" if whole is None else central(quantity, whole * (1 / max(1, digest.mean_over)), language)


def model_name(part: Part, language: Language) -> str:
    """Return a model's name, and that it runs on one's own machine."""
    key = "hosting_owned" if part.hosting == "owned" else "hosting_other"
    return say(language, f"ledger.{key}", name=part.name or say(language, "ledger.model_none"))


def area_name(name: str, language: Language) -> str:
    """Return an area's name; asks without a prompt are free questions."""
    return name or say(language, "ledger.free")


def reason_name(reason: str, language: Language) -> str:
    """Return why no model was called, in words."""
    try:
        return say(language, f"ledger.reason_{reason}")
    except KeyError:  # a reason of a later version
        return say(language, "ledger.reason_other")


def article_name(article: str, language: Language) -> str:
    """Return an article of the charter by its number."""
    return say(language, "ledger.article", article=article) if article else say(language, "ledger.no_article")


def known(one: Equivalent, language: Language) -> str:
    """Return how much of something known, with its bounds; short ways are told in metres."""
    value, name = one.amount, one.name
    if name.endswith("_km") and value.mid < 1:
        value, name = value * 1000, name.removesuffix("km") + "m"
    # Two digits of a thousand metres, too: nobody knows the others.
    told = [float(f"{one:.2g}") for one in (value.low, value.mid, value.high)]
    low, mid, high = (significant(one, language) for one in told)
    counted = f"{name}_one" if name in _COUNTED and singular(told[1], language) else name
    return say(
        language, "ledger.amount", mid=mid, name=say(language, f"ledger.{counted}"), low=low, high=high
    )


def limit_of(measure: str, whole: int, language: Language) -> str:
    """Return a budget's amount in its unit."""
    if measure == "tokens":
        return f"{number(whole, language)}\u00a0{say(language, 'ledger.unit_tokens')}"
    if measure == "euros":
        return euros(whole / 1e9, language)
    kilograms = whole / 1e12
    return central("gwp", Range(kilograms, kilograms, kilograms), language)


def amount_of(measure: str, whole: int) -> float:
    """Return a budget's amount as a number of the unit in which it is typed."""
    return whole / {"euros": 1e9, "gco2e": 1e9}.get(measure, 1.0)


def unit_of(measure: str, language: Language) -> str:
    """Return the unit in which a budget's amount is typed."""
    units = {"tokens": say(language, "ledger.unit_tokens"), "euros": say(language, "ledger.unit_euros")}
    return units.get(measure, "g CO₂e")


def subject_of(scope: str, subject: str, language: Language) -> str:
    """Return whose budget it is, as the end of a phrase; nothing for the organisation’s."""
    return "" if scope == "organisation" else say(language, f"ledger.subject_{scope}", subject=subject)
