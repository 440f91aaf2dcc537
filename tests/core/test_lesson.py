"""Lessons: what passes, which level that brings, and that learning more never costs a level."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.lesson import Course, Lesson, Passed, Question, Told
from bot.errors import NotFound


def question(right: int = 0, choices: int = 3) -> Question:
    """Return a question whose choices are called « choix 0 » and so on."""
    told: tuple[Told, ...] = tuple(
        {"fr": f"choix {place}", "en": f"choice {place}"} for place in range(choices)
    )
    return Question({"fr": "Que faire ?"}, told, right, {"fr": "Parce que."})


def lesson(name: str, level: int = 1, rights: tuple[int, ...] = (0, 1, 2), version: str = "1") -> Lesson:
    """Return a lesson whose questions have these right answers."""
    texts: Told = {"fr": name}
    return Lesson(name, level, version, texts, texts, tuple(question(right) for right in rights))


def answers(one: Lesson, places: tuple[int, ...]) -> Mapping[str, str]:
    """Return what a form sends when these choices are made."""
    told = (each.choices[place]["fr"] for each, place in zip(one.questions, places, strict=True))
    return dict(zip(one.fields(), told, strict=True))


levels = st.lists(st.integers(1, 3), max_size=8)
courses = levels.map(lambda found: Course.of(lesson(f"l{n}", level) for n, level in enumerate(found)))


@st.composite
def learners(draw: st.DrawFn) -> tuple[Course, Passed]:
    """Return a course and what somebody has passed of it, some of it in an older version."""
    course = draw(courses)
    names = [one.name for one in course.lessons]
    some = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    return course, {name: draw(st.sampled_from(["1", "0"])) for name in some}


@given(st.lists(st.integers(0, 2), min_size=3, max_size=3).map(tuple))
def test_all_right_passes_and_any_wrong_does_not(places: tuple[int, ...]) -> None:
    """Expected: each answer marked by itself, and passed only when all are right."""
    one = lesson("l")
    attempt = one.attempted(answers(one, places))
    assert attempt is not None
    assert [mark.right for mark in attempt.marks] == [place == right for place, right in enumerate(places)]
    assert attempt.passed == (places == (0, 1, 2))


def test_an_answer_counts_in_whichever_language_it_was_read() -> None:
    """Expected: the same place, so that a change of language between reading and sending costs nothing."""
    assert question().chosen("choice 2") == question().chosen("choix 2") == 2


@pytest.mark.parametrize("left", [{}, {"2": ""}, {"2": "un choix d’avant"}])
def test_what_is_unanswered_or_of_another_version_is_not_marked(left: Mapping[str, str]) -> None:
    """Expected: no attempt, rather than a wrong mark."""
    one = lesson("l")
    values = {"1": "choix 0", "3": "choix 2", **left}
    assert one.attempted(values) is None


@given(learners(), st.data())
def test_no_level_falls_by_passing_one_more_lesson(known: tuple[Course, Passed], data: st.DataObject) -> None:
    """Expected: the same level or a higher one, and one lesson fewer to go."""
    course, passed = known
    left = course.left(passed)
    if not left:
        assert course.level(passed) == course.highest
        return
    _, one = data.draw(st.sampled_from(left))
    more = {**passed, one.name: one.version}
    assert course.level(passed) <= course.level(more) <= course.highest
    assert len(course.left(more)) == len(left) - 1


@pytest.mark.slow
@given(learners())
def test_a_level_is_reached_by_all_lessons_below_it_at_their_present_version(
    known: tuple[Course, Passed],
) -> None:
    """Expected: nothing left below it, and something left at it or no lesson there at all."""
    course, passed = known
    level, left = course.level(passed), [one.level for _, one in course.left(passed)]
    assert all(below not in left for below in range(1, level))
    assert level in left or all(one.level != level for one in course.lessons)


@given(courses)
def test_lessons_are_numbered_from_one_by_level(course: Course) -> None:
    """Expected: each number opens its lesson, levels rise, and no other number opens anything."""
    assert [course.lesson(number) for number, _ in course.numbered()] == list(course.lessons)
    assert [one.level for one in course.lessons] == sorted(one.level for one in course.lessons)
    for number in (0, len(course.lessons) + 1):
        with pytest.raises(NotFound, match="lesson"):
            course.lesson(number)


def test_a_course_without_lessons_leaves_everybody_where_they_are() -> None:
    """Expected: level 1, nothing to take."""
    assert (Course().level({}), Course().highest, Course().left({})) == (1, 1, ())
