"""Invoices, and the cancellations and credit notes that take them back, as they are answered."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from kalends.actions.billing.issue import InvoiceDraft as ActionDraft
from kalends.api.ids import (
    BookingId,
    CustomerId,
    InvoiceId,
    ItemId,
    ResourceId,
    ServiceId,
    write_id,
    write_optional_id,
)
from kalends.api.money import Money, shown_money
from kalends.api.schemas.lines import FROM
from kalends.api.times import Moment, shown
from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.invoice import Invoice as EngineInvoice
from kalends.engine.billing.invoice import InvoiceLink as EngineLink
from kalends.engine.billing.invoice import InvoiceRow as EngineRow
from kalends.engine.billing.invoice import Party
from kalends.engine.billing.selection import LeftOut as EngineLeftOut
from kalends.notices.sentences import fault_text

Kind = Annotated[Literal["invoice", "cancellation", "credit_note"], Meta(examples=["invoice"])]
Standing = Annotated[
    Literal["open", "paid", "closed", "credit"],
    Meta(description="What is left to be done; closed is what was cancelled, or cancels.", examples=["open"]),
]
PaymentMethod = Annotated[
    Literal["invoice", "cash", "card", "transfer", "debit"],
    Meta(description="How it is, or was, paid.", examples=["invoice"]),
]
InvoiceNumber = Annotated[str, Meta(description="As people read it, without gaps in a year.", examples=["2027-0077"])]
Line = Annotated[str, Meta(examples=["Storgata 1"])]
Quantity = Annotated[Decimal, Meta(description="Exact, as text.", examples=["1.5"])]
Percent = Annotated[Decimal, Meta(description="In percent, exact, as text.", examples=["25"])]
DiscountKind = Annotated[Literal["amount", "percent"], Meta(examples=["percent"])]


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """The customer, as known when it was issued."""

    company: Line
    first_name: Line
    last_name: Line
    street: Line
    house_number: Line
    postcode: Line
    city: Line
    country: Line
    number: Line
    vat_id: Line


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """The account, as known when it was issued."""

    company: Line
    first_name: Line
    last_name: Line
    email: Line
    phone: Line
    street: Line
    house_number: Line
    postcode: Line
    city: Line
    country: Line
    tax_number: Line
    vat_id: Line
    iban: Line
    bic: Line
    bank_owner: Line


class Discount(msgspec.Struct, frozen=True, kw_only=True):
    """Off the sum of the prices: an amount in the account's currency, or percent."""

    kind: DiscountKind
    rate: Quantity


class TaxSum(msgspec.Struct, frozen=True, kw_only=True):
    """What is taxed at one rate."""

    rate: Percent
    net: Money
    tax: Money


class InvoiceLink(msgspec.Struct, frozen=True, kw_only=True):
    """Another invoice that one has to do with."""

    id: InvoiceId
    kind: Kind
    number: InvoiceNumber
    issued_at: Moment
    total: Money


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """One line. Price and discount are gross where the invoice's prices include tax."""

    position: Annotated[int, Meta(examples=[1])]
    title: Annotated[str, Meta(examples=["Massage"])]
    about: Annotated[str, Meta(description="What the booking calls itself.", examples=["Back"])]
    day: date
    from_: Annotated[Moment | None, Meta(description="Start of what is paid for.")]
    to: Annotated[Moment | None, Meta(description="End of what is paid for, not included.")]
    booking: BookingId | None
    item: ItemId | None
    resource: ResourceId | None
    service: ServiceId | None
    per: Annotated[
        Literal["hour", "day", "booking", "quantity"] | None,
        Meta(description="What the rate is for.", examples=["hour"]),
    ]
    rate: Money
    units: Quantity
    price: Money
    discount: Money
    tax_rate: Percent
    exemption: Annotated[str, Meta(description="Why there is no tax.", examples=["Health care"])]
    net: Money
    tax: Money
    total: Money


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, final but for its payment; or a cancellation or credit note, whose amounts are negative."""

    id: Annotated[InvoiceId | None, Meta(description="Null for a draft.")]
    kind: Kind
    number: InvoiceNumber
    standing: Standing
    customer: CustomerId | None
    recipient: Recipient
    issuer: Issuer
    prices_include_tax: bool
    reference: Annotated[str, Meta(examples=["Cost centre 7"])]
    text: Annotated[str, Meta(examples=["Thank you."])]
    rows: list[InvoiceRow]
    discount: Discount | None
    discounted: Annotated[Money, Meta(description="What the discount takes off.")]
    net: Money
    tax: Money
    total: Money
    taxes: list[TaxSum]
    issued_at: Moment
    due_on: date
    payment_method: PaymentMethod
    paid_at: Moment | None
    corrects: Annotated[InvoiceLink | None, Meta(description="What a cancellation or credit note takes back.")]
    corrections: Annotated[list[InvoiceLink], Meta(description="What takes this one back, whole or in part.")]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """An item that was selected and does not go on the invoice."""

    item: ItemId
    booking: BookingId
    day: date
    reason: Annotated[
        str,
        Meta(
            description="Its state, unless it is confirmed; else block, free, invoiced, or changed, if it is on an "
            "invoice with another price.",
            examples=["invoiced"],
        ),
    ]
    number: Annotated[str | None, Meta(description="The invoice that it is on.", examples=["2027-0077"])]


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an invoice must say."""

    field: Annotated[str, Meta(examples=["issuer.address"])]
    detail: Annotated[str, Meta(examples=["issuer.address is missing"])]


class InvoicePreview(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as it would be issued now; nothing is kept of it."""

    invoice: Invoice
    left_out: list[LeftOut]
    missing: Annotated[list[Missing], Meta(description="What keeps it from being issued.")]


def shown_preview(draft: ActionDraft, tz: ZoneInfo) -> InvoicePreview:
    """A draft as it is answered; moments are in this zone."""
    return InvoicePreview(
        invoice=shown_invoice(draft.invoice, tz),
        left_out=[_left_out(left) for left in draft.left_out],
        missing=[Missing(field=fault.field, detail=fault_text(fault)) for fault in draft.missing],
    )


def shown_invoice(invoice: EngineInvoice, tz: ZoneInfo) -> Invoice:
    """An invoice as it is answered; moments are in this zone."""
    currency = invoice.currency
    corrects = _link(invoice.corrects, currency, tz) if invoice.corrects else None
    return Invoice(
        id=write_id("invoice", invoice.id) if invoice.id else None,
        number=invoice.number_text,
        customer=write_optional_id("customer", invoice.customer_id),
        recipient=_recipient(invoice.customer),
        issuer=_issuer(invoice.issuer),
        rows=[_row(row, currency, tz) for row in invoice.rows],
        discount=_discount(invoice),
        discounted=shown_money(invoice.discount, currency),
        taxes=_taxes(invoice),
        issued_at=shown(invoice.issued_at, tz),
        paid_at=invoice.paid_at and shown(invoice.paid_at, tz),
        corrects=corrects,
        corrections=[_link(link, currency, tz) for link in invoice.corrections],
        **_same(invoice, "kind", "standing", "prices_include_tax", "reference", "text", "due_on", "payment_method"),
        **_sums(invoice, currency, "net", "tax", "total"),
    )


def _same(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _sums(record: object, currency: str, *names: str) -> dict[str, Any]:
    return {name: shown_money(getattr(record, name), currency) for name in names}


def _recipient(party: Party) -> Recipient:
    return Recipient(**_same(party, *Recipient.__struct_fields__))


def _issuer(profile: Profile) -> Issuer:
    return Issuer(**_same(profile, *Issuer.__struct_fields__))


def _discount(invoice: EngineInvoice) -> Discount | None:
    kind: Any = invoice.discount_kind
    rate = invoice.discount_rate
    return None if kind is None or rate is None else Discount(kind=kind, rate=_plain(rate))


def _taxes(invoice: EngineInvoice) -> list[TaxSum]:
    return [
        TaxSum(
            rate=_plain(each.rate),
            net=shown_money(each.net, invoice.currency),
            tax=shown_money(each.tax, invoice.currency),
        )
        for each in invoice.rate_sums
    ]


def _link(link: EngineLink, currency: str, tz: ZoneInfo) -> InvoiceLink:
    return InvoiceLink(
        id=write_id("invoice", link.id),
        number=link.number.text,
        issued_at=shown(link.issued_at, tz),
        total=shown_money(link.total, currency),
        **_same(link.number, "kind"),
    )


def _row(row: EngineRow, currency: str, account_tz: ZoneInfo) -> InvoiceRow:
    tz = ZoneInfo(row.time_zone) if row.time_zone else account_tz
    return InvoiceRow(
        from_=row.starts_at and shown(row.starts_at, tz),
        to=row.ends_at and shown(row.ends_at, tz),
        booking=write_optional_id("booking", row.booking_id),
        item=write_optional_id("item", row.item_id),
        resource=write_optional_id("resource", row.resource_id),
        service=write_optional_id("service", row.service_id),
        units=_plain(row.units),
        tax_rate=_plain(row.tax_rate),
        **_same(row, "position", "title", "about", "day", "per", "exemption"),
        **_sums(row, currency, "rate", "price", "discount", "net", "tax", "total"),
    )


def _left_out(left: EngineLeftOut) -> LeftOut:
    return LeftOut(
        item=write_id("item", left.item_id),
        booking=write_id("booking", left.booking_id),
        day=left.day,
        reason=left.reason,
        number=left.number.text if left.number else None,
    )


def _plain(number: Decimal) -> Decimal:
    """Without zeros at its end, and without an exponent."""
    return Decimal(format(number.normalize(), "f"))
