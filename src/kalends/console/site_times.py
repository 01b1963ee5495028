"""How screens about a site write dates and times: by its clock."""

import msgspec

from kalends.actions.context import Context
from kalends.console.pages import language
from kalends.console.views.times import Times, times_of
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import zone
from kalends.web.call import call_of
from kalends.web.door import WebRequest


def times_at(request: WebRequest, ctx: Context, site: Site) -> Times:
    """How a page writes dates and times by the clock of a site."""
    return msgspec.structs.replace(times_of(ctx, language(call_of(request))), zone=zone(site.time_zone))
