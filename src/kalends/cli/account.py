"""`kalends account`: the accounts of this installation."""

import typer

from kalends.cli.database import run
from kalends.cli.errors import reporting_errors
from kalends.store.accounts.accounts import list_accounts

commands = typer.Typer(help="Accounts: each has its own sites, customers, bookings and keys.", no_args_is_help=True)


@commands.callback()
def main() -> None:
    """Keep `list` a command of its own while it is the only one."""


@commands.command("list")
def list_() -> None:
    """Print the accounts: slug, time zone, currency, name."""
    with reporting_errors():
        for account in run(list_accounts):
            print(account.slug, account.time_zone, account.currency, account.name, sep="\t")
