"""Everything but the ledger: who, asks, reviews, conversations, doors, jobs.

Columns named `*_sealed` hold ciphertexts; nothing that a person typed stands anywhere else. Times are
microseconds since 1970, UTC.
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
)

from bot.adapters.store.metadata import METADATA

organisations = Table(
    "organisations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("country", String(2), nullable=False),
    Column("zone", String(8), nullable=False),
    Column("asks", Integer, nullable=False, server_default="0", comment="the last number given"),
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
    Column("created_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
    UniqueConstraint("organisation", "email_print"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("platform", String(16), primary_key=True),
    Column("workspace", String(64), primary_key=True),
    Column("account", String(128), primary_key=True),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
)

ledger_keys = Table(
    "ledger_keys",
    METADATA,
    Column("person", ForeignKey("persons.id"), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
)

asks = Table(
    "asks",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", ForeignKey("persons.id"), nullable=False),
    Column("team", String(64)),
    Column("platform", String(16), nullable=False),
    Column("channel", String(128), nullable=False),
    Column("thread", String(128)),
    Column("workspace", String(64)),
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
    Column("text_sealed", LargeBinary),
    Column("sent_sealed", LargeBinary),
    Column("answer_sealed", LargeBinary),
    Column("edited_sealed", LargeBinary),
    Column("note_sealed", LargeBinary),
    UniqueConstraint("organisation", "number"),
    Index(None, "organisation", "at"),
    Index(None, "person", "at"),
    Index("ix_asks_untold", "told", "lease"),
)

reviews = Table(
    "reviews",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("ask", ForeignKey("asks.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("words_sealed", LargeBinary),
    Column("told", SmallInteger, nullable=False, server_default="0"),
    Column("lease", BigInteger, nullable=False, server_default="0"),
    Column("passed_by", Text, nullable=False, server_default="[]"),
    Column("decision", String(16)),
    Column("decided_by", String(64)),
    Column("decided_at", BigInteger),
    UniqueConstraint("ask", "kind"),
    Index("ix_reviews_open", "organisation", "decision"),
    Index("ix_reviews_untold", "told", "lease"),
)

proposals = Table(
    "proposals",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", ForeignKey("persons.id"), nullable=False, index=True),
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

receipts = Table(
    "receipts",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("slot", String(64), primary_key=True),
    Column("lease", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)
