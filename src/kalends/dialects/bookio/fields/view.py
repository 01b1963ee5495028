"""The door's name, and the context of requests and responses: the facilities, with their zones, and the language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Codec, WireContext, moment
from kalends.engine.catalog.site import Site
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import to_wall, zone
from kalends.web.call import call_of
from kalends.web.door import WebRequest
from kalends.web.languages import first_of, parameter

DOOR = "bookio"
"""The door's name: keys are made for it, and `details` store under it what only this door knows."""

language = first_of(parameter("lang"))
"""The language of a request: that of its parameter `lang`, else English. Source: Bookio reference, introduction."""


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone, the moment of the request, the facilities by id, and the language of texts."""

    sites: Mapping[int, Site] = {}
    language: str = "en"

    def zone_of(self, site_id: int | None) -> ZoneInfo:
        """The zone of a facility; the account's for what is at none."""
        site = self.sites.get(site_id or 0)
        return zone(site.time_zone) if site else self.zone

    def site(self, site_id: int) -> Site:
        """A facility. Raises NotFound(site)."""
        if site_id not in self.sites:
            raise NotFound("site", site_id)
        return self.sites[site_id]


async def load_context(request: WebRequest, ctx: Context) -> RenderContext:
    """The context of a request, with the facilities that its token was given."""
    sites = {site.id: site for site in await list_sites(ctx)}
    return RenderContext(ctx.zone, ctx.now, sites=sites, language=language(call_of(request)))


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time as the wire has it, without offset: `2018-06-29T12:00:00`."""
    return to_wall(at, zone).isoformat(timespec="seconds")


def local_writer(
    value_of: Callable[[Any], datetime | None], site_of: Callable[[Any], int | None]
) -> Callable[[RenderContext], Callable[[Any], str | None]]:
    """The maker of a Computed field with a time of a row, in the zone of the row's facility."""

    def bind(context: RenderContext) -> Callable[[Any], str | None]:
        def write(row: Any) -> str | None:
            at = value_of(row)
            return None if at is None else local(at, context.zone_of(site_of(row)))

        return write

    return bind


local_time = Codec(moment.read)
"""A time in requests: in the zone of the facility, unless it brings an offset; a date is its midnight."""
