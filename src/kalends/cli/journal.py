"""`kalends journal`: who changed or read what."""

from typing import Annotated

import typer

from kalends.actions.accounts.actors import actor_names
from kalends.actions.context import Context
from kalends.actions.customers.history import customer_history
from kalends.cli.for_account import Slug, run_for_account
from kalends.notices.history import history_sentence


def journal(account: Slug, customer: Annotated[int, typer.Option(help="The customer, by number.")]) -> None:
    """Print who changed or read what about a customer, the newest last. Values are left out."""

    async def act(ctx: Context) -> list[str]:
        entries = await customer_history(ctx, customer)
        names = await actor_names(ctx, (entry.actor for entry in entries))
        return [history_sentence(entry, names) for entry in entries]

    for text in run_for_account(account, act):
        print(text)
