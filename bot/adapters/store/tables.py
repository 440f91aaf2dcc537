"""Everything but the ledger: who, asks, reviews, conversations, doors, jobs.

Columns named `*_sealed` hold ciphertexts; nothing that a person typed stands anywhere else, nor their name.
Times are microseconds since 1970, UTC. `lease` is until when a replica works on a row, 0 when none does.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.adapters.store.metadata import METADATA


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


organisations = Table(
    "organisations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False, server_default="Europe/Brussels"),
    Column("language", String(2), nullable=False, server_default="fr"),
    Column("country", String(2), nullable=False, server_default="BE"),
    Column("zone", String(8), nullable=False, server_default="BEL"),
    Column("asks", Integer, nullable=False, server_default="0", comment="the last number given"),
    Column("proposals", Integer, nullable=False, server_default="0", comment="the last number given"),
)

teams = Table(
    "teams",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
)

persons = Table(
    "persons",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("team", ForeignKey("teams.id")),
    Column("name_sealed", LargeBinary),
    Column("email_sealed", LargeBinary),
    Column("email_print", String(64), comment="HMAC, to find an address without keeping it"),
    Column("roles", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("charter", String(64)),
    Column("charter_at", BigInteger),
    Column("level", SmallInteger, nullable=False, server_default="1"),
    Column("lines", Integer, nullable=False, server_default="0", comment="the last number given"),
    Column("created_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    UniqueConstraint("organisation", "email_print"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("platform", String(16), primary_key=True),
    Column("workspace", String(64), primary_key=True),
    Column("print", String(64), primary_key=True, comment="HMAC of the platform's identifier"),
    Column("account_sealed", LargeBinary, nullable=False),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("linked_at", BigInteger, nullable=False),
)

ledger_keys = Table(
    "ledger_keys",
    METADATA,
    Column("person", ForeignKey("persons.id"), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    comment="the only way from the ledger to a person: erasing a person deletes it",
)

asks = Table(
    "asks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", ForeignKey("persons.id"), comment="empty once erased"),
    Column("platform", String(16), nullable=False),
    Column("template", String(120)),
    Column("human", SmallInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("category", String(16)),
    Column("rule", String(120)),
    Column("article", String(64)),
    Column("hits", Text, nullable=False, comment="rules met, as JSON: ids and codes"),
    Column("findings", Text, nullable=False, comment="where personal data stand, as JSON: offsets, labels"),
    Column("failed", Text, nullable=False, comment="checks that did not run, as JSON"),
    Column("policy", String(120), nullable=False),
    Column("entry", String(64), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("told", SmallInteger, nullable=False, server_default="0"),
    Column("lease", BigInteger, nullable=False),
    Column("model", String(120)),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    Column("gwp_low", Float),
    Column("gwp_high", Float),
    Column("estimated", SmallInteger, nullable=False, server_default="0"),
    Column("feedback", SmallInteger),
    Column("fault", String(32)),
    Column("decided_by", String(64)),
    Column("decision", String(16)),
    Column("purged", SmallInteger, nullable=False, server_default="0"),
    Column("place_sealed", LargeBinary, comment="channel, thread, workspace: kept until told"),
    Column("text_sealed", LargeBinary, comment="text, values, earlier turns"),
    Column("sent_sealed", LargeBinary),
    Column("answer_sealed", LargeBinary),
    Column("edited_sealed", LargeBinary),
    Column("note_sealed", LargeBinary),
    UniqueConstraint("organisation", "number"),
    Index(None, "organisation", "at"),
    Index(None, "person", "at"),
    _partial("ix_asks_untold", "lease", where="told = 0"),
    _partial("ix_asks_kept", "at", where="purged = 0"),
)

reviews = Table(
    "reviews",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("ask", ForeignKey("asks.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("words_sealed", LargeBinary),
    Column("told", SmallInteger, nullable=False, server_default="0"),
    Column("lease", BigInteger, nullable=False, server_default="0"),
    Column("waiting", SmallInteger, nullable=False, server_default="1"),
    Column("passed_by", Text, nullable=False, server_default="[]", comment="mentors, as JSON"),
    Column("decision", String(16)),
    Column("decided_by", String(64)),
    Column("decided_at", BigInteger),
    _partial("uq_reviews_waiting", "ask", where="waiting = 1", unique=True),
    _partial("uq_reviews_appeal", "ask", where="kind = 'appeal'", unique=True),
    _partial("ix_reviews_queue", "organisation", "opened_at", where="waiting = 1"),
    _partial("ix_reviews_untold", "lease", where="waiting = 1 AND told = 0"),
    Index(None, "organisation", "decided_at"),
)

proposals = Table(
    "proposals",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", ForeignKey("persons.id"), index=True, comment="empty once erased"),
    Column("at", BigInteger, nullable=False),
    Column("title_sealed", LargeBinary),
    Column("body_sealed", LargeBinary),
    Column("vetted_by", String(64)),
    Column("vetted_at", BigInteger),
    Column("accepted", SmallInteger),
    UniqueConstraint("organisation", "number"),
)

lines = Table(
    "lines",
    METADATA,
    Column("person", ForeignKey("persons.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("typed_sealed", LargeBinary),
    Column("message_sealed", LargeBinary),
)

invitations = Table(
    "invitations",
    METADATA,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("until", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("token", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("until", BigInteger, nullable=False),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True, comment="the part of a key that may be seen"),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the part that is shown once"),
    Column("purpose_sealed", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

passed_lessons = Table(
    "passed_lessons",
    METADATA,
    Column("person", ForeignKey("persons.id"), primary_key=True),
    Column("lesson", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    comment="read for the person alone",
)

receipts = Table(
    "receipts",
    METADATA,
    Column("key", String(64), primary_key=True, comment="SHA-256 of what was received"),
    Column("at", BigInteger, nullable=False, index=True),
)

arrivals = Table(
    "arrivals",
    METADATA,
    Column("id", String(64), primary_key=True, comment="its receipt, and the id of the ask it becomes"),
    Column("door", String(80), nullable=False, comment="platform and organisation"),
    Column("kind", String(16), nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("lease", BigInteger, nullable=False),
    Column("tries", SmallInteger, nullable=False),
)

heard = Table(
    "heard",
    METADATA,
    Column("door", String(80), primary_key=True, comment="platform and organisation"),
    Column("until", BigInteger, nullable=False, comment="everything said before it was taken"),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("slot", String(64), primary_key=True),
    Column("lease", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)

seals = Table(
    "seals",
    METADATA,
    Column("key", String(8), primary_key=True, comment="identifier of a key that texts are sealed with"),
    Column("proof_sealed", LargeBinary, nullable=False, comment="a known text, to tell a wrong key at once"),
)
