"""What is left to use, and more of it: budget for everyone, accorder for a mentor."""

from __future__ import annotations

from datetime import date

from bot.core.ask import Ask
from bot.core.budget import Room, whole_of
from bot.core.person import Person
from bot.core.reply import Message
from bot.core.review import Decision, Review, permitted
from bot.errors import NotFound, WrongUse
from bot.ports import Ports
from bot.usecases import Visit, asks, ledger
from bot.wording import budgets as wording


async def budget(ports: Ports, visit: Visit) -> Message | None:
    """Show what is left, ask mentors for more, or grant it."""
    if visit.command.number is not None:
        return await grant(ports, visit)
    if visit.command.words == "ask":
        return await more(ports, visit)
    _, rooms = await ledger.rooms_of(ports, visit.person, visit.at)
    return wording.left(rooms, visit.language)


async def more(ports: Ports, visit: Visit) -> Message | None:
    """Hand a request for more to the mentors, as an ask to a human; once a day for one budget."""
    _, rooms = await ledger.rooms_of(ports, visit.person, visit.at)
    hard = [room for room in rooms if room.budget.hard]
    if not hard:
        return wording.no_limit(visit.language)
    room = ledger.tightest(hard)
    request = f"budget/{visit.person.id}/{room.budget.id}/{visit.at:%Y-%m-%d}"
    if await ports.receipts.known(request):
        return wording.wanted_already(visit.language)
    said = await asks.send(ports, visit, _wanted(visit, room))
    await ports.receipts.first(request, visit.at)
    return said


def _wanted(visit: Visit, room: Room) -> Ask:
    return Ask(
        id=visit.ask,
        person=visit.person,
        place=visit.call.place,
        text=wording.wanted(room, visit.language),
        at=visit.at,
        values={"budget": str(room.budget.id)},
        human=True,
    )


async def grant(ports: Ports, visit: Visit) -> Message:
    """Grant what the person of a request is short of, for this period, and answer them with it.

    The grant is written first and once for each request: after a crash in between, or when two mentors
    answer together, nothing is granted twice.
    """
    review = await ports.reviews.by_number(visit.person.organisation, visit.number)
    if review is None:
        raise NotFound("review")
    permitted(review, Decision.ANSWER, visit.person)
    asking, language = review.ask.ask.person, visit.language
    today, room = await _room(ports, visit, review)
    if "amount" not in visit.command.values:
        return wording.grant_form(room, visit.number, today, language)
    await ports.ledger.grant(
        visit.person.organisation,
        room.budget.id,
        whole_of(visit.command.values["amount"], room.budget.measure),
        today,
        await ports.people.ledger_key(visit.person.id),
        visit.at,
        subject=await _alone(ports, room, asking),
        request=review.id,
    )
    today, room = await _room(ports, visit, review)
    text = wording.granted_answer(room, today, asking.language)
    await ports.reviews.decide(review.id, visit.person.id, Decision.ANSWER, visit.at, text=text, note=None)
    ports.wake()
    return wording.granted(room, visit.number, today, language)


async def _room(ports: Ports, visit: Visit, review: Review) -> tuple[date, Room]:
    wanted = review.ask.ask.values.get("budget")
    if wanted is None:
        raise WrongUse("grant")
    today, rooms = await ledger.rooms_of(ports, review.ask.ask.person, visit.at)
    found = next((room for room in rooms if str(room.budget.id) == wanted), None)
    if found is None:
        raise NotFound("budget")
    return today, found


async def _alone(ports: Ports, room: Room, person: Person) -> str:
    """Return whom a grant is for: the person alone where each has a budget of their own, else everyone."""
    return await ports.people.ledger_key(person.id) if room.budget.scope == "person" else ""
