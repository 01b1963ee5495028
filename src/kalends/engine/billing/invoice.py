"""Invoices and their corrections: what a customer is to pay for bookings, final once it is issued but for its payment.

A cancellation takes a whole invoice (or credit note) back, a credit note some of its rows or amounts. Both are papers
of their own, with negative amounts and numbers of their own series, so that all papers of an account add up to what it
has earned.
"""

import re
from datetime import date, datetime
from decimal import Decimal

import msgspec

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.tax import RateSum, rate_sums
from kalends.engine.customers.customer import Customer

KINDS = ("invoice", "cancellation", "credit_note")
STANDINGS = ("open", "paid", "closed", "credit")
PAYMENT_METHODS = ("invoice", "cash", "card", "transfer", "debit")
_PREFIXES = {"invoice": "", "cancellation": "CANCEL-", "credit_note": "CREDIT-"}
_FILES = {"invoice": "Invoice", "cancellation": "Cancellation", "credit_note": "Credit"}
_SHOWN = "_shown_invoice"
_NUMBER = re.compile(r"(CANCEL-|CREDIT-|)(\d{4})-(\d{4,9})", re.ASCII)
_FILE = re.compile(r"(Invoice|Cancellation|Credit)_(\d{4}-\d{4,9})\.pdf", re.ASCII)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The customer as known when the invoice was issued; everything is text, and "" is nothing."""

    company: str = ""
    first_name: str = ""
    last_name: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    number: str = ""
    vat_id: str = ""

    @property
    def name(self) -> str:
        """The company, else first and last name."""
        return self.company or f"{self.first_name} {self.last_name}".strip()


class Number(msgspec.Struct, frozen=True):
    """The number of an invoice, counted in its account, its year and its kind from 1, without a gap; 0 is not drawn."""

    kind: str
    year: int
    number: int

    @property
    def text(self) -> str:
        """As people read it: `2027-0077`, `CANCEL-2027-0001`, `CREDIT-2027-0001`; "" for a draft."""
        return f"{_PREFIXES[self.kind]}{self.year}-{self.number:04}" if self.number else ""

    @property
    def digits(self) -> int:
        """Year and number as one: 20270077. An invoice may have the same as a credit note or a cancellation."""
        return int(f"{self.year}{self.number:04}")

    @property
    def file(self) -> str:
        """The name of its file: `Invoice_2027-0077.pdf`."""
        return f"{_FILES[self.kind]}_{self.year}-{self.number:04}.pdf" if self.number else "Draft.pdf"


class InvoiceSubject(msgspec.Struct, frozen=True):
    """What the first item on an invoice is about; that of a credited amount is what it corrects. `person_id` is its
    resource, if that is a person."""

    item_id: int | None = None
    session_id: int | None = None
    person_id: int | None = None
    site_id: int | None = None


NO_SUBJECT = InvoiceSubject()


class InvoiceLink(msgspec.Struct, frozen=True):
    """Another invoice that one has to do with: what it corrects, or what corrects it."""

    id: int
    number: Number
    issued_at: datetime
    total: Decimal


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an invoice, as engine.billing.quote.Line has it.

    `price` and `discount` are gross where the invoice's prices include tax; `total` always includes it. A row of a
    credit note or cancellation names the one that it takes back in `corrects_row_id`; one that credits an amount is
    about no item, and has neither times nor units.
    """

    account_id: int
    id: int
    invoice_id: int
    position: int
    booking_id: int | None
    item_id: int | None
    resource_id: int | None
    service_id: int | None
    title: str
    about: str = ""
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str = ""
    recurs: bool
    per: str | None
    rate: Decimal
    units: Decimal
    pieces: int = 1
    seconds: int | None = None
    price: Decimal
    discount: Decimal
    tax_rate: Decimal
    exemption: str = ""
    tax: Decimal
    total: Decimal
    corrects_row_id: int | None = None

    @property
    def net(self) -> Decimal:
        """What is left after the discount, without tax."""
        return self.total - self.tax


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, a cancellation or a credit note, with its rows; a draft has the number 0.

    `net` is after the discount; net + tax = total, and all are the sums of the rows. `corrects` is what a cancellation
    or credit note takes back, `corrections` are those of this one.
    """

    account_id: int
    id: int
    kind: str = "invoice"
    year: int
    number: int
    corrects_id: int | None = None
    customer_id: int | None
    customer: Party
    issuer: Profile
    currency: str
    prices_include_tax: bool = False
    reference: str = ""
    text: str
    discount_kind: str | None
    discount_rate: Decimal | None
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    issued_at: datetime
    due_on: date
    payment_method: str
    paid_at: datetime | None
    revision: int
    created_by: str
    updated_at: datetime
    rows: tuple[InvoiceRow, ...] = ()
    corrects: InvoiceLink | None = None
    corrections: tuple[InvoiceLink, ...] = ()

    @property
    def number_text(self) -> str:
        """The number as people read it; "" for a draft."""
        return Number(self.kind, self.year, self.number).text

    @property
    def file(self) -> str:
        """What its file is called."""
        return Number(self.kind, self.year, self.number).file

    @property
    def link(self) -> InvoiceLink:
        """How other invoices refer to it."""
        return InvoiceLink(self.id, Number(self.kind, self.year, self.number), self.issued_at, self.total)

    @property
    def rate_sums(self) -> list[RateSum]:
        """Net and tax of each tax rate, the lowest rate first."""
        return rate_sums((row.tax_rate, row.net, row.tax) for row in self.rows)

    @property
    def standing(self) -> str:
        """What is left to be done: nothing, if it is closed (it was cancelled, or cancels) or paid; else it is open, or
        the credit of a credit note."""
        if self.kind == "cancellation" or self.is_cancelled:
            return "closed"
        if self.paid_at is not None:
            return "paid"
        return "open" if self.kind == "invoice" else "credit"

    @property
    def changed_at(self) -> datetime:
        """When it was issued, paid or last corrected."""
        return max(self.updated_at, *(link.issued_at for link in self.corrections), self.issued_at)

    @property
    def is_cancelled(self) -> bool:
        """Whether a cancellation has taken all of it back."""
        return any(link.number.kind == "cancellation" for link in self.corrections)


class InvoiceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which invoices of all kinds, by year, kind and number: those issued from an instant up to, not including,
    another."""

    issued_from: datetime | None = None
    issued_until: datetime | None = None
    customer_id: int | None = None
    limit: int | None = None
    offset: int = 0


def parse_number(text: str) -> Number | None:
    """The number that people write so; None if it is none in just that form."""
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        return None
    kind = next(kind for kind, prefix in _PREFIXES.items() if prefix == parts[1])
    number = Number(kind, int(parts[2]), int(parts[3]))
    return number if number.text == text else None


def parse_file(name: str) -> Number | None:
    """The number of the invoice whose file is called so, or None."""
    parts = _FILE.fullmatch(name)
    if parts is None:
        return None
    kind = next(kind for kind, word in _FILES.items() if word == parts[1])
    return parse_number(_PREFIXES[kind] + parts[2])


def party_of(customer: Customer) -> Party:
    """The customer as of now. A house number that a door keeps apart from the street is kept apart here; who has no
    number of the account's own goes by the customer's id."""
    names = ("company", "first_name", "last_name", "street", "postcode", "city", "country", "vat_id")
    kept = (details.get("house_number") for details in customer.details.values())
    house_number = next((str(number) for number in kept if number), "")
    number = customer.number or str(customer.id)
    return Party(house_number=house_number, number=number, **{name: getattr(customer, name) for name in names})


def reference_of(customer: Customer) -> str:
    """The customer's own sign, and the signs that a door keeps for the customer's invoices: those beside which it keeps
    `<sign>_shown_invoice`."""
    signs = [customer.reference] if customer.reference else []
    for details in customer.details.values():
        for name, sign in details.items():
            if sign and str(details.get(f"{name}{_SHOWN}") or "0") != "0":
                signs.append(str(sign))
    return ", ".join(dict.fromkeys(signs))
