"""An invoice as a PDF: all texts, dates and numbers are made here, and laid out by the template."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import typst

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.invoice import Invoice, InvoiceRow, Party
from kalends.engine.time.clock import wall
from kalends.notices.languages import Language, language_of

_TEMPLATE = (Path(__file__).parent / "templates" / "invoice.typ").read_bytes()
_UNBROKEN = re.compile(r"(\S{24})(?=\S)")
_UNITS = {"hour": "hour", "day": "day_unit", "quantity": "quantity"}
_BY_ONESELF = ("invoice", "transfer")
"""Ways to pay in which the customer has to do something by the due date."""


def render_invoice(invoice: Invoice, locale: str, zone: ZoneInfo) -> bytes:
    """The PDF of an invoice in the language of the locale, else in English; the same invoice gives the same bytes.

    `zone` tells on which day it was issued and paid. It takes some milliseconds of a processor.
    """
    data = _data(invoice, language_of(locale), zone)
    return typst.compile(
        _TEMPLATE,
        font_paths=_fonts(),
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        timestamp=int(invoice.issued_at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """Those that come with the library, for Latin, Greek and Cyrillic: papers look the same on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _data(invoice: Invoice, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    words = language.words
    return {
        "language": language.code,
        "words": words,
        "number": invoice.number_text,
        "sender": _lines([_named(invoice.issuer), *_address(invoice.issuer)]),
        "contact": _lines(_contact(invoice.issuer, language)),
        "bank": _lines(_bank(invoice.issuer, language)),
        "recipient": _lines([*_names(invoice.customer), *_address(invoice.customer)]),
        "facts": _facts(invoice, language, zone),
        "text": invoice.text,
        "discounted": bool(invoice.discount),
        "rows": [_row(row, invoice.currency, language) for row in invoice.rows],
        "discounts": _discounts(invoice, language),
        "net": language.money(invoice.net, invoice.currency),
        "taxes": _taxes(invoice, language),
        "total": language.money(invoice.total, invoice.currency),
        "currency": invoice.currency,
        "payment": _payment(invoice, language, zone),
    }


def _facts(invoice: Invoice, language: Language, zone: ZoneInfo) -> list[list[str]]:
    words, (issued_on, _) = language.words, wall(invoice.issued_at, zone)
    facts = [
        [words["number"], invoice.number_text],
        [words["date"], language.day(issued_on)],
        [words["due"], language.day(invoice.due_on)],
        [words["method"], words[f"method_{invoice.payment_method}"]],
    ]
    known = invoice.customer_id is not None
    return [*facts, [words["customer_number"], str(invoice.customer_id)]] if known else facts


def _row(row: InvoiceRow, currency: str, language: Language) -> list[str]:
    return [
        language.day(row.day),
        _breakable(row.title),
        _units(row, currency, language),
        language.money(-row.discount, currency) if row.discount else "",
        f"{language.number(row.tax_rate)} %",
        language.money(row.net, currency),
    ]


def _units(row: InvoiceRow, currency: str, language: Language) -> str:
    """`1,5 Std. × 12,00`, `pauschal 50,00`."""
    rate = language.money(row.rate, currency)
    if row.per in _UNITS:
        return f"{language.number(row.units)} {language.words[_UNITS[row.per]]} × {rate}"
    return f"{language.words['booking']} {rate}"


def _discounts(invoice: Invoice, language: Language) -> list[list[str]]:
    """What was summed before the discount, and the discount; nothing without one."""
    if not invoice.discount:
        return []
    words, percent = language.words, ""
    if invoice.discount_kind == "percent" and invoice.discount_rate is not None:
        percent = f" {language.number(invoice.discount_rate)} %"
    whole, off = (
        language.money(each, invoice.currency) for each in (invoice.net + invoice.discount, -invoice.discount)
    )
    return [[words["sum"], whole], [words["discount"] + percent, off]]


def _taxes(invoice: Invoice, language: Language) -> list[list[str]]:
    """For each tax rate: what it is on which sum, and the tax."""
    words, shown = language.words, []
    for rate in sorted({row.tax_rate for row in invoice.rows}):
        taxed = [row for row in invoice.rows if row.tax_rate == rate]
        net, tax = (language.money(sum(each, Decimal()), invoice.currency) for each in _columns(taxed))
        shown.append([f"{words['tax']} {language.number(rate)} % {words['taxable']} {net}", tax])
    return shown


def _columns(rows: Sequence[InvoiceRow]) -> tuple[list[Decimal], list[Decimal]]:
    return [row.net for row in rows], [row.tax for row in rows]


def _payment(invoice: Invoice, language: Language, zone: ZoneInfo) -> str:
    words = language.words
    if invoice.paid_at is not None:
        return f"{words['paid']} {language.day(wall(invoice.paid_at, zone)[0])}."
    if invoice.payment_method in _BY_ONESELF:
        return f"{words['open']} {language.day(invoice.due_on)} {words['naming']}."
    return f"{words['due']} {language.day(invoice.due_on)}."


def _names(party: Party | Profile) -> list[str]:
    return [party.company, f"{party.first_name} {party.last_name}".strip()]


def _named(issuer: Profile) -> str:
    return next((name for name in _names(issuer) if name), "")


def _address(party: Party | Profile) -> list[str]:
    parts = (f"{party.street} {party.house_number}", f"{party.postcode} {party.city}", party.country)
    return [part.strip() for part in parts]


def _contact(issuer: Profile, language: Language) -> list[str]:
    words = language.words
    return [*_after(words["phone"], issuer.phone), *_after(words["fax"], issuer.fax), issuer.email]


def _bank(issuer: Profile, language: Language) -> list[str]:
    words = language.words
    return [
        *_after(words["owner"], issuer.bank_owner),
        *_after("IBAN", issuer.iban),
        *_after("BIC", issuer.bic),
        *_after(words["tax_number"], issuer.tax_number),
    ]


def _after(name: str, value: str) -> list[str]:
    return [f"{name} {value}"] if value else []


def _lines(lines: Iterable[str]) -> list[str]:
    return [_breakable(line) for line in lines if line]


def _breakable(text: str) -> str:
    """Words that are longer than a column may be broken anywhere."""
    return _UNBROKEN.sub("\\1\u200b", text)
