"""Extras: what goes with an item beside its resource."""

from collections.abc import Iterable

import msgspec


class Extra(msgspec.Struct, frozen=True):
    """Units of an inventory, which is a resource and is claimed as long as the item lasts, or of an added service.

    Exactly one of `resource_id` and `service_id` is named.
    """

    units: int
    resource_id: int | None = None
    service_id: int | None = None


def combined(extras: Iterable[Extra]) -> tuple[Extra, ...]:
    """The same extras, each thing named once with all its units."""
    units: dict[tuple[int | None, int | None], int] = {}
    for extra in extras:
        thing = extra.resource_id, extra.service_id
        units[thing] = units.get(thing, 0) + extra.units
    return tuple(Extra(count, *thing) for thing, count in units.items())
