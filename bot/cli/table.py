"""Every command of `sobria` in one place; what it needs is imported when it runs."""

from __future__ import annotations

import typer

from bot.cli import keep, keys, ledger, mattermost, model, policy, prompts, run

app = typer.Typer(
    name="sobria",
    help="A chat bot that lets the people of an association use AI responsibly.\n\nExample: sobria demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(run.serve)
app.command()(run.demo)
run.init.command("mattermost")(mattermost.mattermost)
app.add_typer(run.init, name="init")
app.command()(run.doctor)
app.command()(run.invite)
app.add_typer(keys.app, name="key")
app.command()(policy.check)
app.add_typer(policy.app, name="policy")
app.add_typer(prompts.app, name="prompts")
app.add_typer(model.app, name="model")
app.command()(ledger.digest)
app.command()(ledger.footprint)
app.add_typer(ledger.app, name="ledger")
app.add_typer(ledger.bench, name="bench")
app.command()(keep.export)
app.command()(keep.erase)
app.command()(keep.backup)
app.command()(keep.compact)
app.command()(keep.rekey)
