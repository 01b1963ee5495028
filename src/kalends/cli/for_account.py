"""What commands for one account share: its context, and options that name the account and its sites."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.engine.accounts.principal import system
from kalends.settings import load
from kalends.store.accounts.accounts import find_account
from kalends.store.db import Pool

T = TypeVar("T")

Slug = Annotated[str, typer.Option("--account", help="The account's slug, as `kalends account list` prints it.")]
Sites = Annotated[
    list[str] | None, typer.Option("--site", help="A site by its name; repeat for more; without one, all sites.")
]
ACTOR_NAME = "command line"


def run_for_account(slug: str, act: Callable[[Context], Awaitable[T]]) -> T:
    """What `act` returns in the context of that account; a refusal is printed and ends the command with 1."""

    async def on_account(pool: Pool) -> T:
        return await act(await operator_context(pool, slug))

    with reporting_errors():
        return run(on_account)


async def operator_context(pool: Pool, slug: str) -> Context:
    """The context in which whoever is at the terminal acts. Raises CommandError for an unknown slug."""
    account = await find_account(pool, slug)
    if account is None:
        raise CommandError(f"There is no account {slug!r}.")
    settings = load()
    return Context(
        system("cli", ACTOR_NAME),
        account,
        datetime.now(UTC),
        pool,
        private_urls=settings.webhook_private,
        public_url=settings.public_url,
    )


async def site_ids_of(ctx: Context, names: Sequence[str] | None) -> frozenset[int] | None:
    """The ids of the sites with these names; None, which is all sites, without names. Raises CommandError."""
    if not names:
        return None
    ids = {site.name: site.id for site in await list_sites(ctx)}
    if unknown := [name for name in names if name not in ids]:
        raise CommandError(f"There is no site {unknown[0]!r}; there are {', '.join(sorted(ids)) or 'none'}.")
    return frozenset(ids[name] for name in names)
