"""The ledger's tables: what happened (never changed), what it cost the world (recomputable), running sums.

`activity` holds two rows an entry, its opening and its closing, and a counter-entry where one was wrong.
`assessment` holds footprints; a new one supersedes, none is changed. Both refuse UPDATE and DELETE by
trigger. `rollup` and `tally` are sums by day, kept at writing time and rebuilt from the two at will.
Every number is an integer, so that a sum is the same in whatever order: `bot/core/quantities.py` has the
units. No column can hold a sentence: names and codes of at most 120 characters, numbers, digests.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    event,
)

from bot.adapters.store.metadata import METADATA
from bot.core.quantities import BOUNDS, QUANTITIES

CODE = 120
Code = String(CODE)
Identity = BigInteger().with_variant(Integer, "sqlite")

OPENING = (
    *("organisation", "position", "entry", "phase", "kind", "at", "day"),
    *("person", "team", "ask", "purpose", "parent", "template", "area", "platform", "sample"),
)
CLOSING = (
    *("organisation", "position", "entry", "phase", "kind", "at", "day"),
    *("card", "provider", "model", "model_served", "host", "hosting", "zone", "zone_basis", "impacts_as"),
    *("token_source", "tokens_in", "tokens_cached", "tokens_cache_write", "tokens_out", "tokens_reasoning"),
    *("latency_us", "first_token_us", "cost_neur", "price_since", "watts_mw", "measured_nwh", "reason"),
)
RANGES = tuple(f"{quantity}_{bound}" for quantity in QUANTITIES for bound in BOUNDS)

_CODES = frozenset(
    (
        *("kind", "person", "team", "ask", "purpose", "parent", "template", "area", "platform", "card"),
        *("provider", "model", "model_served", "host", "hosting", "zone", "zone_basis", "impacts_as"),
        *("token_source", "reason"),
    )
)


def _optional(name: str) -> Column[str] | Column[int]:
    return Column(name, Code) if name in _CODES else Column(name, BigInteger)


activity = Table(
    "activity",
    METADATA,
    Column("seq", Identity, primary_key=True),
    Column("organisation", Code, nullable=False),
    Column("position", BigInteger, nullable=False, comment="rises by one within an organisation"),
    Column("entry", Code, nullable=False),
    Column("phase", SmallInteger, nullable=False, comment="0 opening, 1 closing, 2 counter-entry"),
    Column("kind", Code, nullable=False, comment="opened, settled, failed, avoided, countered"),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("day", Integer, nullable=False, comment="in the organisation's zone, as 20261123"),
    *[_optional(name) for name in (*OPENING[7:], *CLOSING[7:])],
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the one before and of this row"),
    UniqueConstraint("entry", "phase"),
    UniqueConstraint("organisation", "position"),
)

assessment = Table(
    "assessment",
    METADATA,
    Column("activity", Identity, primary_key=True, autoincrement=False, comment="seq of the closing row"),
    Column("revision", SmallInteger, primary_key=True, comment="the highest one counts"),
    Column("at", BigInteger, nullable=False),
    Column("method", Code, nullable=False),
    Column("library", Code, nullable=False),
    Column("factors", Code, nullable=False, comment="digest of the model and electricity tables"),
    Column("tier", Code, nullable=False, comment="measured, supplier, model, proxy, spend, none"),
    Column("matched", Code, nullable=False, comment="exact, alias, proxy, none"),
    Column("model_key", Code),
    Column("zone", Code),
    Column("active_m", BigInteger, comment="active parameters, millions"),
    Column("total_m", BigInteger, comment="all parameters, millions"),
    Column("pue_milli", BigInteger),
    Column("grid_mg_kwh", BigInteger, comment="electricity factor, mgCO2e a kWh"),
    Column("warnings", String(4 * CODE), comment="codes, separated by spaces"),
    Column("cause", Code, comment="why it supersedes the one before"),
    *[Column(name, BigInteger) for name in RANGES],
)

SUMS = (
    *("entries", "tokens_in", "tokens_cached", "tokens_out", "tokens_estimated", "tokens_assessed"),
    *("cost_neur", "unpriced", "latency_us"),
    *RANGES,
)
FACETS = (
    *("team", "area", "template", "purpose", "kind", "reason"),
    *("provider", "model", "hosting", "zone", "zone_basis", "tier", "method"),
)
TALLIED = (
    *("entries", "avoided", "failed", "tokens", "tokens_assessed", "cost_neur"),
    *[f"{quantity}_{bound}" for quantity in ("energy", "gwp", "water") for bound in BOUNDS],
)


def _sum(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=0, server_default="0")


rollup = Table(
    "rollup",
    METADATA,
    Column("organisation", Code, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("facets", BigInteger, primary_key=True, autoincrement=False, comment="digest of the facets"),
    *[Column(name, Code, nullable=False) for name in FACETS],
    Column("sample", SmallInteger, nullable=False),
    *[_sum(name) for name in SUMS],
    sqlite_with_rowid=False,
)

tally = Table(
    "tally",
    METADATA,
    # The day first: what is added to today stands together, however long everybody's history is.
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("organisation", Code, primary_key=True),
    Column("scope", Code, primary_key=True, comment="organisation, team or person"),
    Column("subject", Code, primary_key=True, comment="team or ledger key; empty for the organisation"),
    Column("sample", SmallInteger, primary_key=True),
    *[_sum(name) for name in TALLIED],
    sqlite_with_rowid=False,
)

budget = Table(
    "budget",
    METADATA,
    Column("id", Identity, primary_key=True),
    Column("organisation", Code, nullable=False),
    Column("scope", Code, nullable=False),
    Column("subject", Code, nullable=False),
    Column("measure", Code, nullable=False, comment="tokens, euros, gco2e"),
    Column("period", Code, nullable=False, comment="day, week, month, year"),
    Column("amount", BigInteger, nullable=False, comment="tokens, nano-euros or nanograms"),
    Column("hard", SmallInteger, nullable=False),
    Column("set_by", Code, nullable=False),
    Column("set_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "organisation"),
)

budget_grant = Table(
    "budget_grant",
    METADATA,
    Column("id", Identity, primary_key=True),
    Column("budget", BigInteger, nullable=False, index=True),
    Column("first_day", Integer, nullable=False, comment="first day of the period it holds for"),
    Column("amount", BigInteger, nullable=False),
    Column("granted_by", Code, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("subject", Code, nullable=False, server_default="", comment="ledger key; empty for all it is for"),
    Column("request", Code, comment="review that it answers: granted once"),
    Index(None, "request", unique=True),
)

reservation = Table(
    "reservation",
    METADATA,
    Column("entry", Code, primary_key=True),
    Column("organisation", Code, nullable=False, index=True),
    Column("team", Code),
    Column("person", Code, nullable=False),
    Column("day", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("euros", BigInteger, nullable=False, comment="nano-euros"),
    Column("gco2e", BigInteger, nullable=False, comment="nanograms"),
    sqlite_with_rowid=False,
)

digest_record = Table(
    "digest_record",
    METADATA,
    Column("organisation", Code, primary_key=True),
    Column("period", Code, primary_key=True, comment="2026-W47 or 2026-11"),
    Column("revision", SmallInteger, primary_key=True, comment="rises with each restatement"),
    Column("at", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False, comment="the chain's length when it was made"),
    Column("head", LargeBinary, nullable=False, comment="the chain's head when it was made"),
    Column("figures", LargeBinary, nullable=False, comment="the digest's numbers, as compressed JSON"),
)

restatement = Table(
    "restatement",
    METADATA,
    Column("id", Identity, primary_key=True),
    Column("organisation", Code, nullable=False, index=True),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("method", Code, nullable=False),
    Column("factors", Code, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

KEPT = ("activity", "assessment")


def guards(dialect: str) -> tuple[str, ...]:
    """Return the statements that make the kept tables refuse UPDATE and DELETE (and TRUNCATE)."""
    if dialect == "sqlite":
        return tuple(_sqlite_guard(name, verb) for name in KEPT for verb in ("UPDATE", "DELETE"))
    return (_POSTGRES_REFUSAL, *(_postgres_guard(name) for name in KEPT))


def _sqlite_guard(name: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )


_POSTGRES_REFUSAL = (
    "CREATE OR REPLACE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
)


def _postgres_guard(name: str) -> str:
    return (
        f"CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()"
    )


def _after_create(made: Table, statement: str, dialect: str) -> None:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy left this one untyped
    event.listen(made, "after_create", ddl.execute_if(dialect=dialect))


for _kept in (activity, assessment):
    for _verb in ("UPDATE", "DELETE"):
        _after_create(_kept, _sqlite_guard(_kept.name, _verb), "sqlite")
    _after_create(_kept, _POSTGRES_REFUSAL, "postgresql")
    _after_create(_kept, _postgres_guard(_kept.name), "postgresql")
