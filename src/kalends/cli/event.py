"""`kalends event`: what is advertised, and the documents about it."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from msgspec import UNSET

from kalends.actions.billing import documents, occasions
from kalends.actions.billing.invoices import find_invoice
from kalends.actions.context import Context
from kalends.cli.for_account import Slug, run_for_account
from kalends.cli.invoice_options import an_id
from kalends.cli.mistaken_ids import naming_mistaken_ids
from kalends.engine.billing.document import NUMBERED, Document, DocumentPatch
from kalends.engine.billing.occasion import Occasion
from kalends.engine.money import rounded
from kalends.engine.time.clock import days_of
from kalends.engine.time.span import Span

commands = typer.Typer(help="Events of an account, and the documents about them.", no_args_is_help=True)

EventId = Annotated[int, typer.Option("--event", help="The event's id.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if none is given.")]


def amount_of(text: str) -> Decimal:
    """The amount that a text is. Raises typer.BadParameter."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no amount such as 120.50") from None


Amount = Annotated[
    Decimal | None,
    typer.Option(parser=amount_of, help="With tax; if none is given, what its bookings cost or its invoice comes to."),
]


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the events: id, first day, last day, title."""

    async def act(ctx: Context) -> list[tuple[Occasion, date, date]]:
        return [(occasion, *_days(occasion, ctx)) for occasion in await occasions.list_occasions(ctx)]

    for occasion, first, last in run_for_account(account, act):
        print(occasion.id, first, last, occasion.title, sep="\t")


@commands.command()
def document(
    account: Slug,
    event: EventId,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(NUMBERED)}.")],
    booking: Annotated[list[int] | None, an_id("The id of a booking (not of an item); may be given again.")] = None,
    amount: Amount = None,
    invoice: Annotated[str | None, typer.Option(help="The number of the invoice that it stands for.")] = None,
) -> None:
    """Add a document about an event and print its number."""

    async def act(ctx: Context) -> Document:
        patch = DocumentPatch(
            kind=kind,
            booking_ids=tuple(booking or ()),
            amount=UNSET if amount is None else amount,
            invoice_id=(await find_invoice(ctx, invoice)).id if invoice else UNSET,
        )
        async with naming_mistaken_ids(ctx):
            return await documents.add_document(ctx, event, patch)

    print(run_for_account(account, act).number)


@commands.command("documents")
def list_documents(account: Slug, event: EventId) -> None:
    """Print the documents about an event: id, kind, number, amount with tax, day, when it was processed."""

    async def act(ctx: Context) -> list[tuple[Document, Decimal]]:
        papers = (await documents.get_occasion_with_documents(ctx, event)).papers
        return [(paper.document, rounded(paper.document.amount, ctx.account.currency)) for paper in papers]

    for paper, amount in run_for_account(account, act):
        print(paper.id, paper.kind, paper.number, amount, paper.day, paper.processed_on or "open", sep="\t")


@commands.command()
def process(
    account: Slug, document: Annotated[int, typer.Argument(help="The document's id.")], day: Day = None
) -> None:
    """Note that a document has been dealt with."""
    run_for_account(account, lambda ctx: documents.process_document(ctx, document, day.date() if day else None))


def _days(occasion: Occasion, ctx: Context) -> tuple[date, date]:
    """The first and the last; what ends at midnight does not touch the next."""
    touched = days_of(Span(occasion.starts_at, occasion.ends_at), ctx.zone)
    return touched[0], touched[-1]
