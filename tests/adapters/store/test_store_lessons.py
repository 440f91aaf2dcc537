"""Lessons in the store: kept once, the level raised with them, taken along and erased with their person."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.adapters.store import Store
from bot.core.lesson import Course, Lesson, Question
from bot.errors import NotFound
from tests.adapters.store.samples import LATER, NOW, enrolled

_ASKED = (Question({"fr": "?"}, ({"fr": "oui"}, {"fr": "non"}), 0, {"fr": "Car."}),)
COURSE = Course.of(
    Lesson(name, level, "1", {"fr": name}, {"fr": name}, _ASKED)
    for name, level in (("a", 1), ("b", 1), ("c", 2))
)
A, B, C = COURSE.lessons


async def test_the_level_rises_with_the_last_lesson_that_it_takes(store: Store) -> None:
    """Expected: kept by name and version; a later lesson alone raises nothing."""
    person = await enrolled(store)
    levels = [await store.lessons.keep(person.id, one, COURSE, NOW) for one in (C, A, B)]
    assert levels == [1, 1, 3]
    assert (await store.people.person(person.id)).level == 3
    assert await store.lessons.passed(person.id) == {"a": "1", "b": "1", "c": "1"}


async def test_lessons_passed_at_once_all_count(store: Store) -> None:
    """Expected: the level that all of them bring, whichever ended last."""
    person = await enrolled(store)
    await asyncio.gather(*(store.lessons.keep(person.id, one, COURSE, NOW) for one in COURSE.lessons))
    assert (await store.people.person(person.id)).level == 3


async def test_a_level_that_was_reached_stays_when_a_lesson_changes(store: Store) -> None:
    """Expected: the new version kept when it is passed, the level untouched meanwhile."""
    person = await enrolled(store)
    for one in (A, B):
        await store.lessons.keep(person.id, one, COURSE, NOW)
    changed = Course((replace(A, version="2"), B, C))
    assert await store.lessons.keep(person.id, C, changed, NOW) == 2
    assert await store.lessons.keep(person.id, changed.lessons[0], changed, LATER) == 3
    assert (await store.lessons.passed(person.id))["a"] == "2"


async def test_what_one_passes_is_ones_own(store: Store) -> None:
    """Expected: nothing for a colleague."""
    person, colleague = await enrolled(store), await enrolled(store, "Luc")
    await store.lessons.keep(person.id, A, COURSE, NOW)
    assert await store.lessons.passed(colleague.id) == {}


async def test_an_export_tells_the_lessons_passed_and_when_for_the_first_time(store: Store) -> None:
    """Expected: the first time a version was passed, however often it is repeated."""
    person = await enrolled(store)
    for at in (NOW, LATER):
        await store.lessons.keep(person.id, A, COURSE, at)
    kept = await store.people.export(person.id)
    assert kept["lessons"] == [{"lesson": "a", "version": "1", "passed": NOW.isoformat()}]


async def test_an_erased_persons_lessons_are_gone(store: Store) -> None:
    """Expected: no lesson left, and none kept afterwards."""
    person = await enrolled(store)
    await store.lessons.keep(person.id, A, COURSE, NOW)
    await store.people.erase(person.id, NOW)
    assert await store.lessons.passed(person.id) == {}
    with pytest.raises(NotFound):
        await store.lessons.keep(person.id, B, COURSE, NOW)
