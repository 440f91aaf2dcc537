"""`sobria policy diff`: what a draft of the policy would have changed on the asks that are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import Config
from bot.cli.stored import with_store
from bot.errors import NotAllowed, WrongUse

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.ask import AskRecord
    from bot.core.policy.engine import Policy
    from bot.core.policy.replay import Judge, Replay
    from bot.core.policy.verdict import Verdict
    from bot.settings import Settings

_DAYS = {"d": 1, "w": 7}
_SPAN = re.compile(r"(\d{1,4})([dw])")


def diff(
    old: Annotated[Path, typer.Argument(help="The folder of the policy in force, or of your own rules.")],
    new: Annotated[Path, typer.Argument(help="The folder of the draft.")],
    since: Annotated[str, typer.Option(help="How far back: 30d, 8w or a date such as 2026-11-01.")] = "30d",
    cases: Annotated[
        bool, typer.Option("--cases", help="Show each ask, with pseudonyms; needs --by.")
    ] = False,
    by: Annotated[str, typer.Option(help="The address of the admin who reads the cases.")] = "",
    config: Config = None,
) -> None:
    """Say what a draft would have changed on kept asks.

    As counts, or case by case for an admin. A folder without charter.yaml is read as rules of your own, over
    the policy of the settings. Texts whose term is over are gone and cannot be judged again.

    Example: sobria policy diff policies brouillon --since 30d
    """
    start = _start(since, datetime.now(UTC))
    if cases and not by:
        raise WrongUse(
            "--cases shows what people wrote: say who reads it with --by and the address of an admin"
        )

    async def work(store: Store, settings: Settings) -> tuple[Replay, Settings]:
        if cases:
            await _permitted(store, settings, by)
        records = await store.asks.kept(settings.organisation.id, start)
        return _judged(records, settings, old, new), settings

    found, settings = with_store(config, work)
    from bot.wording.policy import cases as shown
    from bot.wording.policy import counts

    language = settings.language
    for line in (*counts(found, start, language), *(shown(found, language) if cases else ())):
        typer.echo(line)


def _start(since: str, now: datetime) -> datetime:
    match = _SPAN.fullmatch(since)
    if match:
        return now - timedelta(days=int(match[1]) * _DAYS[match[2]])
    try:
        return datetime.fromisoformat(since).replace(tzinfo=UTC)
    except ValueError:
        raise WrongUse(f"--since {since}: write 30d, 8w or a date such as 2026-11-01") from None


async def _permitted(store: Store, settings: Settings, email: str) -> None:
    from bot.core.person import Role

    person = await store.people.by_email(settings.organisation.id, email)
    if person is None or not person.has(Role.ADMIN):
        raise NotAllowed(f"{email} is no admin here: only an admin may read asks case by case")


def _judged(records: tuple[AskRecord, ...], settings: Settings, old: Path, new: Path) -> Replay:
    from bot.core.policy.replay import replayed

    return replayed(records, _judge(_policy(old, settings)), _judge(_policy(new, settings)))


def _policy(folder: Path, settings: Settings) -> Policy:
    from bot import policing
    from bot.adapters.files.reading import shipped

    whole = (folder / "charter.yaml").is_file()
    base, own = (
        (folder, settings.policies_extra) if whole else (settings.policies or shipped("policies"), folder)
    )
    return policing.load(base, own, inspect=policing.personal_data())


def _judge(policy: Policy) -> Judge:
    def judge(record: AskRecord) -> Verdict:
        asked = record.ask
        values = {**asked.values, **{f"turn {n}": turn.text for n, turn in enumerate(asked.earlier)}}
        return policy.check(
            asked.text, values, direction="in", language=asked.person.language, context=asked.context
        )

    return judge
