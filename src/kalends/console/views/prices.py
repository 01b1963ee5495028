"""Price rules of a resource or a service: the table of them, the fields of the form, and what it says."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Choice, Field, Group
from kalends.console.views.records import Fields, named
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.catalog.price import PERS, Price, PricePatch
from kalends.engine.customers.customer import CustomerGroup
from kalends.notices.texts import Message

PATH = "/prices"
FIELDS = ("title", "per", "amount", "tax_rate", "group_ids", "exemption")


def prices_table(prices: Sequence[Price], groups: Mapping[int, str], currency: str, times: Times) -> Table:
    """Price rules in the order in which they apply."""
    rows = tuple(_row(price, groups, currency, times) for price in prices)
    columns = ("prices.title", "prices.amount", "prices.per", "prices.tax_rate", "prices.group_ids")
    return Table("prices.list", columns, rows, "prices.none")


def price_fields(price: Price | None, groups: Sequence[CustomerGroup]) -> tuple[Field | Group, ...]:
    """The fields of the form, of a rule or of a new one."""
    fields = Fields("prices", price, {"per": "booking"} if price is None else None)
    pers = [Choice(per, f"per.{per}") for per in PERS]
    amount = (fields.amount("amount", required=True), fields.select("per", pers, required=True))
    tax = (fields.amount("tax_rate"), fields.line("exemption", hint="prices.exemption_hint"))
    return (
        Group("prices.how_much", amount, beside=True),
        Group("prices.tax", tax, beside=True),
        fields.line("title", hint="prices.title_hint"),
        *((fields.checks("group_ids", named(groups), hint="prices.group_ids_hint"),) if groups else ()),
    )


def sent_price(values: Values) -> PricePatch:
    """What the form says. No group ticked is everybody."""
    group_ids = values.ids("group_ids") if "group_ids" in values.sent else ()
    return PricePatch(
        title=values.text("title"),
        per=values.choice("per", {per: per for per in PERS}) or UNSET,
        amount=values.needed(values.amount, "amount"),
        tax_rate=values.amount("tax_rate", UNSET),
        exemption=values.text("exemption"),
        group_ids=group_ids or None,
    )


def _row(price: Price, groups: Mapping[int, str], currency: str, times: Times) -> Row:
    named_groups = ", ".join(groups.get(each, "") for each in price.group_ids or ())
    cells = (
        Cell(price.title or Message("prices.untitled")),
        Cell(f"{times.numbers.money(price.amount, currency)} {currency}", number=True),
        Cell(Message(f"per.{price.per}")),
        Cell(f"{times.numbers.number(price.tax_rate)} %", number=True),
        Cell(named_groups or Message("prices.everybody")),
    )
    return Row(cells, f"{PATH}/{price.id}")
