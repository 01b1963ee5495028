"""`kalends messages bounced`, `works` and `bounces`: addresses to which nothing is sent any more."""

import sys
from typing import Annotated

import typer

from kalends.actions.context import Context
from kalends.actions.messages.bounces import clear_bounced, list_bounced, mark_bounced
from kalends.cli.for_account import Slug, run_for_account

Address = Annotated[str, typer.Argument(help="An e-mail address or a phone number.")]


def bounced(
    account: Slug, address: Address, reason: Annotated[str, typer.Option(help="What the server said.")] = ""
) -> None:
    """Send nothing more to an address: its mail came back, its number is not in use, or its owner complained."""
    run_for_account(account, lambda ctx: mark_bounced(ctx, address, reason))
    print("Noted.", file=sys.stderr)


def works(account: Slug, address: Address) -> None:
    """Send to an address again."""
    run_for_account(account, lambda ctx: clear_bounced(ctx, address))
    print("Noted.", file=sys.stderr)


def bounces(account: Slug) -> None:
    """Print the addresses to which nothing is sent: address, since when, reason."""

    async def act(ctx: Context) -> list[str]:
        return [
            f"{entry.address}\t{entry.created_at.astimezone(ctx.zone):%Y-%m-%d %H:%M}\t{' '.join(entry.reason.split())}"
            for entry in await list_bounced(ctx)
        ]

    for line in run_for_account(account, act):
        print(line)
