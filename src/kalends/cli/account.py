"""`kalends account`: the accounts of this installation."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from kalends.actions.accounts import accounts
from kalends.cli.account_file import Slug, delete, export, import_
from kalends.cli.database import run
from kalends.cli.errors import reporting_errors
from kalends.engine.accounts.account import AccountPatch
from kalends.provision.new_account import create_account
from kalends.store.accounts.accounts import list_accounts

commands = typer.Typer(help="Accounts: each has its own sites, customers, bookings and keys.", no_args_is_help=True)
for command in (export, delete):
    commands.command()(command)
commands.command("import")(import_)


@commands.command()
def create(
    slug: Annotated[str, typer.Argument(help="What commands and addresses call it: small letters, digits, hyphens.")],
    time_zone: Annotated[str, typer.Option(help="By which clock it works, such as Europe/Berlin.")],
    currency: Annotated[str, typer.Option(help="What it is paid in, such as EUR.")],
    country: Annotated[str, typer.Option(help="Where it is, such as DE.")],
    name: Annotated[str, typer.Option(help="The name that customers read; without one, the slug.")] = "",
    locale: Annotated[str, typer.Option(help="Its language: en, de, sk, cs or nb.")] = "en",
) -> None:
    """Create an account, which has nothing yet; its first owner goes on in the console."""
    patch = AccountPatch(name=name or slug, time_zone=time_zone, currency=currency, country=country, locale=locale)
    with reporting_errors():
        new = run(lambda pool: create_account(pool, datetime.now(UTC), slug, patch), creating=True)
    print(f"Created. Next: kalends user create --account {new.slug} --role owner --email ...", file=sys.stderr)


@commands.command("list")
def list_() -> None:
    """Print the accounts: slug, time zone, currency, name, and since when they are closed."""
    with reporting_errors():
        for account in run(list_accounts):
            closed = (f"closed {account.closed_at:%Y-%m-%d %H:%M}",) if account.closed_at else ()
            print(account.slug, account.time_zone, account.currency, account.name, *closed, sep="\t")


@commands.command()
def close(account: Slug) -> None:
    """Close an account: nobody can use it, and nothing is sent for it, until it is opened again."""
    with reporting_errors():
        run(lambda pool: accounts.close_account(pool, datetime.now(UTC), account))
    print("Closed.", file=sys.stderr)


@commands.command("open")
def open_(account: Slug) -> None:
    """Open an account that was closed."""
    with reporting_errors():
        run(lambda pool: accounts.open_account(pool, account))
    print("Open.", file=sys.stderr)
