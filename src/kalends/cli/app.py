"""`kalends`: the commands."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from kalends.cli import account, event, invoice, key, login_service, messages, user, webhook
from kalends.cli.apply import apply
from kalends.cli.backup import backup, restore
from kalends.cli.check import check
from kalends.cli.demo.load import demo
from kalends.cli.journal import journal
from kalends.cli.prune import prune
from kalends.cli.retry import retry
from kalends.cli.serve import migrate, serve, work
from kalends.cli.signals import end_orderly
from kalends.cli.terminal import printable

app = typer.Typer(
    help="Kalends: a booking server that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (serve, work, migrate, demo, apply, check, journal, prune, retry, backup, restore):
    app.command()(command)
app.add_typer(account.commands, name="account")
app.add_typer(user.commands, name="user")
app.add_typer(login_service.commands, name="login-service")
app.add_typer(key.commands, name="key")
app.add_typer(invoice.commands, name="invoice")
app.add_typer(event.commands, name="event")
app.add_typer(messages.commands, name="messages")
app.add_typer(webhook.commands, name="webhook")


def print_version(requested: bool) -> None:
    if requested:
        print(version("kalends"))
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version and exit.")
]


@app.callback()
def prepare(version: Version = False) -> None:
    """Before every command."""
    end_orderly()
    sys.stdout, sys.stderr = printable(sys.stdout), printable(sys.stderr)
