"""`sobria policy proposals`: the examples that mentors proposed, listed or written for the ethics group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.run import Config
from bot.cli.stored import with_store

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.policy.teaching import Proposed
    from bot.settings import Settings


def proposals(
    export: Annotated[
        Path | None,
        typer.Option(help="A folder to write one YAML file a label to, such as nos-regles/examples."),
    ] = None,
    config: Config = None,
) -> None:
    """List or write the examples that mentors proposed for the policy.

    Example: sobria policy proposals --export nos-regles/examples
    """

    async def work(store: Store, settings: Settings) -> tuple[Proposed, ...]:
        return await store.proposals.examples(settings.organisation.id)

    found = with_store(config, work)
    if export is None or not found:
        lines = (f"{one.number}  {one.label}  {one.text}" for one in found)
        typer.echo("\n".join(lines) or "No example is proposed.")
        return
    for path, count in _written(found, export):
        typer.echo(f"{path}: {count}")


def _written(found: tuple[Proposed, ...], folder: Path) -> list[tuple[Path, int]]:
    """Write the examples by label; a later export writes the same files anew."""
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for label in dict.fromkeys(one.label for one in found):
        texts = [one.text for one in found if one.label == label]
        path = folder / f"{label.lower()}-mentors.yaml"
        kept = {"label": label, "texts": texts}
        path.write_text(
            yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=200), encoding="utf-8"
        )
        written.append((path, len(texts)))
    return written
