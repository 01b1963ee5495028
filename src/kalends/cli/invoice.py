"""`kalends invoice`: the invoices of an account, issued, corrected, paid and printed."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kalends.actions.billing import correct, invoices, issue
from kalends.actions.context import Context
from kalends.cli.errors import CommandError
from kalends.cli.faults import FAULTS
from kalends.cli.for_account import Slug, run_for_account
from kalends.cli.invoice_options import amounts_of_rates, an_id, days_of, discount_of
from kalends.cli.invoice_text import in_one, left_out_lines, lines_of, named, nothing_to_invoice
from kalends.cli.mistaken_ids import naming_mistaken_ids
from kalends.engine.billing.correction import Credit, cancelled_rows
from kalends.engine.billing.invoice import PAYMENT_METHODS, Invoice, InvoiceQuery
from kalends.engine.billing.selection import InvoiceSelection
from kalends.engine.billing.terms import InvoiceTerms
from kalends.engine.money import rounded
from kalends.notices.sentences import fault_sentences

commands = typer.Typer(help="Invoices of an account: issued for bookings, corrected and paid.", no_args_is_help=True)

METHODS = ", ".join(PAYMENT_METHODS)
Number = Annotated[str, typer.Argument(help="The number, such as 2027-0001 or CREDIT-2027-0001.")]
DAY_FORMATS = ["%Y-%m-%d"]
First = Annotated[datetime | None, typer.Option("--from", formats=DAY_FORMATS, help="Only the items from this day on.")]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=DAY_FORMATS, help="Only the items before this day."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]
AMOUNT = "An amount of a tax rate, net or gross as the invoice's prices are: 19=50.00; may be given again."
Reason = Annotated[str, typer.Option(help="Why; it stands on the paper.")]


@commands.command()
def create(
    account: Slug,
    *,
    booking: Annotated[list[int] | None, an_id("The id of a booking; may be given again.")] = None,
    item: Annotated[list[int] | None, an_id("The id of one item of a booking; may be given again.")] = None,
    customer: Annotated[int | None, an_id("The id of a customer, all of whose items of some days.")] = None,
    month: Annotated[str, typer.Option(help="Only the items of a month, such as 2027-03.")] = "",
    first: First = None,
    until: Until = None,
    discount: Annotated[str, typer.Option(help="Off the sum of the prices: 10% or 20.00.")] = "",
    text: Annotated[str, typer.Option(help="What is to stand above the rows.")] = "",
    reference: Annotated[str, typer.Option(help="The customer's sign for this invoice, such as an order.")] = "",
    due_days: Annotated[int, typer.Option(help="How many days there are to pay.")] = 14,
    method: Annotated[str, typer.Option(help=f"How it is to be paid: {METHODS}.")] = "invoice",
    draft: Annotated[Path | None, typer.Option(help="Write a draft PDF without a number, and issue nothing.")] = None,
    yes: Yes = False,
) -> None:
    """Issue an invoice and print its number: it is shown first, and final once it is issued.

    What is agreed to and on no invoice yet is invoiced; what is left out is said. Prices are net unless the account's
    policy says that they include tax; totals include tax.
    """

    async def act(ctx: Context) -> str:
        first_day, until_day = days_of(month, first, until)
        selection = InvoiceSelection(
            booking_ids=tuple(booking or ()),
            item_ids=tuple(item or ()),
            customer_id=customer,
            first=first_day,
            until=until_day,
        )
        terms = InvoiceTerms(
            discount=discount_of(discount), text=text, reference=reference, due_days=due_days, payment_method=method
        )
        async with naming_mistaken_ids(ctx):
            return await _create(ctx, selection, terms, draft, yes)

    print(run_for_account(account, act))


@commands.command()
def cancel(account: Slug, number: Number, reason: Reason = "", yes: Yes = False) -> None:
    """Cancel an invoice or credit note as a whole and print the number of the cancellation.

    What a cancelled invoice was about can be invoiced again.
    """

    async def act(ctx: Context) -> str:
        invoice = await invoices.find_invoice(ctx, number)
        cancelled_rows(invoice)  # whatever stands in the way is said before anybody is asked
        _show(lines_of(invoice))
        _confirm(f"Cancel {named(invoice.link)}?", yes)
        return (await correct.cancel_invoice(_later(ctx), invoice.id, reason)).number_text

    print(run_for_account(account, act))


@commands.command()
def credit(
    account: Slug,
    number: Number,
    *,
    row: Annotated[list[int] | None, an_id("A row of the invoice by its place; may be given again.")] = None,
    amount: Annotated[list[str] | None, typer.Option(help=AMOUNT)] = None,
    reason: Reason = "",
    yes: Yes = False,
) -> None:
    """Issue a credit note over rows or amounts of an invoice and print its number."""

    async def act(ctx: Context) -> str:
        invoice = await invoices.find_invoice(ctx, number)
        of_rates = amounts_of_rates(amount or ())
        credit_of = Credit(positions=tuple(row or ()), amounts=of_rates, amounts_title=reason)
        _show(lines_of(await correct.draft_credit(ctx, invoice.id, credit_of, reason)))
        _confirm("Issue this credit note?", yes)
        return (await correct.credit_invoice(_later(ctx), invoice.id, credit_of, reason)).number_text

    print(run_for_account(account, act))


@commands.command()
def show(account: Slug, number: Number) -> None:
    """Print an invoice, cancellation or credit note with its rows, and what takes it back."""

    async def act(ctx: Context) -> list[str]:
        return list(lines_of(await invoices.find_invoice(ctx, number)))

    print("\n".join(run_for_account(account, act)))


@commands.command("list")
def list_(account: Slug) -> None:
    """Print all invoices, cancellations and credit notes: number, day of issue, due day, total with tax, currency,
    since when it is paid (or open, cancelled, or what it takes back), customer."""

    async def act(ctx: Context) -> tuple[Context, list[Invoice]]:
        return ctx, (await invoices.list_invoices(ctx, InvoiceQuery())).rows

    ctx, listed = run_for_account(account, act)
    for invoice in listed:
        issued_on = f"{invoice.issued_at.astimezone(ctx.zone):%Y-%m-%d}"
        total = rounded(invoice.total, invoice.currency)
        columns = (invoice.due_on, total, invoice.currency, _standing(invoice, ctx), invoice.customer.name)
        print(invoice.number_text, issued_on, *columns, sep="\t")


@commands.command()
def pay(
    account: Slug,
    number: Number,
    method: Annotated[str | None, typer.Option(help=f"How it was paid: {METHODS}.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It was not paid after all.")] = False,
) -> None:
    """Note that an invoice was paid, now."""

    async def act(ctx: Context) -> Invoice:
        invoice = await invoices.find_invoice(ctx, number)
        return await invoices.pay_invoice(ctx, invoice.id, None if undo else ctx.now, method)

    run_for_account(account, act)


@commands.command()
def pdf(
    account: Slug,
    number: Number,
    output: Annotated[Path | None, typer.Option(help="The file to write; else it is named after the number.")] = None,
) -> None:
    """Write an invoice, cancellation or credit note as a PDF and print the name of the file."""

    async def act(ctx: Context) -> Path:
        invoice = await invoices.find_invoice(ctx, number)
        file = output or Path(invoice.file)
        _write(file, await invoices.draw_invoice(ctx, invoice))
        return file

    print(run_for_account(account, act))


async def _create(ctx: Context, selection: InvoiceSelection, terms: InvoiceTerms, file: Path | None, yes: bool) -> str:
    """Show the invoice that would be issued, then issue it, or write it to the file as a draft.

    Returns the number, or the name of the file. Raises CommandError for nothing to invoice, missing content, and no.
    """
    draft = await issue.draft_invoice(ctx, selection, terms)
    if not draft.invoice.rows:
        raise CommandError(nothing_to_invoice(selection, draft))
    _show([*lines_of(draft.invoice), *left_out_lines(draft)])
    missing = fault_sentences(draft.missing, FAULTS)
    if file is not None:
        _show(missing)
        _write(file, await invoices.draw_invoice(ctx, draft.invoice))
        return str(file)
    if missing:
        raise CommandError(in_one("The invoice can't be issued:", missing))
    _confirm("Issue this invoice?", yes)
    return (await issue.issue_invoice(_later(ctx), selection, terms, draft.invoice)).number_text


def _show(lines: Iterable[str]) -> None:
    """For whoever watches: what is printed for a script is the number alone."""
    for line in lines:
        print(line, file=sys.stderr)


def _confirm(question: str, yes: bool) -> None:
    """Go on only if somebody says yes. Raises CommandError."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask at, so nothing was issued: say --yes if it is right.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandError("Nothing was issued.")


def _later(ctx: Context) -> Context:
    """The context of now, after somebody took the time to look."""
    return msgspec.structs.replace(ctx, now=datetime.now(UTC))


def _standing(invoice: Invoice, ctx: Context) -> str:
    if invoice.corrects:
        return f"takes back {invoice.corrects.number.text}"
    if invoice.is_cancelled:
        return "cancelled"
    return f"{invoice.paid_at.astimezone(ctx.zone):%Y-%m-%d}" if invoice.paid_at else "open"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"The file can't be written: {error}") from error
