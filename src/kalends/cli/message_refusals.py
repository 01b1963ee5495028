"""`kalends messages refuse`, `accept` and `refusals`: what a customer does not want to be told."""

import sys
from typing import Annotated

import typer

from kalends.actions.context import Context
from kalends.actions.messages.refusals import accept_messages, list_refusals, refuse_messages
from kalends.cli.for_account import Slug, run_for_account
from kalends.engine.bookings.request import CHANNELS

Customer = Annotated[int, typer.Argument(help="The customer's id.")]
Kind = Annotated[str, typer.Option(help="The kind of message.")]
Channel = Annotated[str, typer.Option(help=f"One of: {', '.join(CHANNELS)}.")]


def refuse(account: Slug, customer: Customer, kind: Kind = "reminder", channel: Channel = "email") -> None:
    """Send a customer no more messages of a kind by a channel; what they must know of a booking still goes out."""
    run_for_account(account, lambda ctx: refuse_messages(ctx, customer, kind, channel))
    print("Noted.", file=sys.stderr)


def accept(account: Slug, customer: Customer, kind: Kind = "reminder", channel: Channel = "email") -> None:
    """Send a customer messages of a kind by a channel again."""
    run_for_account(account, lambda ctx: accept_messages(ctx, customer, kind, channel))
    print("Noted.", file=sys.stderr)


def refusals(account: Slug, customer: Customer) -> None:
    """Print what a customer does not want: kind, channel, since when."""

    async def act(ctx: Context) -> list[str]:
        return [
            f"{refusal.kind}\t{refusal.channel}\t{refusal.created_at.astimezone(ctx.zone):%Y-%m-%d %H:%M}"
            for refusal in await list_refusals(ctx, customer)
        ]

    for line in run_for_account(account, act):
        print(line)
