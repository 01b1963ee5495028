"""Groups a booking's instances by main resource, and labels the part that each of them takes."""

from collections.abc import Iterable, Mapping

from kalends.dialects.locaboo.fields.view import RenderContext
from kalends.dialects.locaboo.fields.wall import wall_end, wall_start
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource

Titles = Mapping[int, str]
"""The titles of all resources of an account, by id."""


def label(resource: Resource, titles: Titles) -> str:
    """The titles from the main resource down to this one: `Parent > Part`."""
    return " > ".join(titles.get(resource_id, "") for resource_id in resource.path)


def by_main_resource(views: Iterable[ItemView]) -> dict[int, list[tuple[ItemView, Resource]]]:
    """The items with their resources, by the id of the main resource. Items without a resource are left out."""
    instances: dict[int, list[tuple[ItemView, Resource]]] = {}
    for view in views:
        if view.resource is not None:
            instances.setdefault(view.resource.path[0], []).append((view, view.resource))
    return instances


def times(view: ItemView, context: RenderContext, format_: str) -> dict[str, str]:
    """`from` and `to` of an instance, by the clock where it is."""
    zone = context.zone_of(view.item.resource_id)
    return {"from": wall_start(view.item.starts_at, zone, format_), "to": wall_end(view.item.ends_at, zone, format_)}
