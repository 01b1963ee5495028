"""`kalends key`: the keys of an account."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from kalends.actions.accounts import keys
from kalends.actions.context import Context
from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.cli.for_account import ACTOR_NAME, Sites, Slug, run_for_account, site_ids_of
from kalends.cli.new_key import new_key
from kalends.engine.accounts.principal import KEY_SCOPES, OWN_SCOPES, SCOPES, Scope, system
from kalends.engine.accounts.token import AccessToken
from kalends.main import DOORS
from kalends.store.db import Pool
from kalends.web.door import LoginTerms

commands = typer.Typer(help="Keys of an account: each is for one door.", no_args_is_help=True)

EXPIRES = "The first day on which the key is refused, in the account's time zone: 2027-12-31."
ORIGIN = (
    "Make it publishable: for pages of this origin, such as https://www.example.com, in which everybody can read it; "
    "repeat for more."
)

BASIC = (
    "Of a login: also accept HTTP Basic with a password that changes every hour (deprecated; keeps a shared secret)."
)


@commands.command()
def create(
    account: Slug,
    door: Annotated[str, typer.Option(help=f"One of: {', '.join(door.name for door in DOORS)}.")],
    *,
    name: Annotated[str, typer.Option(help="What the key is for, to tell keys apart.")] = "",
    site: Sites = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, book, manage or administer; repeat for more; without one, the first three."),
    ] = None,
    origin: Annotated[list[str] | None, typer.Option(help=ORIGIN)] = None,
    basic: Annotated[bool, typer.Option("--basic", help=BASIC)] = False,
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=EXPIRES)] = None,
) -> None:
    """Create a key and print it; it can't be shown again. Where programs log in, it is LOGIN:PASSWORD:APPLICATION."""

    async def act(ctx: Context) -> str:
        expires_at = expires and datetime.combine(expires, time(), ctx.zone)
        scopes = scopes_of(scope or (OWN_SCOPES if origin else KEY_SCOPES))
        terms = LoginTerms(name, scopes, await site_ids_of(ctx, site), basic)
        return await new_key(ctx, doors[door], terms, expires_at, origin)

    doors = {known.name: known for known in DOORS}
    with reporting_errors():
        if door not in doors:
            raise CommandError(f"There is no door {door!r}; there are {', '.join(doors)}.")
        print(run_for_account(account, act))


@commands.command()
def revoke(key: Annotated[str, typer.Argument(help="The key, or its number.")]) -> None:
    """Revoke a key at once."""

    async def act(pool: Pool) -> bool:
        return await keys.revoke_for_operator(pool, datetime.now(UTC), key, system("cli", ACTOR_NAME))

    with reporting_errors():
        if not run(act):
            raise CommandError("There is no such key that is valid.")
        print("Revoked.", file=sys.stderr)


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the keys of an account: number, door, since when, valid or until when, scopes, sites, name, origins."""
    for key in run_for_account(account, keys.list_keys):
        print(line(key))


def scopes_of(names: Sequence[str]) -> tuple[Scope, ...]:
    """The scopes with these names. Raises CommandError."""
    if unknown := sorted(set(names) - set(SCOPES)):
        raise CommandError(f"There is no scope {unknown[0]!r}; there are {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in names)


def line(key: AccessToken) -> str:
    """A key as a line of `key list`; times are UTC."""
    if key.revoked_at:
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    else:
        state = f"expires {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "valid"
    scopes = ",".join(scope for scope in SCOPES if scope in key.scopes)
    sites = "all sites" if key.site_ids is None else f"sites {', '.join(map(str, sorted(key.site_ids)))}"
    origins = [] if key.origins is None else [f"publishable for {' '.join(key.origins)}"]
    made_at = f"{key.created_at:%Y-%m-%d %H:%M}"
    return "\t".join((str(key.id), key.door, made_at, state, scopes, sites, key.name, *origins))
