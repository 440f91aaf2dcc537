"""Learning: leçons."""

from __future__ import annotations

from bot.core.lesson import Attempt, Lesson
from bot.core.reply import Message
from bot.ports import Ports
from bot.usecases import Visit
from bot.wording import lessons as wording


async def lessons(ports: Ports, visit: Visit) -> Message:
    """List the lessons, open one with its questions, or mark the answers that were sent."""
    number = visit.command.number
    if number is None:
        passed = await ports.lessons.passed(visit.person.id)
        return wording.listed(ports.course, passed, visit.person)
    lesson, values = ports.course.lesson(number), visit.command.values
    attempt = lesson.attempted(values)
    if attempt is None:
        return wording.opened(lesson, number, values, visit.language)
    if not attempt.passed:
        return wording.missed(attempt, number, visit.language)
    return await _passed(ports, visit, lesson, attempt)


async def _passed(ports: Ports, visit: Visit, lesson: Lesson, attempt: Attempt) -> Message:
    level = await ports.lessons.keep(visit.person.id, lesson, ports.course, visit.at)
    passed = await ports.lessons.passed(visit.person.id)
    left = ports.course.left(passed)
    return wording.passed(attempt, visit.command.number or 0, left, level, visit.person)
