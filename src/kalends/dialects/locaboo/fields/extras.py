"""Inventory and services that go with a booking. Source: the page's inventory_list and service_list."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, renderer
from kalends.dialects.locaboo.fields.amounts import number, plain
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.stock import Stock

EVERYBODY = ["All"]


def _prices(_: WireContext) -> Callable[[Stock], list[dict[str, Any]]]:
    return lambda stock: [_price(price, stock) for price in stock.prices]


def _price(price: Price, stock: Stock) -> dict[str, Any]:
    return {
        "price": plain(price.amount),
        "customer_groups": EVERYBODY
        if price.group_ids is None
        else {one: stock.groups.get(one, "") for one in price.group_ids},
        "interval": f"per_{price.per}",
        "tax": _tax(price),
    }


def _tax(price: Price) -> int | float | str:
    """The page shows a number where the price is for everybody, and a text where it is for some groups."""
    return number(price.tax_rate) if price.group_ids is None else plain(price.tax_rate)


_text = codecs.text()
_as_text = codecs.write_only(str)

SHARED: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("name", "title", _text, "out"),
    Field("image", "image", _text, "out"),
    Field("created_on", "created_at", codecs.moment, "out"),
    Computed("prices", _prices),
    Computed("resources", lambda _: lambda stock: stock.resources or []),
)
INVENTORY: tuple[Line, ...] = (
    *SHARED,
    Field("description", "notes", _text, "out"),
    Field("quantity", "capacity", _as_text, "out"),
    PassThrough("inventory_no", _as_text, ""),
    PassThrough("i_type", _as_text, ""),
    PassThrough("model", _as_text, ""),
    PassThrough("serial_no", _as_text, ""),
    PassThrough("price_cost", _as_text, "0"),
)
SERVICE: tuple[Line, ...] = (
    *SHARED,
    Field("description", "description", _text, "out"),
)

inventory = renderer("Inventory", INVENTORY, "thing", DOOR)
service = renderer("Service", SERVICE, "thing")
