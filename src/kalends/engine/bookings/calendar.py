"""What takes place at a site within some time: items and sessions, on its resources."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from kalends.engine.bookings.views import ItemView, SessionWithSeats
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.time.span import Span, Spans


class CalendarQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: the time, and on which resources; None is all. `without_resource`: also sessions that take no
    resource. `without_time`: also what takes no time, as it is a draft, was cancelled or declined, or has expired."""

    window: Span
    resource_ids: frozenset[int] | None = None
    without_resource: bool = True
    without_time: bool = False


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """A time that an item or a session takes so many units of a resource, with its buffers."""

    resource_id: int
    span: Span
    units: int
    item_id: int | None = None
    session_id: int | None = None


class SiteCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A site within `window`. `resources` are those asked for, in the order of display, `related` also those that these
    are parts of or that are parts of these, by id.

    `names`: the titles of all active resources of the site, by id. `open`: when each resource is open, by its id.
    `claims`: what takes the resources and those related to them. `items`, `sessions`: by id; seats are left out, their
    sessions stand for them.
    """

    site: Site
    zone: ZoneInfo
    window: Span
    resources: tuple[Resource, ...]
    related: Mapping[int, Resource]
    names: Mapping[int, str]
    open: Mapping[int, Spans]
    claims: tuple[Claimed, ...]
    items: Mapping[int, ItemView]
    sessions: Mapping[int, SessionWithSeats]
