"""`sobria key`: keys by which programs ask in a person's name, through the OpenAI-compatible address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import Config
from bot.cli.stored import with_store
from bot.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.api_key import ApiKey
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Make, list and revoke keys of programs.\n\nExample: sobria key list"
)


@app.command()
def make(
    email: Annotated[str, typer.Argument(help="The address of the person whose asks they will be.")],
    purpose: Annotated[str, typer.Option(help="What the key is for, in a few words.")],
    days: Annotated[int, typer.Option(min=1, help="How many days it lasts.")] = 180,
    config: Config = None,
) -> None:
    """Make a key for a person's programs, and show it once.

    What a program asks with it is policed and counted as that person's.

    Example: sobria key make amina@exemple.be --purpose "formulaire du site" --days 90
    """

    async def work(store: Store, settings: Settings) -> tuple[str, datetime]:
        if days > settings.api.longest_key:
            longest = settings.api.longest_key
            raise WrongUse(f"--days {days}: at most {longest} (the setting api.longest_key)")
        person = await store.people.by_email(settings.organisation.id, email)
        if person is None:
            raise NotFound(f"nobody has the address {email}; `sobria invite` makes a person")
        now = datetime.now(UTC)
        until = now + timedelta(days=days)
        return await store.keys.make(person.id, purpose, now, until), until

    key, until = with_store(config, work)
    typer.echo(key)
    typer.echo(f"Keep it now: it is not shown again. It ends on {until:%Y-%m-%d}.", err=True)


@app.command("list")
def listed(config: Config = None) -> None:
    """List the keys: whose, what for, until when. Secrets are kept nowhere, so none is shown.

    Example: sobria key list
    """

    async def work(store: Store, settings: Settings) -> tuple[ApiKey, ...]:
        return await store.keys.listed(settings.organisation.id)

    now = datetime.now(UTC)
    lines = [_line(key, now) for key in with_store(config, work)]
    typer.echo("\n".join(lines) or "There is no key.")


@app.command()
def revoke(
    identifier: Annotated[str, typer.Argument(help="The key's identifier, from `sobria key list`.")],
    config: Config = None,
) -> None:
    """End a key now. Programs that use it are refused from their next request on.

    Example: sobria key revoke 3f9a0c11d2e4
    """

    async def work(store: Store, settings: Settings) -> None:
        await store.keys.revoke(settings.organisation.id, identifier, datetime.now(UTC))

    with_store(config, work)
    typer.echo("Revoked.")


def _line(key: ApiKey, now: datetime) -> str:
    state = f"until {key.until:%Y-%m-%d}"
    if key.revoked_at is not None:
        state = f"revoked on {key.revoked_at:%Y-%m-%d}"
    elif not key.valid(now):
        state = f"ended on {key.until:%Y-%m-%d}"
    return f"{key.id}  {state}  {key.holder}: {key.purpose}"
