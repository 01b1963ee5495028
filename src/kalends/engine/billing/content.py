"""What the law wants to read on an invoice, looked for before one is issued.

Source: § 14 (4) UStG with § 33 UStDV, § 11 (1) and (6) öUStG; Directive 2006/112/EC, articles 226 and 226b.
"""

from collections.abc import Mapping
from decimal import Decimal

from kalends.engine.accounts.profile import Profile
from kalends.engine.billing.invoice import Invoice, Party
from kalends.engine.refusals import Fault

SMALL_AMOUNTS: Mapping[str, tuple[str, Decimal]] = {
    "AT": ("EUR", Decimal(400)),
    "CZ": ("CZK", Decimal(10_000)),
    "DE": ("EUR", Decimal(250)),
    "SK": ("EUR", Decimal(100)),
}
"""Up to which total, in which currency, an invoice need not name its recipient, by the sender's country. Elsewhere all
invoices do."""


def missing_content(invoice: Invoice) -> list[Fault]:
    """All that is missing, each as blank: issuer.name, issuer.address, issuer.tax_number (or VAT id), customer.name and
    customer.address (above the small amount of the country), rows.title, rows.exemption (the reason of 0 % tax)."""
    faults = [] if _name(invoice.issuer) else ["issuer.name"]
    faults += [] if _has_address(invoice.issuer) else ["issuer.address"]
    faults += [] if invoice.issuer.tax_number or invoice.issuer.vat_id else ["issuer.tax_number"]
    if not _is_small(invoice):
        faults += [] if invoice.customer.name else ["customer.name"]
        faults += [] if _has_address(invoice.customer) else ["customer.address"]
    faults += [] if all(row.title.strip() for row in invoice.rows) else ["rows.title"]
    exempt = [row for row in invoice.rows if not row.tax_rate and row.total]
    faults += [] if all(row.exemption.strip() for row in exempt) else ["rows.exemption"]
    return [Fault(name, "blank") for name in faults]


def _name(issuer: Profile) -> str:
    return issuer.company or f"{issuer.first_name} {issuer.last_name}".strip()


def _has_address(party: Profile | Party) -> bool:
    return all(text.strip() for text in (party.street, party.postcode, party.city))


def _is_small(invoice: Invoice) -> bool:
    currency, most = SMALL_AMOUNTS.get(invoice.issuer.country, ("", Decimal()))
    return invoice.currency == currency and invoice.total <= most
