"""`sobria prompts`: check the library, list it, show one prompt as the model would read it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.files import prompts as library
from bot.adapters.files.reading import shipped
from bot.core.prompt import PromptTemplate, Variable, render
from bot.errors import NotFound

app = typer.Typer(
    no_args_is_help=True, help="Check and read the prompt library.\n\nExample: sobria prompts list"
)

Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Where the prompts are.", envvar="SOBRIA_PROMPTS", show_default="shipped"),
]


@app.command("test")
def check(folder: Folder = None) -> None:
    """Read every prompt and fill each in with its own examples.

    Faults name file and line.

    Example: sobria prompts test --folder prompts
    """
    folder = folder or shipped("prompts")
    found = library.faults(folder)
    for fault in found:
        typer.echo(str(fault), err=True)
    if found:
        raise typer.Exit(1)
    templates = library.load(folder).listed()
    for template in templates:
        render(template, examples(template))
    unvetted = sum(not template.vetted for template in templates)
    typer.echo(f"{len(templates)} prompts hold" + (f", {unvetted} of them not vetted" if unvetted else ""))


@app.command("list")
def listing(
    words: Annotated[str, typer.Argument(help="Words to look for.")] = "", folder: Folder = None
) -> None:
    """List the prompts by area.

    Example: sobria prompts list subside
    """
    templates = library.load(folder or shipped("prompts")).holding(words)
    for area, group in groupby(templates, key=lambda template: template.area):
        typer.echo(area)
        for template in group:
            typer.echo(f"  {template.name:28} {template.title}")
    if not templates:
        typer.echo(f"No prompt speaks of « {words} »; `sobria prompts list` shows them all.", err=True)


@app.command()
def show(name: Annotated[str, typer.Argument(help="Name or title.")], folder: Folder = None) -> None:
    """Show a prompt filled in with its examples, and what it asks for.

    Example: sobria prompts show remerciement-don
    """
    template = library.load(folder or shipped("prompts")).find(name)
    if template is None:
        raise NotFound(f"No prompt « {name} »: `sobria prompts list` shows them all.")
    typer.echo(_card(template))
    typer.echo(f"\n{render(template, examples(template))}")


def examples(template: PromptTemplate) -> dict[str, str]:
    """Return the example of every variable."""
    return {variable.name: variable.example for variable in template.variables}


def _card(template: PromptTemplate) -> str:
    vetted = f"vetted by {template.vetted_by} on {template.vetted_on}" if template.vetted else "not vetted"
    permitted = ", ".join(sorted(template.permitted)) or "none"
    need = template.need.name.lower()
    lines = [
        f"{template.title} ({template.name}, version {template.version}, {template.language})",
        f"{template.area}. {template.purpose}",
        f"{vetted}; level {template.level}; model {need}; about {template.length} words",
        f"personal data: {permitted}",
        *(_row(variable) for variable in template.variables),
    ]
    return "\n".join(lines)


def _row(variable: Variable) -> str:
    optional = "" if variable.required else ", optional"
    return f"  {variable.name} ({variable.kind}{optional}): {variable.label}. {variable.help}"
