"""Starting: `serve`, `demo`, `init`, `doctor`, `invite`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Coroutine
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import SettingsError, WrongUse

if TYPE_CHECKING:
    from bot.settings import Settings

Config = Annotated[
    Path | None, typer.Option("--config", help="The settings; ./sobria.toml when it is there.")
]

init = typer.Typer(invoke_without_command=True)


def chosen(config: Path | None) -> Path | None:
    """Return the settings file that was named, or the one that is there."""
    present = Path("sobria.toml")
    return config or (present if present.exists() else None)


def serve(
    config: Config = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Listen on this port.")] = None,
    host: Annotated[str | None, typer.Option(help="Listen on this address.")] = None,
) -> None:
    """Run the console, the API and every platform that is configured.

    Example: sobria serve --config sobria.toml --port 8080
    """
    from bot.settings import read, unknown_variables

    _logging()
    for name in unknown_variables():
        logging.getLogger(__name__).warning(
            "%s sets nothing; see the comments that `sobria init` writes", name
        )
    settings = read(chosen(config))
    changed = {"port": port or settings.port, "host": host or settings.host}
    _run(_serve(settings.model_copy(update=changed)))


def _run(program: Coroutine[Any, Any, None]) -> None:
    """Run a server on uvloop where there is one: it takes a fifth off what every ask costs."""
    try:
        from uvloop import new_event_loop
    except ImportError:  # not made for Windows
        from asyncio import new_event_loop  # type: ignore[assignment]
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(program)


async def _serve(settings: Settings) -> None:
    from bot.wiring import house

    listening = listener(settings.host, settings.port)
    async with house(settings) as whole:
        typer.echo(f"Sobria: {settings.public_address}")
        await answer(whole.app, listening)


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Listen on this port.")] = 8080,
    data: Annotated[Path, typer.Option(help="Where the demonstration keeps its files.")] = Path("demo"),
) -> None:
    """Open an invented association in the browser.

    On this machine alone, with an embedded model.

    Example: sobria demo --port 8080
    """
    from bot.demo import settings_of

    _logging(logging.WARNING)
    listening = listener("127.0.0.1", port)
    _run(_demo(settings_of(data, port), listening))


async def _demo(settings: Settings, listening: socket.socket) -> None:
    from bot.cli.examination import weightless
    from bot.demo import fill
    from bot.wiring import house

    async with house(settings, demo=True, first=fill) as whole:
        typer.echo(f"\n  Sobria (démonstration) : {settings.public_address}/demo\n")
        typer.echo("  Ouvrez cette adresse dans votre navigateur. Ctrl+C pour arrêter.")
        if weightless(settings):
            fetch = f"sobria model fetch --data {settings.data}"
            typer.echo(f"  Le modèle d’essai n’est pas là : `{fetch}` le télécharge.", err=True)
        await answer(whole.app, listening)


def listener(host: str, port: int) -> socket.socket:
    """Take the address before anything is opened. Raises SettingsError when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        reason = fault.strerror or type(fault).__name__
        raise SettingsError((f"port {port} on {host}: {reason}; choose another with --port",)) from None
    return listening


async def answer(app: object, listening: socket.socket) -> None:
    """Answer requests until told to stop."""
    import uvicorn

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=10,
        server_header=False,
        ws="none",
    )
    server = uvicorn.Server(config)
    # Left to itself uvicorn raises the signal again once it has stopped, and that would end the process
    # before the house is closed: answers under way, sockets, the store.
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, setattr, server, "should_exit", True)
    await server.serve(sockets=[listening])


def _logging(level: int = logging.INFO) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("httpx", "httpcore", "openai", "urllib3", "slack_bolt", "slack_sdk", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


@init.callback()
def write(
    context: typer.Context,
    path: Annotated[Path, typer.Option(help="The file to write.")] = Path("sobria.toml"),
) -> None:
    """Write a commented file of settings, or set up a platform.

    Example: sobria init --path sobria.toml
    """
    if context.invoked_subcommand is not None:
        return
    from bot.adapters.store.cipher import new_key
    from bot.cli.template import SETTINGS

    if path.exists():
        raise WrongUse(f"{path} exists; it is left as it is. Choose another with --path")
    text = SETTINGS.replace("@KEY@", new_key())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    typer.echo(f"{path} is written. Look through it, then run: sobria doctor --config {path}")


def doctor(config: Config = None) -> None:
    """Say what is wrong and how to mend it.

    Ends with 1 when something is.

    Example: sobria doctor
    """
    from bot.cli.examination import examine
    from bot.settings import read, unknown_variables

    _logging(logging.ERROR)
    settings = read(chosen(config))
    findings = asyncio.run(examine(settings))
    findings += [(False, f"{name} sets nothing: correct its name") for name in unknown_variables()]
    for well, sentence in findings:
        typer.echo(f"{'✓' if well else '✗'} {sentence}")
    if not all(well for well, _ in findings):
        raise typer.Exit(1)


def invite(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    email: Annotated[str | None, typer.Option(help="Their address, to find them again.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="mentor or admin; may be given twice.")] = None,
    team: Annotated[str | None, typer.Option(help="Their team's name.")] = None,
    config: Config = None,
) -> None:
    """Make a person if need be, and print their link to the console.

    The link opens it once, within two days.

    Example: sobria invite "Amina Haddad" --email amina@exemple.be --role mentor --team Accueil
    """
    from bot.settings import read

    unknown = set(role or []) - {"mentor", "admin"}
    if unknown:
        raise WrongUse(f"--role {', '.join(sorted(unknown))}: write mentor or admin")
    typer.echo(asyncio.run(_invite(read(chosen(config)), name, email, role, team)))


async def _invite(
    settings: Settings, name: str, email: str | None, roles: list[str] | None, team: str | None
) -> str:
    from datetime import UTC, datetime, timedelta

    from bot.core.command import fold
    from bot.wiring import opened

    store, now, here = await opened(settings), datetime.now(UTC), settings.organisation.id
    try:
        account = email or fold(name).replace(" ", ".")
        person = await store.people.enrol(
            here, name, platform="console", workspace=here, account=account,
            email=email, language=settings.language, at=now,
        )  # fmt: skip
        if team is not None:
            key = f"{here}-{fold(team).replace(' ', '-')}"
            await store.setup.team(here, key, team)
            await store.people.grant(person.id, team=key)
        if roles is not None:
            await store.people.grant(person.id, roles=frozenset(roles))
        token = await store.doors.invite(person.id, now, now + timedelta(days=2))
        return f"{settings.public_address}/entrer/{token}"
    finally:
        await store.close()
