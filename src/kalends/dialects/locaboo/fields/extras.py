"""Inventory and services that can be added to a booking. Source: the page's inventory_list and service_list."""

from collections.abc import Mapping
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, PassThrough, from_row, renderer
from kalends.dialects.locaboo.fields.amounts import number, plain
from kalends.dialects.locaboo.fields.view import DOOR
from kalends.engine.catalog.add_on import AddOn
from kalends.engine.catalog.price import Price

EVERYBODY = ["All"]


def _prices(stock: AddOn) -> list[dict[str, Any]]:
    return [
        {
            "price": plain(price.amount),
            "customer_groups": _customer_groups(price, stock),
            "interval": f"per_{price.per}",
            "tax": _tax(price),
        }
        for price in stock.prices
    ]


def _customer_groups(price: Price, stock: AddOn) -> list[str] | dict[int, str]:
    if price.group_ids is None:
        return EVERYBODY
    return {group_id: stock.groups.get(group_id, "") for group_id in price.group_ids}


def _tax(price: Price) -> int | float | str:
    """The page shows a number if the price is for everybody, and a text if it is for some groups."""
    return number(price.tax_rate) if price.group_ids is None else plain(price.tax_rate)


def _resources(stock: AddOn) -> Mapping[int, str] | list[Any]:
    """Titles by id of the resources that it goes with; PHP's empty array if there are none."""
    return stock.resources or []


_text = codecs.text()
_as_text = codecs.write_only(str)

SHARED: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("name", "title", _text, "out"),
    Field("image", "image", _text, "out"),
    Field("created_on", "created_at", codecs.moment, "out"),
    Computed("prices", from_row(_prices)),
    Computed("resources", from_row(_resources)),
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
