"""Sentences for faults that name the options of commands and the tables of the file of `kalends apply`."""

from kalends.engine.billing.selection import MOST_SELECTED
from kalends.engine.billing.terms import LATEST_DUE_DAYS
from kalends.notices.sentences import FaultSentences

_NO_DAYS = "Say which days of the customer: --month, or --from and --until."
_NO_SUCH_YEAR = "There are no bookings in that year."

FAULTS: FaultSentences = {
    ("issuer.name", "blank"): "Your name is missing: set `company` in [profile].",
    ("issuer.address", "blank"): "Your address is missing: set `street`, `postcode` and `city` in [profile].",
    ("issuer.tax_number", "blank"): (
        "Your tax number and VAT id are missing: set `tax_number` or `vat_id` in [profile]."
    ),
    ("customer.name", "blank"): "The customer's name is missing, which only small amounts may do without.",
    ("customer.address", "blank"): (
        "The customer's address (street, postcode, city) is missing, which only small amounts may do without."
    ),
    ("rows.title", "blank"): "Something that is charged has no title.",
    ("rows.exemption", "blank"): (
        "The reason for taking no tax is missing: set `exemption` of the price or in [profile], or a `tax_rate`."
    ),
    ("booking_ids", "blank"): "Say what to invoice: --booking, --item, or --customer with --month.",
    ("booking_ids", "invalid"): "Say one of --booking, --item and --customer, not several.",
    ("booking_ids", "too_many"): f"One invoice can name at most {MOST_SELECTED} bookings.",
    ("booking_ids", "several_customers"): "The bookings are of several customers: each needs an invoice of its own.",
    ("booking_ids", "out_of_range"): "The sum is more than an invoice can hold.",
    ("booking_ids", "nothing_to_invoice"): "There is nothing to invoice any more.",
    ("booking_ids", "invoiced"): "All of it is on an invoice already.",
    ("item_ids", "too_many"): f"One invoice can name at most {MOST_SELECTED} items.",
    ("first", "blank"): _NO_DAYS,
    ("until", "blank"): _NO_DAYS,
    ("first", "out_of_range"): _NO_SUCH_YEAR,
    ("until", "out_of_range"): _NO_SUCH_YEAR,
    ("until", "before_start"): "--until is the first day that is not included: it must be after --from.",
    ("customer_id", "blank"): "The booking is for nobody: an invoice needs a customer.",
    ("due_days", "out_of_range"): f"There can be 0 to {LATEST_DUE_DAYS} days to pay.",
    ("payment_method", "unknown"): "There is no such way to pay.",
    ("discount_rate", "out_of_range"): "The discount is below zero or more than the sum.",
    ("kind", "invalid"): "That can be done to an invoice only (and a credit note can be cancelled).",
    ("kind", "cancelled"): "It is cancelled already.",
    ("kind", "credited"): "It has a credit note: cancel that first, or credit the rest.",
    ("positions", "blank"): "Say what to credit: --row, or --amount such as 19=50.00.",
    ("positions", "unknown"): "There is no such row on the invoice.",
    ("positions", "credited"): "A row was credited already.",
    ("amounts", "unknown"): "There is no such tax rate on the invoice.",
    ("amounts", "out_of_range"): "An amount must be more than 0, in whole cents, and no more than is left of its rate.",
    ("amounts_title", "blank"): "Say the --reason: it stands on the row of the amount.",
    ("amounts_title", "too_long"): "The reason is too long.",
    ("amounts_title", "invalid"): "The reason has a character that can't be stored.",
    ("invoice_id", "invalid"): "Only a document of the kind invoice can stand for an invoice.",
    ("limit", "too_many"): "There are more bookings than one page can hold: ask for fewer days, or for fewer per page.",
    ("processed_on", "before_start"): "A document can't be dealt with before its own day.",
}
"""What the words of the reason would not say to somebody at a terminal: which option, or which table of the file."""
