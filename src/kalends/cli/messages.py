"""`kalends messages`: what customers and staff are told."""

from typing import Annotated

import typer

from kalends.actions.context import Context
from kalends.actions.messages.log import get_message, list_messages, resend_message
from kalends.cli.for_account import Slug, run_for_account
from kalends.cli.message_bounces import bounced, bounces, works
from kalends.cli.message_preview import preview
from kalends.cli.message_refusals import accept, refusals, refuse
from kalends.engine.messages.message import STATES, MessageQuery, OutboxMessage

commands = typer.Typer(help="Messages of an account to customers and staff.", no_args_is_help=True)
for command in (preview, refuse, accept, refusals, bounced, works, bounces):
    commands.command()(command)

WHY = {
    "state": "the booking is in another state",
    "over": "it was over",
    "moved": "it was moved",
    "told": "it was told already",
    "undone": "the change was taken back",
    "customer": "it is another customer's",
    "no_address": "there is no address",
    "refused": "the customer does not want it",
    "bounced": "the address takes no messages",
    "by_choice": "the staff chose to be told daily, or not at all",
    "erased": "the customer was erased",
    "withdrawn": "the staff chose that the customer is not told",
}
"""Why a message was not sent; see engine/messages/decision.py."""

Number = Annotated[int, typer.Argument(help="The number of the message, as `kalends messages list` prints it.")]


@commands.command("list")
def list_(
    account: Slug,
    booking: Annotated[int | None, typer.Option(help="Only about this booking.")] = None,
    item: Annotated[int | None, typer.Option(help="Only those asked for by a change of this item.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Only those that are {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
) -> None:
    """Print messages, the newest first: number, when it was asked for, state, kind, channel, item, address, subject or
    why it was not sent, or what the server said."""
    query = MessageQuery(booking_id=booking, item_id=item, state=state, limit=limit)

    async def act(ctx: Context) -> list[str]:
        return [line(message, ctx) for message in await list_messages(ctx, query)]

    for text in run_for_account(account, act):
        print(text)


@commands.command()
def show(account: Slug, number: Number) -> None:
    """Print a message with its text, and what the server answered."""

    async def act(ctx: Context) -> list[str]:
        return lines(await get_message(ctx, number), ctx)

    print("\n".join(run_for_account(account, act)))


@commands.command()
def resend(account: Slug, number: Number) -> None:
    """Send a message once more, to the address that its recipient has now, and print its new number.

    It is written anew from what is true now; if it is not right any more, it is not sent.
    """
    print(run_for_account(account, lambda ctx: resend_message(ctx, number)))


def line(message: OutboxMessage, ctx: Context) -> str:
    """A message as a line of `messages list`; times are in the account's zone."""
    asked_for = f"{message.created_at.astimezone(ctx.zone):%Y-%m-%d %H:%M}"
    about = _why(message) or message.subject or " ".join((message.body or "").split()) or message.answer or ""
    columns = (message.state, message.template, message.channel, message.item_id or "-", message.address or "-", about)
    return "\t".join(map(str, (message.id, asked_for, *columns)))


def lines(message: OutboxMessage, ctx: Context) -> list[str]:
    """A message with all that is known of it."""
    times = (("Asked for", message.created_at), ("Next attempt", message.due_at), ("Finished", message.finished_at))
    shown = [(name, f"{at.astimezone(ctx.zone):%Y-%m-%d %H:%M:%S}" if at else "") for name, at in times]
    if message.state != "waiting":
        del shown[1]
    facts = [
        ("Message", f"{message.id}, {message.template} by {message.channel}, {message.state}"),
        ("About", f"item {message.item_id} of booking {message.booking_id}" if message.item_id else ""),
        *shown,
        ("Attempts", str(message.attempts)),
        ("Not sent", _why(message)),
        ("Sent with", str(message.sent_with_id or "")),
        ("Answer", message.answer or ""),
        ("To", message.address or ""),
        ("Subject", message.subject or ""),
    ]
    body = ["", message.body.rstrip("\n")] if message.body else []
    return [*(f"{name}: {text}" for name, text in facts if text), *body]


def _why(message: OutboxMessage) -> str:
    return WHY.get(message.reason or "", "") if message.state == "dropped" else ""
