"""Reporting and auditing: `digest`, `footprint`, `ledger export|verify|restate|budget…`, `bench ledger`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from bot.cli import budgets
from bot.cli.footprint import footprint as footprint
from bot.cli.run import Config
from bot.cli.stored import with_store
from bot.errors import WrongUse

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.calendar import Span
    from bot.core.digest import Digest
    from bot.core.person import Language
    from bot.settings import Settings

Out = Annotated[Path | None, typer.Option(help="Write here instead of on the screen.")]

app = typer.Typer(
    help="Hand the ledger over, verify it, compute it anew.\n\nExample: sobria ledger verify",
    no_args_is_help=True,
)
app.command()(budgets.budget)
app.command("budgets")(budgets.listed)
app.command()(budgets.grant)
bench = typer.Typer(no_args_is_help=True)


@bench.callback()
def _benches() -> None:
    """Measure on this machine.

    Example: sobria bench ledger
    """


def digest(
    week: Annotated[str, typer.Option(help="A week such as 2026-W47; the present one if unsaid.")] = "",
    month: Annotated[str, typer.Option(help="A month such as 2026-11 in a week's place.")] = "",
    form: Annotated[str, typer.Option("--format", help="json, text, csv, xlsx, html, png or svg.")] = "text",
    out: Out = None,
    config: Config = None,
) -> None:
    """Report a week or a month: asks, cost, footprint as ranges.

    By model, area and team.

    Example: sobria digest --week 2026-W47 --format csv --out bilan.csv
    """
    if week and month:
        raise WrongUse("give --week or --month, not both")
    if form not in {"json", "text", "csv", "xlsx", "html", "png", "svg"}:
        raise WrongUse(f"unknown format {form}; one of json, text, csv, xlsx, html, png, svg")
    _checked("--week", week, "week")
    _checked("--month", month, "month")

    async def work(store: Store, settings: Settings) -> bytes:
        made = await _digest(store, settings, week or month)
        return await asyncio.to_thread(_rendered, made, form, settings.language)

    _write(with_store(config, work), out)


def _checked(option: str, name: str, kind: str) -> Span | None:
    """Return the week or month that an option names, if it was given. Raises WrongUse saying how to write one."""
    from bot.core.calendar import named

    if not name:
        return None
    with suppress(WrongUse):
        if (span := named(name)).kind == kind:
            return span
    raise WrongUse(f"{option} {name}: write a {kind} such as {'2026-W47' if kind == 'week' else '2026-11'}")


async def _digest(store: Store, settings: Settings, period: str) -> Digest:
    from zoneinfo import ZoneInfo

    from bot.core.digest import digest as made_of
    from bot.usecases.ledger import span_of

    organisation = settings.organisation.id
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(settings.organisation.timezone)).date()
    span = span_of(period, today)
    kept = await store.ledger.kept(organisation, span.name)
    if kept is not None:
        return kept
    made = made_of(await store.ledger.figures(organisation, span, today), today)
    return await store.ledger.keep(made, now) if made.complete else made


def _rendered(made: Digest, form: str, language: Language) -> bytes:
    from bot.adapters.charts import Pictures
    from bot.adapters.exports import Files
    from bot.wording import ledger as wording

    if form in {"png", "svg"}:
        return Pictures().picture(made, language, cast("Literal['png', 'svg']", form))
    if form == "text":
        facts = [f"{fact.label} : {fact.value}" for fact in wording.facts(made, language)]
        parts = [wording.title(made, language), *wording.paragraphs(made, language), "\n".join(facts)]
        return ("\n\n".join([*parts, wording.footer(made, language)]) + "\n").encode()
    files = Files(lambda one, reader: Pictures().picture(one, reader, "svg"))
    return files.sheet(made, language, cast("Literal['csv', 'xlsx', 'html', 'json']", form))


@app.command()
def export(
    form: Annotated[str, typer.Option("--format", help="csv, jsonl or sqlite.")] = "csv",
    what: Annotated[
        str, typer.Option(help="months (accountant's rows) or entries; csv gives months, jsonl entries.")
    ] = "",
    since: Annotated[str, typer.Option(help="First month, such as 2026-01.")] = "",
    until: Annotated[str, typer.Option(help="Last month, such as 2026-12.")] = "",
    metered: Annotated[bool, typer.Option(help="The office's own meter already counts its machine.")] = True,
    out: Out = None,
    config: Config = None,
) -> None:
    """Hand the ledger over, to an accountant or to programs.

    Rows for a Bilan Carbone, BEGES or GHG report, every entry, or a SQLite file.

    Example: sobria ledger export --format csv --since 2026-01 --until 2026-12 --out beges-2026.csv
    """
    if form not in {"csv", "jsonl", "sqlite"}:
        raise WrongUse(f"unknown format {form}; one of csv, jsonl, sqlite")
    if form == "sqlite" and out is None:
        raise WrongUse("say where with --out FILE.db")
    if what not in {"", "months", "entries"}:
        raise WrongUse(f"--what {what}: write months or entries")
    first, last = _checked("--since", since, "month"), _checked("--until", until, "month")
    if first and last and first.first > last.first:
        raise WrongUse(f"--since is after --until: no month lies between {since} and {until}")
    chosen_rows = what or ("months" if form == "csv" else "entries")

    async def work(store: Store, settings: Settings) -> bytes:
        from bot.cli import ledger_export

        if form == "sqlite":
            count = await ledger_export.extract(store, settings, cast("Path", out))
            return f"{out}: {count} entries\n".encode()
        if chosen_rows == "months":
            return await ledger_export.months(store, settings, form, since, until, metered=metered)
        return await ledger_export.every_entry(store, settings, form)

    found = with_store(config, work)
    _write(found, None if form == "sqlite" else out)


@app.command()
def verify(config: Config = None) -> None:
    """Check that no entry was changed, removed or added.

    Ends with 1 and the first broken entry if one was, behind the ledger's back.

    Example: sobria ledger verify
    """
    from time import perf_counter

    from bot.adapters.store.chain import verify as check

    async def work(store: Store, _settings: Settings) -> tuple[int, float]:
        begun = perf_counter()
        with _progress("verifying") as tell:
            checked = await store.database.read(lambda reading: check(reading, tell))
        return checked, perf_counter() - begun

    checked, seconds = with_store(config, work)
    typer.echo(f"{checked} rows hold, two for most entries; {seconds:.1f} s.")


@app.command()
def restate(
    factors: Annotated[
        str, typer.Option(help="A file of factors (docs/carbon.md), or `library` for those of the library.")
    ] = "library",
    config: Config = None,
) -> None:
    """Compute every footprint anew with other factors.

    The old figures stay; digests say « retraité ».

    Example: sobria ledger restate --factors facteurs-2027.toml
    """
    from bot.adapters.impacts import EcoLogitsImpacts, Factors, read_factors

    own = Factors() if factors == "library" else read_factors(Path(factors))

    async def work(store: Store, settings: Settings) -> int:
        from bot.cli import ledger_export

        impacts = EcoLogitsImpacts(own, settings.organisation.zone)
        with _progress("restating") as tell:
            return await ledger_export.restated(store, impacts, tell)

    typer.echo(f"{with_store(config, work)} entries restated.")


@bench.command("ledger")
def bench_ledger(
    entries: Annotated[int, typer.Option(min=1, help="Entries of the large history.")] = 10_000_000,
    organisations: Annotated[int, typer.Option(min=1, help="Organisations that share it.")] = 500,
    url: Annotated[
        str, typer.Option(help="A PostgreSQL database that may be emptied; SQLite if unsaid.")
    ] = "",
    directory: Annotated[Path | None, typer.Option("--dir", help="Where to write, and then delete.")] = None,
) -> None:
    """Measure what an entry and a digest cost.

    With little and with much history. Deletes what it wrote.

    Example: sobria bench ledger --entries 1000000
    """
    from bot.cli.ledger_bench import run

    run(entries, organisations, url, directory, datetime.now(UTC))


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(content)


def _progress(label: str) -> Any:
    from bot.cli.ledger_export import progress

    return progress(label)
