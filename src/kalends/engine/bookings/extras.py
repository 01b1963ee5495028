"""Checks the extras of lines and items: inventories and added services, and their units."""

from collections.abc import Collection, Iterable

from kalends.engine.all_refusals import Named, check_found
from kalends.engine.bookings.references import References
from kalends.engine.catalog.add_on import goes_with
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.limits import MOST_UNITS
from kalends.engine.refusals import Fault, Invalid


def check_extras(extras: Collection[Extra], resource: Resource, references: References) -> None:
    """Whether each extra can be booked with a resource. An extra of a whole is also one of its parts.

    Raises NotFound(resource, service), Invalid(extras: not_served).
    """
    check_found(*ids_of_extras(extras, references))
    for extra in extras:
        if extra.resource_id is not None:
            served = _goes_with(references.resources[extra.resource_id], resource, references)
        else:
            product = references.services.get(extra.service_id or 0)
            served = product is not None and _is_sold_with(product, resource, references)
        if not served:
            raise Invalid(Fault("extras", "not_served"))


def has_extras(resource: Resource, extras: Iterable[Extra], references: References) -> bool:
    """Whether a resource is one with which all these extras can be booked."""
    try:
        check_extras(tuple(extras), resource, references)
    except Invalid:
        return False
    return True


def ids_of_extras(extras: Collection[Extra], references: References) -> tuple[Named, Named]:
    """The inventories and services that extras name, to check whether they are there."""
    return (
        ("resource", [extra.resource_id for extra in extras], references.resources),
        ("service", [extra.service_id for extra in extras], references.services),
    )


def units_faults(field: str, units: int) -> list[Fault]:
    """What is wrong with a number of units: not_positive, out_of_range."""
    if 1 <= units <= MOST_UNITS:
        return []
    return [Fault(field, "not_positive" if units < 1 else "out_of_range")]


def extras_faults(extras: Iterable[Extra]) -> list[Fault]:
    """What is wrong with extras, each reason once: invalid (not exactly one id), not_positive, out_of_range (units)."""
    faults = []
    for extra in extras:
        if (extra.resource_id is None) == (extra.service_id is None):
            faults.append(Fault("extras", "invalid"))
        faults += units_faults("extras", extra.units)
    return distinct_faults(faults)


def distinct_faults(faults: Iterable[Fault]) -> list[Fault]:
    """The faults, each once, in a fixed order."""
    by_key = {(fault.field, fault.reason): fault for fault in faults}
    return [by_key[key] for key in sorted(by_key)]


def _goes_with(inventory: Resource, resource: Resource, references: References) -> bool:
    if inventory.kind != "inventory" or not inventory.active or inventory.id in resource.path:
        return False
    return goes_with(resource, references.goes_with.get(inventory.id))


def _is_sold_with(product: Service, resource: Resource, references: References) -> bool:
    if product.kind != "product" or not product.active:
        return False
    assigned = {override.resource_id for override in references.overrides.get(product.id, ())}
    return goes_with(resource, None if product.served_by_all else assigned)
