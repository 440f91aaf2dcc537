"""A person's rights: everything that is kept of them, in plain values, and its erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from bot.adapters.store import codec
from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.codec import micros
from bot.adapters.store.purge import end_texts, end_waiting
from bot.adapters.store.rows import Row, joined
from bot.adapters.store.tables import (
    accounts,
    api_keys,
    asks,
    invitations,
    ledger_keys,
    lines,
    passed_lessons,
    persons,
    proposals,
    reviews,
    sessions,
)
from bot.adapters.store.tables_ledger import activity
from bot.core.ask import AskRecord, AskState
from bot.errors import NotFound

_OPEN = (AskState.RUNNING.value, AskState.HELD.value)
_UNTOLD = {"digest", "seq", "position", "organisation", "phase", "sample"}
"""Columns of the ledger that say nothing about the person."""


def exported(connection: Connection, cipher: Cipher, person: str) -> Mapping[str, Any]:
    """Return everything that is kept of a person. Raises NotFound."""
    row = _person(connection, person)
    own = joined().where(asks.c.person == person).order_by(asks.c.number)
    decided = select(reviews, asks.c.number).join(asks).where(reviews.c.decided_by == person)
    return {
        "person": _known(row, cipher),
        "accounts": [_account(one, cipher) for one in _of(connection, accounts, person)],
        "asks": [_ask(codec.record(one, cipher)) for one in connection.execute(own).mappings()],
        "appeals": [_appeal(one, cipher) for one in _appeals(connection, person)],
        "conversation": [_line(one, cipher) for one in _of(connection, lines, person)],
        "proposals": [_proposal(one, cipher) for one in _of(connection, proposals, person)],
        "lessons": [_lesson(one) for one in _of(connection, passed_lessons, person)],
        "decisions": [_decision(one) for one in connection.execute(decided).mappings()],
        "sessions": [_until(one) for one in _of(connection, sessions, person)],
        "api_keys": [_api_key(one, cipher) for one in _of(connection, api_keys, person)],
        "invitations": [_until(one) for one in _of(connection, invitations, person)],
        "ledger": _entries(connection, person),
    }


def erased(connection: Connection, person: str, at: datetime) -> None:
    """Delete all that leads to a person; what they asked stays as counts of nobody. Raises NotFound."""
    _person(connection, person)
    own = select(asks.c.id).where(asks.c.person == person)
    open_ = select(asks.c.id, asks.c.entry).where(asks.c.person == person, asks.c.state.in_(_OPEN))
    end_waiting(connection, connection.execute(open_).mappings().all(), "erased", at)
    connection.execute(update(asks).where(asks.c.person == person).values(told=1))
    end_texts(connection, own)
    # Asks name a ledger entry, entries a ledger key: without this, the asks would lead from one to the other.
    connection.execute(update(asks).where(asks.c.person == person).values(person=None))
    nothing = {"title_sealed": None, "body_sealed": None, "person": None}
    connection.execute(update(proposals).where(proposals.c.person == person).values(**nothing))
    for table in (accounts, sessions, invitations, api_keys, lines, passed_lessons, ledger_keys):
        connection.execute(delete(table).where(table.c.person == person))
    gone: dict[str, Any] = {
        "name_sealed": None,
        "email_sealed": None,
        "email_print": None,
        "team": None,
        "roles": "",
    }
    gone |= {"charter": None, "charter_at": None, "level": 1}
    connection.execute(update(persons).where(persons.c.id == person).values(**gone, erased_at=micros(at)))


def _person(connection: Connection, person: str) -> Row:
    query = select(persons).where(persons.c.id == person, persons.c.erased_at.is_(None))
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("person")
    return row


def _of(connection: Connection, table: Table, person: str) -> list[Row]:
    query = select(table).where(table.c.person == person).order_by(*table.primary_key.columns)
    return list(connection.execute(query).mappings())


def _known(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    return {
        "id": row["id"],
        "organisation": row["organisation"],
        "name": cipher.open(row["name_sealed"], place("persons", row["id"], "name")),
        "email": cipher.open(row["email_sealed"], place("persons", row["id"], "email")),
        "team": row["team"],
        "roles": row["roles"].split(","),
        "language": row["language"],
        "level": row["level"],
        "charter": row["charter"],
        "charter_accepted": _time(row["charter_at"]),
        "since": _time(row["created_at"]),
    }


def _account(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    return {
        "platform": row["platform"],
        "workspace": row["workspace"],
        "account": cipher.open(row["account_sealed"], place("accounts", row["print"], "account")),
        "linked": _time(row["linked_at"]),
    }


def _ask(record: AskRecord) -> Mapping[str, Any]:
    asked = record.ask
    return {
        "number": record.number,
        "at": asked.at.isoformat(),
        "platform": asked.place.platform.value,
        "channel": asked.place.channel,
        "thread": asked.place.thread,
        "workspace": asked.place.workspace,
        "template": asked.template,
        "text": asked.text,
        "values": dict(asked.values),
        "earlier": [[turn.role, turn.text] for turn in asked.earlier],
        "state": record.state.value,
        "outcome": record.verdict.outcome.value,
        "category": record.verdict.category,
        "rules": [hit.rule for hit in record.verdict.hits],
        "sent": record.sent,
        "answer": record.answer,
        "edited": record.edited,
        "note": record.note,
        "decision": record.decision,
        "model": record.model,
        "tokens_in": record.tokens_in,
        "tokens_out": record.tokens_out,
        "gwp_kg": None if record.gwp_kg is None else list(record.gwp_kg),
        "feedback": record.feedback,
        "fault": record.fault,
    }


def _appeals(connection: Connection, person: str) -> list[Row]:
    query = (
        select(reviews, asks.c.number)
        .join(asks, asks.c.id == reviews.c.ask)
        .where(asks.c.person == person, reviews.c.words_sealed.is_not(None))
    )
    return list(connection.execute(query.order_by(asks.c.number)).mappings())


def _appeal(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    words = cipher.open(row["words_sealed"], place("reviews", row["id"], "words"))
    return {"ask": row["number"], "at": _time(row["opened_at"]), "words": words}


def _line(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    key = f"{row['person']}:{row['number']}"
    typed = cipher.open(row["typed_sealed"], place("lines", key, "typed"))
    read = cipher.open(row["message_sealed"], place("lines", key, "message"))
    return {"at": _time(row["at"]), "typed": typed, "read": read}


def _proposal(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    return {
        "number": row["number"],
        "at": _time(row["at"]),
        "title": cipher.open(row["title_sealed"], place("proposals", row["id"], "title")),
        "body": cipher.open(row["body_sealed"], place("proposals", row["id"], "body")),
        "accepted": None if row["accepted"] is None else bool(row["accepted"]),
    }


def _lesson(row: Row) -> Mapping[str, Any]:
    return {"lesson": row["lesson"], "version": row["version"], "passed": _time(row["at"])}


def _decision(row: Row) -> Mapping[str, Any]:
    return {"ask": row["number"], "decision": row["decision"], "at": _time(row["decided_at"])}


def _until(row: Row) -> Mapping[str, Any]:
    return {"until": _time(row["until"])}


def _api_key(row: Row, cipher: Cipher) -> Mapping[str, Any]:
    purpose = cipher.open(row["purpose_sealed"], place("api_keys", row["id"], "purpose"))
    ends = {"until": _time(row["until"]), "revoked": _time(row["revoked_at"])}
    return {"id": row["id"], "purpose": purpose, "made": _time(row["made_at"]), **ends}


def _entries(connection: Connection, person: str) -> list[Mapping[str, Any]]:
    key = connection.scalar(select(ledger_keys.c.key).where(ledger_keys.c.person == person))
    own = select(activity.c.entry).where(activity.c.person == key)
    rows = connection.execute(select(activity).where(activity.c.entry.in_(own)).order_by(activity.c.seq))
    return [
        {name: value for name, value in row.items() if value is not None and name not in _UNTOLD}
        | {"at": _time(row["at"])}
        for row in rows.mappings()
    ]


def _time(micros: int | None) -> str | None:
    return None if micros is None else codec.moment(micros).isoformat()
