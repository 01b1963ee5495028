"""The invoice as it is read on paper."""

import io
import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from pypdf import PdfReader

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.discount import Discount
from kalends.engine.billing.invoice import Invoice, InvoiceLink, Number, Party
from kalends.engine.billing.quote import Line
from kalends.notices.invoice import render_invoice
from tests.engine.billing.lines import invoice_of, line

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 5, 21, 22, 30, tzinfo=UTC)
"""After midnight in Berlin."""
MORNING = datetime(2026, 4, 12, 8, tzinfo=UTC)
"""10:00 in Berlin."""
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"

HOUSE = Profile(
    company="Stadthalle",
    street="Test-Str.",
    house_number="1",
    postcode="55555",
    city="Testhausen",
    country="DE",
    phone="0123 456",
    email="halle@example.org",
    iban="DE02 1203 0000 0000 2020 51",
    bic="BYLADEM1001",
    bank_owner="Stadthalle GmbH",
    tax_number="12/345",
    vat_id="DE123456789",
)
SOMEBODY = Party(
    company="Verein",
    first_name="Łucja",
    last_name="Παπά-Иванова",
    street="Weg",
    house_number="5a",
    city="Ort",
    number="K-20904",
    vat_id="DE987654321",
)


def hours(minutes: int = 90, rate: str = "823", **given: Any) -> Line:
    """So long in the hall, from 10:00 on, at 823.00 an hour."""
    length = timedelta(minutes=minutes)
    price = (Decimal(rate) * minutes / 60 * given.get("pieces", 1)).quantize(Decimal("0.01"))
    usual = {"title": "Stadthalle / Großer Saal", "about": "Chorprobe", "rate": Decimal(rate), "time_zone": BERLIN.key}
    times = {"day": date(2026, 4, 12), "starts_at": MORNING, "ends_at": MORNING + length, "seconds": minutes * 60}
    return line(given.pop("price", price), **{**usual, **times, **given})


def invoice(*lines: Line, **given: Any) -> Invoice:
    usual = {"number": 77, "year": 2026, "issuer": HOUSE, "customer": SOMEBODY, "issued_at": LATE}
    terms = {"text": "Danke sehr", "due_on": date(2026, 6, 5)}
    return invoice_of(*lines, **{**usual, **terms, **given})


def pages(shown: Invoice, locale: str = "de-AT") -> list[str]:
    """The text of each page, with single spaces."""
    read = PdfReader(io.BytesIO(render_invoice(shown, locale, BERLIN)))
    return [" ".join(page.extract_text().split()) for page in read.pages]


def says(shown: Invoice, *parts: str, locale: str = "de-AT") -> None:
    """The one page of the invoice has all these parts."""
    (text,) = pages(shown, locale)
    assert [part for part in parts if part not in text] == [], text


def test_it_says_who_to_whom_what_and_when() -> None:
    beamer = hours(
        0, title="Beamer", about="", per="quantity", units=Decimal(2), price=Decimal(10), tax_rate=Decimal(7)
    )
    says(
        invoice(hours(), beamer, reference="Bestellung 4711"),
        "Stadthalle · Test-Str. 1 · 55555 Testhausen",
        "Verein Łucja Παπά-Иванова Weg 5a Ort",
        "Rechnung 2026-0077",
        "Rechnungsdatum 22.05.2026",
        "Leistungszeitraum 12.04.2026",
        "Zahlbar bis 05.06.2026",
        "Kundennummer K-20904",
        "Ihre USt-IdNr. DE987654321",
        "Ihr Zeichen Bestellung 4711",
        "Danke sehr",
        "Menge Preis (netto) USt. Betrag (netto)",
        "12.04.2026 10:00–11:30 Stadthalle / Großer Saal Chorprobe 1:30 Std. 823,00 19 % 1.234,50",
        "Beamer 2 Stk. 823,00 7 % 10,00",
        "Netto 1.244,50",
        "USt. 7 % auf 10,00 0,70",
        "USt. 19 % auf 1.234,50 234,56",
        "Gesamtbetrag (brutto) 1.479,76 EUR",
        "Bitte zahlen Sie bis zum 05.06.2026",
        "IBAN DE02 1203 0000 0000 2020 51",
        "BIC BYLADEM1001",
        "Steuernummer 12/345",
        "USt-IdNr. DE123456789",
        "Seite 1 von 1",
    )
    assert "Rabatt" not in pages(invoice(hours()))[0]


def test_in_english() -> None:
    days = hours(per="day", units=Decimal(2), price=Decimal("1234.50"))
    paid = {"paid_at": datetime(2026, 6, 1, 23, tzinfo=UTC), "payment_method": "card"}
    says(
        invoice(days, **paid),
        "Invoice date 22 May 2026",
        "Supplied 12 Apr 2026",
        "2 d 823.00",
        "Total (gross) 1,469.06 EUR",
        "Paid on 2 Jun 2026",
        "Card",
        locale="fr",
    )


def test_in_the_language_of_the_account() -> None:
    shown = invoice(hours())
    says(shown, "Faktura 2026-0077", "Fakturadato 22.05.2026", "1:30 t", "inkl. mva.) 1 469,06 EUR", locale="nb")
    says(shown, "Datum vystavení 22. 5. 2026", "Cena bez DPH", locale="cs-CZ")
    says(shown, "Spôsob úhrady Na faktúru", "IČ DPH DE123456789", locale="sk")


def test_pieces_are_told_apart_from_hours() -> None:
    mats = hours(85, "12.00", pieces=7, units=Decimal("9.9167"))
    says(invoice(mats), "7 × 1:25 Std. 12,00 19 % 119,00")
    says(invoice(hours(per="day", pieces=2, units=Decimal(6))), "2 × 3 Tg.")
    says(invoice(hours(per="booking", units=Decimal(1))), "pauschal 823,00")
    odd = hours(seconds=5430)
    says(invoice(odd), "1:30:30 Std.")


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [
        ("2026-04-12 22:00", "2026-04-13 04:00", "13.04.2026 00:00–06:00"),
        ("2026-04-12 20:00", "2026-04-13 04:00", "12.04.2026 22:00 – 13.04.2026 06:00"),
        ("2026-04-11 22:00", "2026-04-12 22:00", "12.04.2026 00:00–24:00"),
        ("2026-04-12 16:00", "2026-04-12 22:00", "12.04.2026 18:00–24:00"),
    ],
)
def test_the_hours_are_those_of_the_wall(starts: str, ends: str, shown: str) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (starts, ends))
    says(invoice(hours(starts_at=start, ends_at=end)), shown)


def test_a_discount_is_taken_off_the_sum_once() -> None:
    lines = hours(60, "20"), hours(60, "10", per="booking")
    percent = invoice(*lines, discount=Discount("percent", Decimal("10.0000")))
    says(percent, "20,00 19 % 20,00", "10,00 19 % 10,00", "Summe (netto) 30,00", "Rabatt 10 % −3,00", "Netto 27,00")
    assert "−2,00" not in pages(percent)[0]


def test_gross_prices_say_that_they_are() -> None:
    shown = invoice(hours(60, "119"), included=True, discount=Discount("amount", Decimal("11.90")))
    says(
        shown,
        "Preis (brutto) USt. Betrag (brutto)",
        "119,00 19 % 119,00",
        "Summe (brutto) 119,00 Rabatt −11,90 Netto 90,00 USt. 19 % auf 90,00 17,10 Gesamtbetrag (brutto) 107,10 EUR",
    )


def test_why_no_tax_is_due() -> None:
    reason = "Umsatzsteuerfrei nach § 4 Nr. 22 UStG"
    rows = hours(tax_rate=Decimal(0), exemption=reason), hours(tax_rate=Decimal(0), exemption=reason)
    (text,) = pages(invoice(*rows))
    assert text.count(f"Ohne USt.: {reason}") == 1
    assert "USt. 0 % auf 2.469,00 0,00" in text


def test_in_austria_the_vat_id_has_another_name() -> None:
    issuer, customer = (msgspec.structs.replace(party, country="AT", vat_id="ATU1") for party in (HOUSE, SOMEBODY))
    says(invoice(hours(), issuer=issuer, customer=customer), "UID-Nr. ATU1", "Ihre UID-Nr. ATU1")


def test_a_draft_is_marked_and_has_no_number() -> None:
    shown = invoice(hours(), number=0)
    says(shown, "Rechnung – Entwurf", "ENTWURF", "Dies ist ein Entwurf und keine Rechnung: Er hat keine Nummer.")
    assert "2026-" not in pages(shown)[0]


@pytest.mark.parametrize(
    ("kind", "title", "about"),
    [
        ("cancellation", "Stornorechnung CANCEL-2026-0077", "Storno zu: Rechnung 2026-0012 vom 22.05.2026"),
        ("credit_note", "Rechnungskorrektur CREDIT-2026-0077", "Gutschrift zu: Rechnung 2026-0012 vom 22.05.2026"),
    ],
)
def test_a_correction_says_what_it_takes_back(kind: str, title: str, about: str) -> None:
    link = InvoiceLink(12, Number("invoice", 2026, 12), LATE, Decimal(1))
    back = msgspec.structs.replace(invoice(hours()).rows[0], units=Decimal("-1.5"), price=Decimal("-1234.50"))
    shown = invoice(hours(), kind=kind, corrects=link, rows=(back,))
    says(shown, title, about, "−1:30 Std. 823,00 19 % −1.234,50")
    assert "Zahlbar" not in pages(shown)[0]


def test_words_are_copied_as_they_were_written() -> None:
    drawn = PdfReader(io.BytesIO(render_invoice(invoice(hours(title=WORD)), "de", BERLIN)))
    text = drawn.pages[0].extract_text()
    assert "\u200b" not in text
    assert WORD in text.replace("\n", "")


def test_many_rows_go_on_with_heads_and_numbers_on_every_page() -> None:
    texts = pages(invoice(*(hours(title=f"Saal {at}") for at in range(1, 101))))
    assert len(texts) > 2
    for at, text in enumerate(texts, 1):
        assert f"Seite {at} von {len(texts)}" in text
        assert "Datum Leistung" in text
    assert all(f"Saal {at} " in " ".join(texts) for at in range(1, 101))
    assert "Gesamtbetrag" in texts[-1]


@pytest.mark.parametrize(("currency", "total"), [("JPY", "1.190 JPY"), ("KWD", "1.190,000 KWD")])
def test_cents_are_those_of_the_currency(currency: str, total: str) -> None:
    assert total in pages(invoice(hours(60, "1000"), currency=currency))[0]


def test_what_somebody_wrote_is_only_shown() -> None:
    sly = '#panic("x") $a$ *b* <c> @d \\ #sys.inputs "e"'
    names = Party(company=sly, first_name="山田", last_name="😀")
    shown = invoice(hours(title="W" * 300, about=sly), customer=names, issuer=Profile(), text=sly, customer_id=None)
    (text,) = pages(shown)
    assert '#panic("x") $a$ *b* <c> @d \\ #sys.inputs "e"' in text
    assert "W" * 20 in text.replace(" ", "")


def test_the_same_invoice_gives_the_same_bytes() -> None:
    shown = invoice(hours())
    drawn = render_invoice(shown, "de", BERLIN)
    assert drawn == render_invoice(shown, "de", BERLIN)
    other = msgspec.structs.replace(shown, due_on=date(2026, 6, 6))
    assert zlib.crc32(drawn) != zlib.crc32(render_invoice(other, "de", BERLIN))
    made = PdfReader(io.BytesIO(drawn)).metadata
    assert made is not None
    assert (made.title, made.creation_date) == ("Rechnung 2026-0077", LATE)
