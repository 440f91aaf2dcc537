"""What people read of the lessons. French is typeset here, since ethics groups write it with plain spaces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.core.lesson import Attempt, Course, Lesson, Mark, Passed, Question, Told
from bot.core.person import Language, Person
from bot.core.reply import Button, Field, Form, Message, Option, Tone, Values
from bot.wording.adoption import spoken
from bot.wording.catalogue import say, typeset

Numbered = tuple[int, Lesson]

IN_A_ROW = 5
"""Buttons that every platform shows beside one another; Mattermost would make a menu of more."""


def listed(course: Course, passed: Passed, person: Person) -> Message:
    """List the lessons by level with their state; the first button is the next one to take."""
    language = person.language
    title = say(language, "lessons.title")
    if not course.lessons:
        return Message(say(language, "lessons.none"), title=title)
    left = course.left(passed)
    done = len(course.lessons) - len(left)
    parts = [say(language, "lessons.so_far", level=person.level, done=done, count=len(course.lessons))]
    for level, group in groupby(course.numbered(), key=lambda one: one[1].level):
        lines = [_line(number, lesson, passed, language) for number, lesson in group]
        parts.append("\n".join([say(language, "lessons.level", level=level, next=level + 1), "", *lines]))
    parts.append(say(language, "lessons.open_one"))
    buttons = tuple(_button(one, language, first=one == left[0]) for one in left[:IN_A_ROW])
    return Message("\n\n".join(parts), title=title, buttons=buttons)


def _line(number: int, lesson: Lesson, passed: Passed, language: Language) -> str:
    version = passed.get(lesson.name)
    state = "open" if version is None else "passed" if version == lesson.version else "changed"
    return say(
        language,
        "lessons.line",
        number=number,
        title=_read(lesson.title, language),
        state=say(language, f"lessons.state_{state}"),
    )


def _button(numbered: Numbered, language: Language, *, first: bool) -> Button:
    number, lesson = numbered
    label = f"{number}. {_read(lesson.title, language)}"
    return Button(label, f"leçon {number}", "primary" if first else "plain")


def opened(lesson: Lesson, number: int, values: Values, language: Language) -> Message:
    """Show a lesson with its questions; what was answered stays where it still fits."""
    title = say(language, "lessons.one", number=number)
    parts = [f"**{_read(lesson.title, language)}**", _read(lesson.text, language)]
    if values:
        parts.append(say(language, "lessons.incomplete"))
    asked = zip(lesson.questions, lesson.fields(), strict=True)
    fields = [
        _field(question, name, place, values.get(name, ""), language)
        for place, (question, name) in enumerate(asked, start=1)
    ]
    form = Form(title, f"leçon {number}", tuple(fields), say(language, "lessons.submit"))
    return Message("\n\n".join(parts), Tone.FAULT if values else Tone.PLAIN, title=title, form=form)


def _field(question: Question, name: str, place: int, value: str, language: Language) -> Field:
    """Return a question's field. Its values are the choices' own words: they are marked whatever changes."""
    told = [(spoken(choice, language), _read(choice, language)) for choice in question.choices]
    options = tuple(Option(value, label) for value, label in told)
    label = f"{place}. {_read(question.ask, language)}"
    return Field(name, label, "choice", value=value, options=options)


def missed(attempt: Attempt, number: int, language: Language) -> Message:
    """Say what was right, what was not and why, and offer to start again."""
    title = say(language, "lessons.missed", number=number, right=attempt.right, count=len(attempt.marks))
    again = Button(say(language, "lessons.again"), f"leçon {number}", "primary")
    return Message(_marked(attempt, language), title=title, buttons=(again, _all(language)))


def passed(attempt: Attempt, number: int, left: Sequence[Numbered], level: int, person: Person) -> Message:
    """Say that the lesson is passed and why each answer is right, which level that is, and what is next."""
    language = person.language
    parts = [_marked(attempt, language)]
    if level > person.level:
        parts.append(say(language, "lessons.risen", level=level))
    else:
        parts.append(say(language, "lessons.stays", level=level))
    before_next = sum(lesson.level <= level for _, lesson in left)
    if before_next:
        parts.append(say(language, "lessons.left", count=before_next, next=level + 1))
    elif not left:
        parts.append(say(language, "lessons.all_passed"))
    following = tuple(_button(one, language, first=True) for one in left[:1])
    title = say(language, "lessons.passed", number=number)
    return Message("\n\n".join(parts), Tone.DONE, title=title, buttons=(*following, _all(language)))


def _marked(attempt: Attempt, language: Language) -> str:
    marks = enumerate(attempt.marks, start=1)
    return "\n\n".join(_mark(place, mark, language) for place, mark in marks)


def _mark(place: int, mark: Mark, language: Language) -> str:
    return say(
        language,
        "lessons.right" if mark.right else "lessons.wrong",
        place=place,
        ask=_read(mark.question.ask, language),
        choice=_read(mark.question.choices[mark.chosen], language),
        why=_read(mark.question.why, language),
    )


def _all(language: Language) -> Button:
    return Button(say(language, "lessons.all_button"), "leçons")


def _read(told: Told, language: Language) -> str:
    return typeset(spoken(told, language))
