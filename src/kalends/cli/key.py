"""`kalends key`: the keys of an account."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from kalends.actions import keys
from kalends.actions.context import Context
from kalends.cli.house import Wrong, account_named, plainly, run
from kalends.main import DOORS
from kalends.store.accounts import KeyRow
from kalends.store.db import Pool

commands = typer.Typer(help="Keys of an account: each is for one door.", no_args_is_help=True)

Slug = Annotated[str, typer.Option("--account", help="The account's slug.")]
WHO = "command line"


@commands.command()
def create(
    account: Slug,
    door: Annotated[str, typer.Option(help=f"One of: {', '.join(door.name for door in DOORS)}.")],
    name: Annotated[str, typer.Option(help="What it is for, to tell keys apart.")] = "",
) -> None:
    """Make a key and print it; it can't be shown again."""

    async def act(pool: Pool) -> str:
        _, secret = await keys.create_key(await context(pool, account), door, name)
        return secret

    with plainly():
        if door not in {known.name for known in DOORS}:
            raise Wrong(f"There is no door {door!r}; there are {', '.join(known.name for known in DOORS)}.")
        print(run(act))


@commands.command()
def revoke(key: Annotated[str, typer.Argument(help="The key, or its number.")]) -> None:
    """Take a key back at once."""

    async def act(pool: Pool) -> bool:
        return await keys.revoke_key(pool, datetime.now(UTC), key)

    with plainly():
        if not run(act):
            raise Wrong("There is no such key that is valid.")
        print("Revoked.", file=sys.stderr)


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the keys of an account: number, door, since when, until when, name."""

    async def act(pool: Pool) -> list[KeyRow]:
        return await keys.list_keys(await context(pool, account))

    with plainly():
        for key in run(act):
            until = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "valid"
            print(key.id, key.door, f"{key.created_at:%Y-%m-%d %H:%M}", until, key.name, sep="\t")


async def context(pool: Pool, slug: str) -> Context:
    return Context(WHO, await account_named(pool, slug), datetime.now(UTC), pool)
