"""A site: where it is, what time it is there, and what can be booked."""

from collections.abc import Iterator, Sequence

import msgspec

from kalends.actions.context import Context
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import zone
from kalends.notices.messages.language import message_language


class ResourceRow(msgspec.Struct, frozen=True):
    """A resource; `kind` is the key of a text, `level` how deep it is within others, from 0 on."""

    title: str
    kind: str
    capacity: int
    level: int


class SiteView(msgspec.Struct, frozen=True):
    """The site; `date` and `time` are those of its own clock, `zone` the name of its zone.

    `may_manage`: whether the user may set up what can be booked.
    """

    name: str
    address: str
    phone: str
    email: str
    date: str
    time: str
    zone: str
    resources: tuple[ResourceRow, ...]
    may_manage: bool


def site_view(site: Site, resources: Sequence[Resource], ctx: Context, language: str) -> SiteView:
    """The site as the page shows it; `resources` may have those of other sites, which are left out."""
    words = message_language(language, site.country or ctx.account.country)
    own_zone = zone(site.time_zone)
    now = ctx.now.astimezone(own_zone)
    place = " ".join(part for part in (site.postcode, site.city) if part)
    return SiteView(
        name=site.name,
        address=", ".join(part for part in (site.street, place) if part),
        phone=site.phone,
        email=site.email,
        date=words.day(now),
        time=words.hour(now),
        zone=words.zone_name(own_zone),
        resources=tuple(_rows([each for each in resources if each.site_id == site.id], None)),
        may_manage="manage" in ctx.principal.scopes,
    )


def _rows(resources: Sequence[Resource], parent_id: int | None) -> Iterator[ResourceRow]:
    """The resources in this one, or those in none, each followed by its parts."""
    for resource in (each for each in resources if each.parent_id == parent_id):
        level = len(resource.path) - 1
        yield ResourceRow(resource.title, f"kind.{resource.kind}", resource.capacity, level)
        yield from _rows(resources, resource.id)
