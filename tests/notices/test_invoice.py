"""The invoice as it is read on paper."""

import io
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from pypdf import PdfReader

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.invoice import Invoice, InvoiceRow, Party
from kalends.engine.billing.quote import taxed
from kalends.notices.invoice import render_invoice

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 5, 21, 22, 30, tzinfo=UTC)
"""After midnight in Berlin."""

HOUSE = Profile(
    company="Stadthalle",
    street="Test-Str.",
    house_number="1",
    postcode="55555",
    city="Testhausen",
    phone="0123 456",
    email="halle@example.org",
    iban="DE02 1203 0000 0000 2020 51",
    bic="BYLADEM1001",
    bank_owner="Stadthalle GmbH",
    tax_number="12/345",
)
SOMEBODY = Party(
    company="Verein", first_name="Łucja", last_name="Παπά-Иванова", street="Weg", house_number="5a", city="Ort"
)


def row(price: str = "1234.50", discount: str = "0", tax_rate: int = 19, **given: Any) -> InvoiceRow:
    net = Decimal(price) - Decimal(discount)
    tax = taxed(net, Decimal(tax_rate), "EUR")
    usual = {"title": "Saal", "day": date(2026, 4, 12), "per": "hour", "units": Decimal("1.5000")}
    ids = {"account_id": 1, "id": 1, "invoice_id": 1, "position": 1, "booking_id": 2, "item_id": 3, "recurs": False}
    amounts = {"price": Decimal(price), "discount": Decimal(discount), "tax_rate": Decimal(tax_rate)}
    sums = {"tax": tax, "total": net + tax, "rate": Decimal(823), "resource_id": None, "service_id": None}
    return InvoiceRow(**{**usual, **ids, **amounts, **sums, **given})


def invoice(*rows: InvoiceRow, **given: Any) -> Invoice:
    sums = {name: sum(getattr(each, name) for each in rows) for name in ("discount", "net", "tax", "total")}
    head = {"account_id": 1, "id": 1, "year": 2026, "number": 77, "customer_id": 20904, "created_by": "Tester"}
    usual = {"customer": SOMEBODY, "issuer": HOUSE, "currency": "EUR", "text": "Danke sehr", "revision": 0}
    terms = {"discount_kind": None, "discount_rate": None, "payment_method": "invoice", "paid_at": None}
    times = {"issued_at": LATE, "due_on": date(2026, 6, 5), "rows": rows}
    return Invoice(**{**head, **usual, **sums, **terms, **times, **given})


def pages(shown: Invoice, locale: str = "de-AT") -> list[str]:
    """The text of each page, with single spaces."""
    read = PdfReader(io.BytesIO(render_invoice(shown, locale, BERLIN)))
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in read.pages]


def test_it_says_who_to_whom_what_and_when() -> None:
    (text,) = pages(invoice(row(), row("10", tax_rate=7, title="Beamer", per="quantity", units=Decimal(2))))
    for said in (
        "Stadthalle · Test-Str. 1 · 55555 Testhausen",
        "Verein Łucja Παπά-Иванова Weg 5a Ort",
        "Rechnung 2026-0077",
        "Rechnungsdatum 22.05.2026",
        "Zahlbar bis 05.06.2026",
        "Kundennummer 20904",
        "Danke sehr",
        "12.04.2026 Saal 1,5 Std. × 823,00 19 % 1.234,50",
        "Beamer 2 Stk. ×",
        "Netto 1.244,50",
        "USt. 7 % auf 10,00 0,70",
        "USt. 19 % auf 1.234,50 234,56",
        "Gesamtbetrag 1.479,76 EUR",
        "Bitte zahlen Sie bis zum 05.06.2026",
        "IBAN DE02 1203 0000 0000 2020 51",
        "BIC BYLADEM1001",
        "Steuernummer 12/345",
        "Seite 1 von 1",
    ):
        assert said in text
    assert "Rabatt" not in text


def test_in_english() -> None:
    (text,) = pages(invoice(row(per="day"), paid_at=datetime(2026, 6, 1, 23, tzinfo=UTC), payment_method="card"), "fr")
    for said in ("Invoice date 22 May 2026", "1.5 d × 823.00", "Total 1,469.06 EUR", "Paid on 2 Jun 2026", "Card"):
        assert said in text


def test_in_the_language_of_the_account() -> None:
    read = {locale: pages(invoice(row(per="day")), locale)[0] for locale in ("nb", "cs-CZ", "sk")}
    for part in ("Faktura 2026-0077", "Fakturadato 22.05.2026", "1,5 d × 823,00", "Totalt 1 469,06 EUR"):
        assert part in read["nb"]
    assert "Datum vystavení 22. 5. 2026" in read["cs-CZ"]
    assert "Spôsob úhrady Na faktúru" in read["sk"]


def test_a_discount_is_told_for_each_row_and_in_all() -> None:
    percent = {"discount_kind": "percent", "discount_rate": Decimal("10.0000")}
    (text,) = pages(invoice(row("20", "2"), row("10", "1", per="booking"), **percent))
    for said in (
        "× 823,00 −2,00 19 % 18,00",
        "pauschal 823,00 −1,00",
        "Summe 30,00",
        "Rabatt 10 % −3,00",
        "Netto 27,00",
    ):
        assert said in text


def test_many_rows_go_on_with_heads_and_numbers_on_every_page() -> None:
    rows = [row(title=f"Saal {at}", position=at) for at in range(1, 101)]
    found = pages(invoice(*rows))
    assert len(found) > 2
    for at, text in enumerate(found, 1):
        assert f"Seite {at} von {len(found)}" in text
        assert "Datum Leistung" in text
    assert all(f"Saal {at} " in " ".join(found) for at in range(1, 101))
    assert "Gesamtbetrag" in found[-1]


@pytest.mark.parametrize(("currency", "total"), [("JPY", "1.190 JPY"), ("KWD", "1.190,000 KWD")])
def test_cents_are_those_of_the_currency(currency: str, total: str) -> None:
    assert total in pages(invoice(row("1000"), currency=currency))[0]


def test_what_somebody_wrote_is_only_shown() -> None:
    sly = '#panic("x") $a$ *b* <c> @d \\ #sys.inputs "e"'
    names = Party(company=sly, first_name="山田", last_name="😀")
    (text,) = pages(invoice(row(title="W" * 300), customer=names, issuer=Profile(), text=sly, customer_id=None))
    assert '#panic("x") $a$ *b* <c> @d \\ #sys.inputs "e"' in text
    assert "W" * 20 in text.replace(" ", "")


def test_the_same_invoice_gives_the_same_bytes() -> None:
    shown = invoice(row())
    drawn = render_invoice(shown, "de", BERLIN)
    assert drawn == render_invoice(shown, "de", BERLIN)
    other = msgspec.structs.replace(shown, due_on=date(2026, 6, 6))
    assert zlib.crc32(drawn) != zlib.crc32(render_invoice(other, "de", BERLIN))
    made = PdfReader(io.BytesIO(drawn)).metadata
    assert made is not None
    assert (made.title, made.creation_date) == ("Rechnung 2026-0077", LATE)
