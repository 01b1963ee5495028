import msgspec
import pytest

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.content import missing_content
from kalends.engine.billing.invoice import Invoice, Party
from tests.engine.billing.lines import CLUB, HALL, invoice_of, line


def missing(invoice: Invoice) -> list[str]:
    return [fault.field for fault in missing_content(invoice)]


def test_an_invoice_that_says_all_that_the_law_wants() -> None:
    assert missing(invoice_of(line("1000"))) == []


def test_all_that_is_missing_is_named_at_once() -> None:
    bare = invoice_of(line("1000", 0, title=" "), issuer=Profile(country="AT"), customer=Party())
    assert missing(bare) == [
        "issuer.name",
        "issuer.address",
        "issuer.tax_number",
        "customer.name",
        "customer.address",
        "rows.title",
        "rows.exemption",
    ]


def test_a_vat_id_does_for_a_tax_number() -> None:
    issuer = msgspec.structs.replace(HALL, tax_number="", vat_id="ATU12345678")
    assert missing(invoice_of(line("1"), issuer=issuer)) == []


@pytest.mark.parametrize(
    ("country", "currency", "most"), [("DE", "EUR", 250), ("AT", "EUR", 400), ("SK", "EUR", 100), ("CZ", "CZK", 10_000)]
)
def test_a_small_amount_needs_no_recipient(country: str, currency: str, most: int) -> None:
    issuer = msgspec.structs.replace(HALL, country=country)
    for amount, names in ((f"{most}", []), (f"{most}.01", ["customer.name", "customer.address"])):
        invoice = invoice_of(line(amount), included=True, issuer=issuer, customer=Party(), currency=currency)
        assert missing(invoice) == names


def test_elsewhere_every_invoice_names_its_recipient() -> None:
    for country, currency in (("NO", "NOK"), ("DE", "CHF")):
        issuer = msgspec.structs.replace(HALL, country=country)
        assert missing(invoice_of(line("1"), issuer=issuer, currency=currency, customer=Party())) == [
            "customer.name",
            "customer.address",
        ]


def test_a_street_without_a_town_is_no_address() -> None:
    lost = msgspec.structs.replace(CLUB, city=" ")
    assert missing(invoice_of(line("1000"), customer=lost)) == ["customer.address"]


def test_a_rate_of_nothing_has_a_reason_unless_nothing_is_paid() -> None:
    assert missing(invoice_of(line("10", 0), line("10"))) == ["rows.exemption"]
    assert missing(invoice_of(line("10", 0, exemption="§ 4 Nr. 22 UStG"))) == []
    assert missing(invoice_of(line("0", 0))) == []
