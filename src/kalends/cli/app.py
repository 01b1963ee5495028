"""`kalends`: the commands."""

import typer

from kalends.cli import account, event, invoice, key, user
from kalends.cli.apply import apply
from kalends.cli.check import check
from kalends.cli.demo import demo
from kalends.cli.retry import retry
from kalends.cli.serve import migrate, serve, work

app = typer.Typer(
    help="A self-hosted booking platform: one engine, many doors.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serve, work, migrate, demo, apply, check, retry):
    app.command()(command)
app.add_typer(account.commands, name="account")
app.add_typer(user.commands, name="user")
app.add_typer(key.commands, name="key")
app.add_typer(invoice.commands, name="invoice")
app.add_typer(event.commands, name="event")
