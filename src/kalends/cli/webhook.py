"""`kalends webhook`: URLs that are called when something changes."""

import asyncio
import time
from datetime import timedelta
from importlib import import_module
from typing import Annotated

import typer

from kalends.actions.context import Context
from kalends.actions.messages import webhooks
from kalends.cli.database import run
from kalends.cli.errors import CommandError, reporting_errors
from kalends.cli.for_account import Slug, run_for_account
from kalends.cli.webhook_text import delivery_line, webhook_line, webhook_lines
from kalends.engine.messages.delivery import WebhookDelivery
from kalends.engine.messages.webhook import WebhookPatch
from kalends.store.installation import load_opaque_id_secret

commands = typer.Typer(help="URLs that are called when something changes in an account.", no_args_is_help=True)

DOOR = "api"
"""The door of webhooks that are called in the form of Standard Webhooks."""
PATIENCE = 30.0  # seconds that a test call is waited for
SHOWN = 10

Number = Annotated[int, typer.Argument(help="The number of the webhook, as `kalends webhook list` prints it.")]


@commands.command()
def create(
    account: Slug,
    url: Annotated[str, typer.Option(help="What is called, such as https://example.com/hook.")],
    event: Annotated[list[str], typer.Option(help="An event or a pattern, such as 'item.*'; repeat for more.")],
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Add a webhook, and print its number and its secret."""
    patch = WebhookPatch(url=url, events=tuple(event), description=description)
    webhook = run_for_account(account, lambda ctx: webhooks.add_webhook(ctx, DOOR, patch))
    print(f"{webhook.id}\t{webhook.secret}")


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the webhooks of all doors: number, door, state, URL, events."""

    async def act(ctx: Context) -> list[str]:
        return [webhook_line(webhook, ctx.zone) for webhook in await webhooks.list_webhooks(ctx, None)]

    for text in run_for_account(account, act):
        print(text)


@commands.command()
def show(account: Slug, number: Number, deliveries: Annotated[int, typer.Option(min=0, max=200)] = SHOWN) -> None:
    """Print a webhook with its secret, and its last deliveries: number, time, event, state, attempts, answer."""

    async def act(ctx: Context) -> list[str]:
        webhook = await webhooks.get_webhook(ctx, None, number)
        rows = await webhooks.list_deliveries(ctx, number, deliveries)
        return [*webhook_lines(webhook, ctx.zone), *(delivery_line(row, ctx.zone) for row in rows)]

    print("\n".join(run_for_account(account, act)))


@commands.command()
def test(account: Slug, number: Number) -> None:
    """Have a webhook called with the event webhook.test, and print what came of it."""

    async def act(ctx: Context) -> WebhookDelivery:
        called = await webhooks.call_for_test(ctx, number)
        deadline = time.monotonic() + PATIENCE
        while called.attempts == 0 or (called.state == "waiting" and called.answer is None):
            if time.monotonic() > deadline:
                raise CommandError("It was not called yet: is a worker running (`kalends serve`)?")
            await asyncio.sleep(0.2)
            called = await webhooks.get_delivery(ctx, number, called.id)
        return called

    called = run_for_account(account, act)
    answer = called.answer or "an empty answer"
    with reporting_errors():
        if called.state != "sent":
            raise CommandError(f"It failed: {called.status or 'no status'}, {answer}")
    print(f"{called.status}, {answer}")


@commands.command("send-again")
def send_again(
    account: Slug,
    number: Number,
    delivery: Annotated[
        int | None, typer.Option(help="One delivery; without it, all that failed or were dropped.")
    ] = None,
) -> None:
    """Send deliveries of a webhook again, each under the id that it had, and print how many."""
    print(len(run_for_account(account, lambda ctx: webhooks.send_again(ctx, number, delivery))))


@commands.command()
def rotate(
    account: Slug,
    number: Number,
    hours: Annotated[int, typer.Option(min=0, max=168, help="How long calls are signed with the old secret too.")] = 24,
) -> None:
    """Give a webhook a new secret, and print it."""
    overlap = timedelta(hours=hours)
    print(run_for_account(account, lambda ctx: webhooks.rotate_secret(ctx, None, number, overlap=overlap)).secret)


@commands.command()
def enable(account: Slug, number: Number) -> None:
    """Have a webhook called again, from now on."""
    run_for_account(account, lambda ctx: webhooks.change_webhook(ctx, None, number, WebhookPatch(active=True)))


@commands.command()
def disable(account: Slug, number: Number) -> None:
    """Have a webhook not called any more; what waits to be sent is dropped."""
    run_for_account(account, lambda ctx: webhooks.change_webhook(ctx, None, number, WebhookPatch(active=False)))


@commands.command()
def remove(account: Slug, number: Number) -> None:
    """Remove a webhook with its deliveries."""
    run_for_account(account, lambda ctx: webhooks.remove_webhook(ctx, None, number))


@commands.command("public-key")
def public_key() -> None:
    """Print the key with which receivers check the signature v1a. It is the same for all webhooks."""
    with reporting_errors():
        signing = import_module("kalends.delivery.standard_webhooks")  # only here: a web worker loads this file too
        print(signing.public_key(run(load_opaque_id_secret)))
