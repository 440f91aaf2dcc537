"""Which lessons a person has passed, and the level that these bring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.adapters.store.codec import micros
from bot.adapters.store.database import Database
from bot.adapters.store.rows import insert_new
from bot.adapters.store.tables import passed_lessons, persons
from bot.core.lesson import Course, Lesson, Passed
from bot.errors import NotFound


class StoredLessons:
    """Fills ports.Lessons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def passed(self, person: str) -> Passed:
        """Return the lessons that a person has passed."""
        return await self._database.read(lambda reading: _passed(reading, person))

    async def keep(self, person: str, lesson: Lesson, course: Course, at: datetime) -> int:
        """Keep that a person passed `lesson` and raise their level; return it. Raises NotFound."""

        def unit(connection: Connection) -> int:
            # Held until the end: of two lessons passed at once on two replicas, the second sees the first.
            own = select(persons.c.level).where(persons.c.id == person, persons.c.erased_at.is_(None))
            before = connection.scalar(own.with_for_update())
            if before is None:
                raise NotFound("person")
            _note(connection, person, lesson, at)
            level = max(int(before), course.level(_passed(connection, person)))
            connection.execute(update(persons).where(persons.c.id == person).values(level=level))
            return level

        return await self._database.write(unit)


def _passed(connection: Connection, person: str) -> Passed:
    columns = (passed_lessons.c.lesson, passed_lessons.c.version)
    rows = connection.execute(select(*columns).where(passed_lessons.c.person == person))
    return {row.lesson: row.version for row in rows}


def _note(connection: Connection, person: str, lesson: Lesson, at: datetime) -> None:
    """Keep the version that was passed last, and when it was passed first."""
    values = {"version": lesson.version, "at": micros(at)}
    if insert_new(connection, passed_lessons, person=person, lesson=lesson.name, **values):
        return
    own = (passed_lessons.c.person == person, passed_lessons.c.lesson == lesson.name)
    another = passed_lessons.c.version != lesson.version
    connection.execute(update(passed_lessons).where(*own, another).values(**values))
