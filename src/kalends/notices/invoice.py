"""Invoices, cancellations and credit notes as PDFs: texts, dates and numbers are made here, and laid out by a
template."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import typst

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.invoice import Invoice, Party
from kalends.engine.time.clock import wall
from kalends.notices.invoice_rows import heads, reasons, row_cells, sums
from kalends.notices.languages import Language, language_of

_TEMPLATE = (Path(__file__).parent / "templates" / "invoice.typ").read_bytes()
_BY_ONESELF = ("invoice", "transfer")
"""Ways to pay in which the customer has to do something by the due date."""


def render_invoice(invoice: Invoice, locale: str, zone: ZoneInfo) -> bytes:
    """The PDF of an invoice in the language of the locale, else in English; the same invoice gives the same bytes. One
    without a number is marked as a draft.

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
    words, is_draft = language.words, not invoice.number
    return {
        "language": language.code,
        "words": words,
        "title": f"{words[invoice.kind]} {invoice.number_text or '– ' + words['draft']}",
        "draft": words["draft"] if is_draft else "",
        "sender": _filled([_named(invoice.issuer), *_address(invoice.issuer)]),
        "contact": _filled(_contact(invoice.issuer, language)),
        "bank": _filled(_bank(invoice.issuer, language)),
        "recipient": _filled([*_names(invoice.customer), *_address(invoice.customer)]),
        "facts": [[name, text] for name, text in _facts(invoice, language, zone) if text],
        "notes": _filled([_taken_back(invoice, language, zone), invoice.text]),
        "heads": heads(invoice, language),
        "rows": [row_cells(row, invoice.currency, language) for row in invoice.rows],
        "sums": sums(invoice, language),
        "total": f"{language.money(invoice.total, invoice.currency)} {invoice.currency}",
        "endnotes": _filled([*reasons(invoice, language), _payment(invoice, language, zone)]),
    }


def _facts(invoice: Invoice, language: Language, zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    words, party = language.words, invoice.customer
    yield words["number"], invoice.number_text
    yield words["date"], _day_of(invoice.issued_at, language, zone)
    yield words["period"], _period(invoice, language)
    if invoice.kind == "invoice":
        yield words["due"], language.day(invoice.due_on)
        yield words["method"], words[f"method_{invoice.payment_method}"]
    yield words["customer_number"], party.number or str(invoice.customer_id or "")
    yield _vat_label(party.country, words["your_vat_id"], words["your_uid"]), party.vat_id
    yield words["reference"], invoice.reference


def _period(invoice: Invoice, language: Language) -> str:
    """The days on which what is invoiced was supplied."""
    days = [language.day(day) for day in sorted({row.day for row in invoice.rows})]
    return days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}" if days else ""


def _taken_back(invoice: Invoice, language: Language, zone: ZoneInfo) -> str:
    """What a cancellation or credit note is about: `Storno zu: Rechnung 2027-0001 vom 01.03.2027`."""
    link, words = invoice.corrects, language.words
    if link is None:
        return ""
    what = words["cancels"] if invoice.kind == "cancellation" else words["credits"]
    day = _day_of(link.issued_at, language, zone)
    return f"{what} {words[link.number.kind]} {link.number.text} {words['dated']} {day}"


def _payment(invoice: Invoice, language: Language, zone: ZoneInfo) -> str:
    words = language.words
    if not invoice.number:
        return words["draft_note"]
    if invoice.kind != "invoice":
        return ""
    if invoice.paid_at is not None:
        return f"{words['paid']} {_day_of(invoice.paid_at, language, zone)}."
    if invoice.payment_method in _BY_ONESELF:
        return f"{words['open']} {language.day(invoice.due_on)} {words['naming']}."
    return f"{words['due']} {language.day(invoice.due_on)}."


def _day_of(at: datetime, language: Language, zone: ZoneInfo) -> str:
    return language.day(wall(at, zone)[0])


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
        *_after(_vat_label(issuer.country, words["vat_id"], words["uid"]), issuer.vat_id),
    ]


def _vat_label(country: str, usual: str, austrian: str) -> str:
    return austrian if country == "AT" else usual


def _after(name: str, value: str) -> list[str]:
    return [f"{name} {value}"] if value else []


def _filled(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.strip()]
