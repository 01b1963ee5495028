"""`kalends user`: the staff of an account who log in."""

import sys
from typing import Annotated

import typer

from kalends.actions.accounts import change_user, users
from kalends.actions.context import Context
from kalends.cli.for_account import Sites, Slug, run_for_account, site_ids_of
from kalends.cli.user_notices import notices
from kalends.engine.accounts.principal import Role
from kalends.engine.accounts.user import StaffUser

commands = typer.Typer(help="Staff users of an account: people who log in.", no_args_is_help=True)
commands.command()(notices)

Email = Annotated[str, typer.Argument(help="The e-mail address that the user logs in with.")]


@commands.command()
def create(
    account: Slug,
    email: Annotated[str, typer.Option(help="The e-mail address to log in with.")],
    role: Annotated[Role, typer.Option(help="What the user may do; docs/access.md has the table.")],
    name: Annotated[str, typer.Option(help="The user's name; without one, the e-mail address.")] = "",
    site: Sites = None,
) -> None:
    """Create a user and print the first password; it can't be shown again."""

    async def act(ctx: Context) -> str:
        _, password = await users.create_user(ctx, email, role, name, await site_ids_of(ctx, site))
        return password

    print(run_for_account(account, act))


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the users of an account: number, e-mail, role, since when, disabled or not, sites, name."""
    for user in run_for_account(account, users.list_users):
        print(line(user))


@commands.command()
def disable(account: Slug, email: Email) -> None:
    """Stop a user from logging in, and end all of the user's login sessions at once."""

    async def act(ctx: Context) -> StaffUser:
        return await change_user.disable_user(ctx, email)

    run_for_account(account, act)
    print("Disabled.", file=sys.stderr)


@commands.command()
def enable(account: Slug, email: Email) -> None:
    """Let a disabled user log in again, with the password that they had."""

    async def act(ctx: Context) -> StaffUser:
        return await change_user.enable_user(ctx, email)

    run_for_account(account, act)
    print("Enabled.", file=sys.stderr)


@commands.command()
def password(account: Slug, email: Email) -> None:
    """Set a new password for a user and print it; all of the user's login sessions end at once."""

    async def act(ctx: Context) -> str:
        return await change_user.reset_password(ctx, email)

    print(run_for_account(account, act))


def line(user: StaffUser) -> str:
    """A user as a line of `user list`."""
    state = f"disabled {user.disabled_at:%Y-%m-%d %H:%M}" if user.disabled_at else "active"
    sites = "all sites" if user.site_ids is None else f"sites {', '.join(map(str, sorted(user.site_ids)))}"
    fields = user.id, user.email, user.role, f"{user.created_at:%Y-%m-%d %H:%M}", state, sites, user.name
    return "\t".join(map(str, fields))
