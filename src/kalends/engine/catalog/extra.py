"""Extras: inventory and added services that are booked together with an item."""

from collections.abc import Iterable

import msgspec


class Extra(msgspec.Struct, frozen=True):
    """Units of an inventory resource, claimed for as long as the item lasts, or of an added service.

    Exactly one of `resource_id` and `service_id` is set.
    """

    units: int
    resource_id: int | None = None
    service_id: int | None = None


def combined(extras: Iterable[Extra]) -> tuple[Extra, ...]:
    """The extras with the units of each resource or service added up, in order of first mention."""
    totals: dict[tuple[int | None, int | None], int] = {}
    for extra in extras:
        ids = extra.resource_id, extra.service_id
        totals[ids] = totals.get(ids, 0) + extra.units
    return tuple(Extra(units, *ids) for ids, units in totals.items())
