"""The rows of an invoice on paper, and what they come to."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from kalends.engine.billing.invoice import Invoice, InvoiceRow
from kalends.engine.time.clock import DAY, to_wall
from kalends.notices.languages import Language

_UNITS = {"hour": "hour", "day": "day_unit", "quantity": "quantity"}


def heads(invoice: Invoice, language: Language) -> list[str]:
    """The heads of the columns, which say whether prices are net or gross."""
    words = language.words
    price, amount = words["price_net"], words["amount_net"]
    if invoice.prices_include_tax:
        price, amount = words["price_gross"], words["amount_gross"]
    return [words["day"], words["what"], words["units"], price, words["tax_rate"], amount]


def row_cells(row: InvoiceRow, currency: str, language: Language) -> list[list[str]]:
    """A row as cells of lines: when, what, how much, for how much, tax rate, amount before any discount."""
    return [
        _when(row, language),
        [line for line in (row.title, row.about if row.about != row.title else "") if line],
        [_quantity(row, language)],
        [language.money(row.rate, currency) if row.per else ""],
        [f"{language.number(row.tax_rate)} %"],
        [language.money(row.price, currency)],
    ]


def sums(invoice: Invoice, language: Language) -> list[list[str]]:
    """What leads from the rows to the total: the discount, the net, and the tax of each rate."""
    words, shown = language.words, []
    if invoice.discount:
        percent = ""
        if invoice.discount_kind == "percent" and invoice.discount_rate is not None:
            percent = f" {language.number(invoice.discount_rate)} %"
        left = invoice.total if invoice.prices_include_tax else invoice.net
        whole = words["sum_gross"] if invoice.prices_include_tax else words["sum_net"]
        shown.append([whole, language.money(left + invoice.discount, invoice.currency)])
        shown.append([words["discount"] + percent, language.money(-invoice.discount, invoice.currency)])
    shown.append([words["net"], language.money(invoice.net, invoice.currency)])
    for rate in invoice.rate_sums:
        net, tax = (language.money(amount, invoice.currency) for amount in (rate.net, rate.tax))
        shown.append([f"{words['tax']} {language.number(rate.rate)} % {words['taxable']} {net}", tax])
    return shown


def reasons(invoice: Invoice, language: Language) -> list[str]:
    """Why no tax is due, where none is: each reason once."""
    texts = dict.fromkeys(row.exemption for row in invoice.rows if not row.tax_rate and row.exemption)
    return [f"{language.words['exempt']} {text}" for text in texts]


def _when(row: InvoiceRow, language: Language) -> list[str]:
    """The day and the hours on the wall of the place; `24:00` for what ends at midnight."""
    if row.starts_at is None or row.ends_at is None:
        return [language.day(row.day)]
    zone = ZoneInfo(row.time_zone)
    start, end = to_wall(row.starts_at, zone), to_wall(row.ends_at, zone)
    at_midnight = not end.hour and not end.minute
    last_day = end.date() - DAY if at_midnight else end.date()
    ends = "24:00" if at_midnight else f"{end:%H:%M}"
    if start.date() == last_day:
        return [language.day(start.date()), f"{start:%H:%M}–{ends}"]
    return [language.day(start.date()), f"{start:%H:%M} –", f"{language.day(last_day)} {ends}"]


def _quantity(row: InvoiceRow, language: Language) -> str:
    """`1:30 Std.`, `7 × 1:25 Std.`, `2 × 3 Tg.`, `2 Stk.`, `pauschal`; nothing for an amount."""
    if row.per is None:
        return ""
    if row.per not in _UNITS:
        return language.words["booking"]
    unit = language.words[_UNITS[row.per]]
    sign = "−" if row.units < 0 else ""
    pieces = f"{row.pieces} × " if row.pieces > 1 else ""
    if row.per == "hour" and row.seconds is not None:
        return f"{sign}{pieces}{_clock(row.seconds)} {unit}"
    if row.per == "day":
        return f"{sign}{pieces}{language.number(abs(row.units) / row.pieces)} {unit}"
    return f"{language.number(row.units)} {unit}"


def _clock(seconds: int) -> str:
    """`1:25`, and `1:25:30` where seconds are over."""
    hours, rest = divmod(timedelta(seconds=seconds), timedelta(hours=1))
    minutes, over = divmod(rest.seconds, 60)
    return f"{hours}:{minutes:02}" + (f":{over:02}" if over else "")
