"""Commands that act for one account, and say a refusal in one line."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.cli.house import Wrong, account_named, plainly, run
from kalends.engine.accounts.principal import system
from kalends.engine.refusals import Duplicate, Invalid, NotFound
from kalends.store.db import Pool

T = TypeVar("T")

Slug = Annotated[str, typer.Option("--account", help="The account's slug.")]
Sites = Annotated[list[str] | None, typer.Option("--site", help="A site by its name, may be repeated; none is all.")]
WHO = "command line"


def acted(slug: str, act: Callable[[Context], Awaitable[T]]) -> T:
    """What the act on the account of that slug answers; what is refused ends the command with 1."""

    async def on(pool: Pool) -> T:
        try:
            return await act(await context(pool, slug))
        except NotFound as no:
            raise Wrong(f"There is no {no.what} {no.which}.") from no
        except Duplicate as no:
            raise Wrong(f"That can't be: {no.field} taken.") from no
        except Invalid as no:
            raise Wrong(f"That can't be: {', '.join(f'{fault.field} {fault.reason}' for fault in no.faults)}.") from no

    with plainly():
        return run(on)


async def context(pool: Pool, slug: str) -> Context:
    """What an operator at a terminal acts in. Raises Wrong."""
    return Context(system("cli", WHO), await account_named(pool, slug), datetime.now(UTC), pool)


async def sites_named(ctx: Context, names: Sequence[str] | None) -> frozenset[int] | None:
    """The ids of the account's sites with these names; None where none is named, which is all. Raises Wrong."""
    if not names:
        return None
    known = {site.name: site.id for site in await list_sites(ctx)}
    if strange := [name for name in names if name not in known]:
        raise Wrong(f"There is no site {strange[0]!r}; there are {', '.join(sorted(known)) or 'none'}.")
    return frozenset(known[name] for name in names)
