"""`kalends invoice`: the invoices of an account."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from kalends.actions.billing import invoices
from kalends.actions.context import Context
from kalends.cli.errors import CommandError, reporting_errors
from kalends.cli.for_account import Slug, run_for_account
from kalends.engine.billing.invoice import PAYMENT_METHODS, Discount, Invoice, InvoiceQuery
from kalends.engine.money import rounded

commands = typer.Typer(help="Invoices of an account: issued for bookings, and paid.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The invoice's number, such as 2027-0001.")]
METHODS = ", ".join(PAYMENT_METHODS)


@commands.command()
def create(
    account: Slug,
    booking: Annotated[list[int], typer.Option(help="The id of a booking; may be given again.")],
    discount: Annotated[str, typer.Option(help="Off the net sum: 10% or 20.00.")] = "",
    text: Annotated[str, typer.Option(help="What is to stand above the rows.")] = "",
    due_days: Annotated[int, typer.Option(help="How many days there are to pay.")] = 14,
    method: Annotated[str, typer.Option(help=f"How it is to be paid: {METHODS}.")] = "invoice",
) -> None:
    """Issue an invoice for bookings of one customer and print its number; it is final."""

    async def act(ctx: Context) -> Invoice:
        off = discount_of(discount)
        return await invoices.issue_invoice(
            ctx, booking, discount=off, text=text, due_days=due_days, payment_method=method
        )

    print(run_for_account(account, act).number_text)


@commands.command("list")
def list_(account: Slug) -> None:
    """Print the invoices: number, day of issue, due day, total, currency, since when it is paid, customer."""

    async def act(ctx: Context) -> tuple[Context, list[Invoice]]:
        return ctx, (await invoices.list_invoices(ctx, InvoiceQuery())).rows

    ctx, found = run_for_account(account, act)
    for one in found:
        issued, paid = (f"{at.astimezone(ctx.zone):%Y-%m-%d}" if at else "open" for at in (one.issued_at, one.paid_at))
        total = rounded(one.total, one.currency)
        print(one.number_text, issued, one.due_on, total, one.currency, paid, one.customer.name, sep="\t")


@commands.command()
def pay(
    account: Slug,
    number: Number,
    method: Annotated[str | None, typer.Option(help=f"How it was paid: {METHODS}.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It was not paid after all.")] = False,
) -> None:
    """Say that an invoice was paid, now."""

    async def act(ctx: Context) -> Invoice:
        found = await invoices.find_invoice(ctx, number)
        return await invoices.pay_invoice(ctx, found.id, None if undo else ctx.now, method)

    run_for_account(account, act)


@commands.command()
def pdf(
    account: Slug,
    number: Number,
    output: Annotated[Path | None, typer.Option(help="The file to write; else it is named after the number.")] = None,
) -> None:
    """Write an invoice as a PDF and print the name of the file."""

    async def act(ctx: Context) -> tuple[str, bytes]:
        found = await invoices.find_invoice(ctx, number)
        return found.file, await invoices.draw_invoice(ctx, found)

    name, drawn = run_for_account(account, act)
    with reporting_errors():
        _written(output or Path(name), drawn)
    print(output or name)


def discount_of(text: str) -> Discount | None:
    """What `10%` or `20.00` mean; nothing is none. Raises CommandError."""
    if not text:
        return None
    kind = "percent" if text.endswith("%") else "amount"
    try:
        return Discount(kind, Decimal(text.removesuffix("%").strip()))
    except InvalidOperation:
        raise CommandError(f"There is no discount {text!r}; write 10% or 20.00.") from None


def _written(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"The file can't be written: {error}") from error
