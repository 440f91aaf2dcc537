"""What tests of the store put into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.adapters.store import Store
from bot.core.ask import Ask, AskRecord, AskState, Place, Platform, Turn
from bot.core.footprint import Footprint, Range
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.model import ModelCard, Usage
from bot.core.person import Person
from bot.core.policy.finding import Finding, Label
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.core.review import ReviewKind

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = NOW + timedelta(minutes=15)
LATER = NOW + timedelta(hours=1)
CARD = ModelCard("petit", "openai", "petit-1", zone="BEL")
PLACE = Place(Platform.CONSOLE, "salon-des-bénévoles", "fil-7", "équipe")
ALLOWED = Verdict(Outcome.ALLOW, findings=(Finding(0, 6, Label.PERSON, 0.9, "names"),), policy="p1")
STOPPED = Verdict(Outcome.BLOCK, "B1", (Hit("b1", Outcome.BLOCK, "B1", "art-3", 0.8),), policy="p1")
WAITING = Verdict(Outcome.REVIEW, "R2", (Hit("r2", Outcome.REVIEW, "R2", "art-2"),), failed=("names",))


async def enrolled(store: Store, name: str = "Sophie Lambert", email: str | None = None) -> Person:
    """Enrol somebody with a console account of their own."""
    return await store.people.enrol(
        "asbl",
        name,
        platform="console",
        workspace="",
        account=uuid4().hex,
        email=email,
        language="fr",
        at=NOW,
    )


def wanted(person: Person, text: str = "Écris à Zébulon 😀", at: datetime = NOW) -> Ask:
    """Return an ask with every field filled."""
    earlier = (Turn("user", "Avant-hier"), Turn("assistant", "Bien noté"))
    return Ask(uuid4().hex, person, PLACE, text, at, "lettre", {"à": "Zébulon"}, earlier)


async def opening(store: Store, ask: Ask, entry: str | None = None) -> Opening:
    """Return the ledger entry to open for an ask."""
    key = await store.people.ledger_key(ask.person.id)
    return Opening(entry or uuid4().hex, "asbl", ask.person.team, key, ask.at, ask=ask.id)


async def accepted(
    store: Store,
    person: Person,
    text: str = "Écris à Zébulon 😀",
    *,
    state: AskState = AskState.RUNNING,
    verdict: Verdict = ALLOWED,
    review: ReviewKind | None = None,
    avoided: str | None = None,
    at: datetime = NOW,
) -> AskRecord:
    """Accept an ask."""
    ask = wanted(person, text, at)
    return await store.asks.accept(
        ask,
        verdict,
        state,
        await opening(store, ask),
        review=review,
        avoided=avoided,
        lease=at + timedelta(minutes=15),
    )


async def held(store: Store, person: Person, kind: ReviewKind = ReviewKind.HELD) -> AskRecord:
    """Accept an ask that waits for a mentor."""
    return await accepted(store, person, state=AskState.HELD, verdict=WAITING, review=kind)


async def blocked(store: Store, person: Person) -> AskRecord:
    """Accept an ask that the policy blocks."""
    return await accepted(store, person, state=AskState.BLOCKED, verdict=STOPPED, avoided="blocked")


def settled(entry: str, closing: Closing = Closing.SETTLED, at: datetime = NOW) -> Settlement:
    """Return the closing of an entry with a model's figures."""
    gwp = Range(1e-5, 2e-5, 3e-5)
    footprint = Footprint(gwp, gwp, method="m", factors="f", tier="model")
    usage = Usage(100, 20, cached=5)
    return Settlement(entry, closing, at, CARD, "petit-1", usage, 1.5, 0.4, 0.001, None, footprint)
