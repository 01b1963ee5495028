"""The words, dates and numbers of papers, in the languages there are."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from kalends.engine.money import decimals_of


class Language(msgspec.Struct, frozen=True):
    """A language: its code, its words, how it writes dates, and its signs for thousands and decimals."""

    code: str
    words: Mapping[str, str]
    months: tuple[str, ...]
    thousands: str
    point: str

    def day(self, day: date) -> str:
        """`05.06.2022`, or with names of months `5 Jun 2022`."""
        if self.months:
            return f"{day.day} {self.months[day.month - 1]} {day.year}"
        return f"{day:%d.%m}.{day.year:04}"

    def number(self, value: Decimal, least: int = 0) -> str:
        """`1.234,5`: with at least so many decimals, and no more than it needs."""
        whole, _, rest = f"{value:,f}".replace("-", "−").partition(".")
        rest = rest.rstrip("0").ljust(least, "0")
        return whole.replace(",", self.thousands) + (self.point + rest if rest else "")

    def money(self, amount: Decimal, currency: str) -> str:
        """`1.234,50`: with the decimals of the currency, which itself is not named."""
        return self.number(amount, decimals_of(currency))


GERMAN = Language(
    "de",
    {
        "invoice": "Rechnung",
        "number": "Rechnungsnummer",
        "date": "Rechnungsdatum",
        "due": "Zahlbar bis",
        "customer_number": "Kundennummer",
        "method": "Zahlungsart",
        "day": "Datum",
        "what": "Leistung",
        "units": "Menge × Preis",
        "discount": "Rabatt",
        "tax_rate": "USt.",
        "sum": "Summe",
        "net": "Netto",
        "tax": "USt.",
        "taxable": "auf",
        "total": "Gesamtbetrag",
        "open": "Bitte zahlen Sie bis zum",
        "naming": "unter Angabe der Rechnungsnummer",
        "paid": "Bezahlt am",
        "method_invoice": "Auf Rechnung",
        "method_cash": "Bar",
        "method_card": "Karte",
        "method_transfer": "Überweisung",
        "method_debit": "Lastschrift",
        "phone": "Tel.",
        "fax": "Fax",
        "tax_number": "Steuernummer",
        "owner": "Kontoinhaber",
        "page": "Seite",
        "of": "von",
        "hour": "Std.",
        "day_unit": "Tg.",
        "booking": "pauschal",
        "quantity": "Stk.",
    },
    (),
    ".",
    ",",
)
ENGLISH = Language(
    "en",
    {
        "invoice": "Invoice",
        "number": "Invoice number",
        "date": "Invoice date",
        "due": "Due on",
        "customer_number": "Customer number",
        "method": "Payment",
        "day": "Date",
        "what": "Description",
        "units": "Units × rate",
        "discount": "Discount",
        "tax_rate": "Tax",
        "sum": "Sum",
        "net": "Net",
        "tax": "Tax",
        "taxable": "on",
        "total": "Total",
        "open": "Please pay by",
        "naming": "and state the invoice number",
        "paid": "Paid on",
        "method_invoice": "On account",
        "method_cash": "Cash",
        "method_card": "Card",
        "method_transfer": "Bank transfer",
        "method_debit": "Direct debit",
        "phone": "Tel.",
        "fax": "Fax",
        "tax_number": "Tax number",
        "owner": "Account holder",
        "page": "Page",
        "of": "of",
        "hour": "h",
        "day_unit": "d",
        "booking": "flat",
        "quantity": "pcs",
    },
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ",",
    ".",
)


def language_of(locale: str) -> Language:
    """The language of a locale such as `de-AT`: German, or English for all others."""
    return GERMAN if locale.lower().startswith("de") else ENGLISH
