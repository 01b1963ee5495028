"""Price rules: what resources and services cost.

A rule is `per` hour (times length and units), day (times wall-clock days begun and units), booking (once, whatever the
units) or quantity (times units, for each item). Amounts are net, or gross where the account's policy says that prices
include tax.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.limits import (
    LONGEST_LINE,
    TAX_RATE_BOUND,
    TAX_RATE_DECIMALS,
    amount_faults,
    raise_if_faults,
    text_faults,
)
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault

PERS = ("hour", "day", "booking", "quantity")
BY_TIME = ("hour", "day")
"""The kinds of rules that are two ways to pay for the same time."""
_FINEST_AMOUNT = Decimal("0.0001")
_FINEST_RATE = Decimal("0.001")


class Price(msgspec.Struct, frozen=True):
    """One rule of a resource or of a service: `amount` in the account's currency, `tax_rate` in percent.

    `group_ids` are the customer groups that it is for; None means everybody. `exemption` is why no tax is due, for a
    rule of 0 %; "" means the reason in the account's profile.
    """

    account_id: int = 0
    id: int = 0
    resource_id: int | None = None
    service_id: int | None = None
    title: str = ""
    per: str = "hour"
    amount: Decimal = Decimal()
    tax_rate: Decimal = Decimal()
    group_ids: tuple[int, ...] | None = None
    exemption: str = ""
    revision: int = 0


class PricePatch(Patch, frozen=True, kw_only=True):
    """Changes to a rule. A new one needs `per` and `amount`; its resource or service can be set only when it is
    created."""

    title: str | UnsetType = UNSET
    per: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    tax_rate: Decimal | UnsetType = UNSET
    group_ids: tuple[int, ...] | UnsetType | None = UNSET
    exemption: str | UnsetType = UNSET


def changed_price(current: Price, patch: PricePatch, group_ids: Collection[int]) -> Price:
    """The rule with the patch applied; `group_ids` are those of the account.

    Raises Invalid(per, group_ids: unknown; title, exemption: invalid, too_long; amount, tax_rate: out_of_range).
    """
    return checked_prices([patched(current, patch)], group_ids)[0]


def checked_prices(prices: Sequence[Price], group_ids: Collection[int]) -> list[Price]:
    """The prices with amounts and rates in the decimals that are kept of them; `group_ids` are those of the account.

    Raises Invalid(per: unknown; title, exemption: invalid or too_long; group_ids: unknown; amount, tax_rate:
    out_of_range) with the faults of all the prices."""
    faults: list[Fault] = []
    for price in prices:
        faults += [] if price.per in PERS else [Fault("per", "unknown")]
        faults += text_faults("title", price.title, LONGEST_LINE)
        faults += text_faults("exemption", price.exemption, LONGEST_LINE)
        faults += [] if set(price.group_ids or ()) <= set(group_ids) else [Fault("group_ids", "unknown")]
        faults += amount_faults("amount", price.amount)
        faults += amount_faults("tax_rate", price.tax_rate, TAX_RATE_BOUND, TAX_RATE_DECIMALS)
    raise_if_faults(faults)
    return [
        msgspec.structs.replace(
            price, amount=price.amount.quantize(_FINEST_AMOUNT), tax_rate=price.tax_rate.quantize(_FINEST_RATE)
        )
        for price in prices
    ]


def prices_of(thing: Resource | Service, prices: Iterable[Price]) -> list[Price]:
    """The price rules of a thing; a service that has none costs its own price for each item and unit, if it has one."""
    name = "service_id" if isinstance(thing, Service) else "resource_id"
    own = [price for price in prices if getattr(price, name) == thing.id]
    if own or not isinstance(thing, Service) or thing.price is None:
        return own
    tax_rate = thing.tax_rate or Decimal()
    return [Price(thing.account_id, service_id=thing.id, per="quantity", amount=thing.price, tax_rate=tax_rate)]


def price_for(
    prices: Sequence[Price], group_id: int | None, path: Sequence[int] = (), service_id: int | None = None
) -> Price | None:
    """The first rule that fits, as `fitting_prices` finds them."""
    return next(iter(fitting_prices(prices, group_id, path, service_id)), None)


def fitting_prices(
    prices: Sequence[Price], group_id: int | None, path: Sequence[int] = (), service_id: int | None = None
) -> list[Price]:
    """The rules that fit a customer of that group, in order: those for the group; if there are none, for everybody.

    The subject is a service, or the resource at the end of a `path` (Resource.path): a part without rules of its own
    takes those of the nearest resource above it.
    """
    if service_id is not None:
        own = [price for price in prices if price.service_id == service_id]
    else:
        levels = ([price for price in prices if price.resource_id == node] for node in reversed(path))
        own = next((rules for rules in levels if rules), [])
    of_group = [price for price in own if price.group_ids is not None and group_id in price.group_ids]
    return of_group or [price for price in own if price.group_ids is None]


def alternative_prices(fitting: Sequence[Price]) -> list[Price]:
    """Of the rules that fit, those of which the cheapest counts: the first; and if that one is per hour or per day, the
    first of the other of these two kinds. Source: decision 23."""
    if not fitting or fitting[0].per not in BY_TIME:
        return list(fitting[:1])
    firsts = (next((price for price in fitting if price.per == per), None) for per in BY_TIME)
    return sorted((price for price in firsts if price is not None), key=fitting.index)
