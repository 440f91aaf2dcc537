"""`sobria init mattermost`: set a server up and print what belongs in the settings."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import Undeliverable, WrongUse

if TYPE_CHECKING:
    from bot.adapters.mattermost.setup import Done, Wanted


_REFUSALS = {
    0: "the server does not answer; check --url",
    401: "the server does not know this token; make a personal access token for an administrator",
    403: "this token may not do that; it must be an administrator's, and bot accounts and custom slash "
    "commands must be enabled in the system console",
    404: "there is no such team; --team is its name as it stands in its address",
    501: "this server has that feature switched off",
}


def mattermost(
    url: Annotated[str, typer.Option(help="The server, such as https://chat.exemple.be.")],
    team: Annotated[str, typer.Option(help="The team's name as it stands in its address.")],
    address: Annotated[str, typer.Option(help="Where the server reaches Sobria.")],
    admin_token: Annotated[
        str,
        typer.Option(
            envvar="MATTERMOST_ADMIN_TOKEN",
            prompt="Token of an administrator",
            hide_input=True,
            help="An administrator's personal access token; used now and kept nowhere.",
        ),
    ],
    review_channel: Annotated[str, typer.Option(help="Whose members are mentors.")] = "relecture-ia",
    admin_channel: Annotated[str, typer.Option(help="Whose members are admins.")] = "admin-ia",
    new_token: Annotated[bool, typer.Option("--new-token", help="Make the bot another token.")] = False,
) -> None:
    """Set up the bot, its channels and the command in Mattermost.

    What is there already is kept, and brought up to date.

    Example: sobria init mattermost --url https://chat.exemple.be --team asbl --address https://ia.exemple.be
    """
    from bot.adapters.mattermost.setup import Wanted

    for name, given in (("--url", url), ("--address", address)):
        if not given.startswith(("http://", "https://")):
            raise WrongUse(f"{name} must begin with https:// or http://")
    wanted = Wanted(team, address, review_channel, admin_channel, new_token=new_token)
    _tell(url, wanted, asyncio.run(_done(url, admin_token, wanted)))


async def _done(url: str, token: str, wanted: Wanted) -> Done:
    from bot.adapters.mattermost.driver import Refused, Rest
    from bot.adapters.mattermost.setup import set_up

    rest = Rest(url, token)
    try:
        return await set_up(rest, wanted)
    except Refused as fault:
        why = _REFUSALS.get(fault.status, "the server refused it")
        raise Undeliverable(
            f"{why} ({fault}). Nothing else was changed; mend it and run this again."
        ) from None
    finally:
        rest.close()


def _tell(url: str, wanted: Wanted, done: Done) -> None:
    for step in done.steps:
        typer.echo(f"- {step}")
    typer.echo("\nIn sobria.toml:\n")
    typer.echo(f'address = "{wanted.address}"   # at the top of the file, before any [table]')
    typer.echo("\n[mattermost]")
    typer.echo(f'url = "{url}"')
    typer.echo(
        f'bot_token = "{done.bot_token}"'
        if done.bot_token
        else "# bot_token: as before (--new-token makes another)"
    )
    typer.echo(f'command_tokens = ["{done.command_token}"]')
    secret = f'callback_secret = "{secrets.token_urlsafe(32)}"'
    known = not done.bot_token  # another secret would make every button that people can still press void
    typer.echo(f"# callback_secret: as before; if it is lost: {secret}" if known else secret)
    typer.echo(f'team = "{wanted.team}"')
    typer.echo(f'review_channel = "{wanted.team}/{wanted.review_channel}"')
    typer.echo(f'admin_channel = "{wanted.team}/{wanted.admin_channel}"')
    typer.echo(
        "\nIf Sobria has a private address, the server calls it only when ServiceSettings."
        "AllowedUntrustedInternalConnections names it."
    )
