"""How a booking's instances are told: by the main resource that they are in, each with the part that it takes."""

from collections.abc import Iterable, Mapping

from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource

Titles = Mapping[int, str]
"""The titles of all resources of an account, by id."""


def label(resource: Resource, titles: Titles) -> str:
    """`Parent > Part` for a part, the title for what is part of nothing."""
    return " > ".join(titles.get(node, "") for node in resource.path)


def by_main_resource(entries: Iterable[ItemView]) -> dict[int, list[tuple[ItemView, Resource]]]:
    """The instances with their resources, by the ids of the main ones in the order of the instances.

    What takes no resource is no instance.
    """
    found: dict[int, list[tuple[ItemView, Resource]]] = {}
    for entry in entries:
        if entry.resource is not None:
            found.setdefault(entry.resource.path[0], []).append((entry, entry.resource))
    return found
