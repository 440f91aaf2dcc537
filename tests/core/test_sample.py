"""The sample history: the same for the same seed, lifelike, and never taken for the real thing."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.footprint import Footprint
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.model import ModelCard, Usage
from bot.core.sample import history, members

UNTIL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = members([(f"k{number}", "accueil" if number < 5 else "projets") for number in range(8)], 7)


def assess(_card: ModelCard, _usage: Usage, _latency: float) -> Footprint:
    return Footprint(None, None)


def made(seed: int = 7) -> list[tuple[Opening, Settlement]]:
    return list(history(seed, "senne", PEOPLE, UNTIL, assess))


def test_the_same_seed_tells_the_same_weeks() -> None:
    assert made() == made()
    assert made(8) != made()


def test_every_entry_is_labelled_closed_and_in_order() -> None:
    entries = made()
    assert len(entries) > 200
    assert all(opening.sample and opening.entry == settlement.entry for opening, settlement in entries)
    assert all(opening.at <= settlement.at < UNTIL for opening, settlement in entries)
    assert [opening.at for opening, _ in entries] == sorted(opening.at for opening, _ in entries)
    assert len({opening.entry for opening, _ in entries}) == len(entries)


def test_people_rest_on_weekends_and_holidays() -> None:
    days = {opening.at.date() for opening, _ in made()}
    assert not any(day.weekday() > 4 for day in days)
    assert not any((day.month, day.day) == (11, 11) for day in days)


def test_use_grows_and_has_more_than_one_ending_and_model() -> None:
    entries = made()
    half = len([1 for opening, _ in entries if opening.at < datetime(2026, 11, 2, tzinfo=UTC)])
    assert half < len(entries) / 2
    assert {settlement.closing for _, settlement in entries} == set(Closing)
    assert len({settlement.card.name for _, settlement in entries if settlement.card}) == 3
