"""`kalends prune`: delete what accounts keep no more by their policy."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from kalends.actions.prune import count_prunable
from kalends.actions.prune import prune as prune_piece
from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.engine.accounts.account import Account
from kalends.store.accounts.accounts import list_accounts
from kalends.store.db import Pool


def prune(
    account: Annotated[str, typer.Option("--account", help="The slug of one account; without it, all.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Delete what accounts keep no more by their policy. Workers do so by themselves, each account once a day."""

    async def act(pool: Pool) -> None:
        now = datetime.now(UTC)
        for each in await _accounts(pool, account):
            counts = await count_prunable(pool, each, now) if dry_run else await _prune_all(pool, each, now)
            print(each.slug, _told(counts), sep="\t", flush=True)

    with reporting_errors():
        run(act)


async def _accounts(pool: Pool, slug: str) -> list[Account]:
    """The open accounts, or the one that is named."""
    found = [each for each in await list_accounts(pool) if each.closed_at is None and slug in ("", each.slug)]
    if slug and not found:
        raise CommandError(f"There is no account {slug!r}, or it is closed.")
    return found


async def _prune_all(pool: Pool, account: Account, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    while piece := await prune_piece(pool, account.id, now):
        for name, count in piece.items():
            counts[name] = counts.get(name, 0) + count
    return counts


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing"
