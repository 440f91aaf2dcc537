"""Between rows and records: times, verdicts, asks, persons, reviews, messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.adapters.store.cipher import Cipher, place
from bot.core.ask import Ask, AskRecord, AskState, Place, Platform, Turn
from bot.core.person import Organisation, Person, Role
from bot.core.policy.finding import Finding, Label
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.core.reply import Message
from bot.core.review import Decision, Review, ReviewKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Row = Mapping[Any, Any]


class _Kept(BaseModel):
    """A message as it is kept; pictures in base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    message: Message


def micros(at: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """Return microseconds since 1970 as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def dumped(message: Message) -> dict[str, Any]:
    """Return a message as JSON values."""
    kept: dict[str, Any] = _Kept(message=message).model_dump(mode="json")["message"]
    return kept


def loaded(kept: Mapping[str, Any]) -> Message:
    """Return the message that was kept."""
    return _Kept.model_validate_json(json.dumps({"message": kept})).message


def ask_text(ask: Ask) -> dict[str, Any]:
    """Return what the person wrote, as JSON values."""
    earlier = [[turn.role, turn.text] for turn in ask.earlier]
    return {"text": ask.text, "values": dict(ask.values), "earlier": earlier}


def verdict_columns(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as columns: rules, codes and offsets, never a text."""
    first = verdict.hits[0] if verdict.hits else None
    hits = [[hit.rule, hit.outcome, hit.category, hit.article, hit.score, hit.why] for hit in verdict.hits]
    findings = [[one.start, one.end, one.label, one.score, one.detector] for one in verdict.findings]
    return {
        "outcome": verdict.outcome.value,
        "category": verdict.category,
        "rule": first and first.rule,
        "article": first and first.article,
        "hits": json.dumps(hits),
        "findings": json.dumps(findings),
        "failed": json.dumps(verdict.failed),
        "policy": verdict.policy,
    }


def verdict(row: Row) -> Verdict:
    """Return the verdict of an ask's row."""
    hits = (Hit(rule, Outcome(outcome), *rest) for rule, outcome, *rest in json.loads(row["hits"]))
    found = (
        Finding(start, end, Label(label), *rest) for start, end, label, *rest in json.loads(row["findings"])
    )
    return Verdict(
        Outcome(row["outcome"]),
        row["category"],
        tuple(hits),
        tuple(found),
        tuple(json.loads(row["failed"])),
        row["policy"],
    )


def organisation(row: Row) -> Organisation:
    """Return an organisation."""
    names = ("id", "name", "timezone", "language", "country", "zone")
    return Organisation(**{name: row[name] for name in names})


def person(row: Row, cipher: Cipher, prefix: str = "") -> Person:
    """Return a person."""
    identifier = row[f"{prefix}id"]
    return Person(
        identifier,
        row[f"{prefix}organisation"],
        cipher.open(row[f"{prefix}name_sealed"], place("persons", identifier, "name")) or "",
        row[f"{prefix}team"],
        frozenset(Role(role) for role in row[f"{prefix}roles"].split(",") if role),
        row[f"{prefix}language"],
        row[f"{prefix}charter"],
        row[f"{prefix}level"],
    )


def place_text(asked: Place) -> list[str | None]:
    """Return where something was asked, as JSON values."""
    return [asked.channel, asked.thread, asked.workspace]


def record(row: Row, cipher: Cipher) -> AskRecord:
    """Return an ask from a row of `rows.joined`. An erased person has neither name nor identifier."""

    def opened(column: str) -> Any:
        return cipher.open(row[f"{column}_sealed"], place("asks", row["id"], column))

    erased = row["person"] is None
    wrote = opened("text") or {"text": "", "values": {}, "earlier": []}
    channel, thread, workspace = opened("place") or ("", None, None)
    ask = Ask(
        row["id"],
        Person("", row["organisation"], "") if erased else person(row, cipher, "person_"),
        Place(Platform(row["platform"]), channel, thread, workspace),
        wrote["text"],
        moment(row["at"]),
        row["template"],
        wrote["values"],
        tuple(Turn(role, text) for role, text in wrote["earlier"]),
        bool(row["human"]),
    )
    texts = {column: opened(column) for column in ("sent", "answer", "edited", "note")}
    plain = ("number", "entry", "attempts", "decided_by", "decision", "model", "tokens_in", "tokens_out")
    return AskRecord(
        ask,
        state=AskState(row["state"]),
        verdict=verdict(row),
        gwp_kg=None if row["gwp_low"] is None else (row["gwp_low"], row["gwp_high"]),
        estimated=bool(row["estimated"]),
        feedback=row["feedback"],
        fault=row["fault"],
        told=bool(row["told"]),
        purged=bool(row["purged"]),
        **texts,
        **{name: row[name] for name in plain},
    )


def review(row: Row, ask: AskRecord, cipher: Cipher) -> Review:
    """Return a review and the ask it is about."""
    return Review(
        row["id"],
        ask.number,
        row["organisation"],
        ReviewKind(row["kind"]),
        ask,
        moment(row["opened_at"]),
        tuple(json.loads(row["passed_by"])),
        row["decided_by"],
        Decision(row["decision"]) if row["decision"] else None,
        None if row["decided_at"] is None else moment(row["decided_at"]),
        bool(row["told"]),
        cipher.open(row["words_sealed"], place("reviews", row["id"], "words")) or "",
    )
