"""What every page about a site goes by: the site itself, its clock, and how its dates are written."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.console.pages import language, text
from kalends.console.shown_sites import shown_sites
from kalends.console.views.frame import Frame, frame_of
from kalends.engine.catalog.site import Site
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import zone
from kalends.notices.messages.language import MessageLanguage, message_language
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import WebRequest


class AtSite(msgspec.Struct, frozen=True):
    """A site and its zone. `words` writes dates, hours and amounts in the language of the page, `say` its texts."""

    site: Site
    zone: ZoneInfo
    words: MessageLanguage
    frame: Frame
    say: Callable[[Message], str]

    @property
    def path(self) -> str:
        """The path of the site below the console."""
        return f"/sites/{self.site.id}"


async def at_site(request: WebRequest, ctx: Context) -> AtSite:
    """The site that the path names. Raises NotFound(site)."""
    site_id, call = request.path_params["site_id"], call_of(request)
    shown = await shown_sites(ctx, site_id)
    site = next((each for each in shown if each.id == site_id), None)
    if site is None:
        raise NotFound("site", site_id)
    words = message_language(language(call), site.country or ctx.account.country)
    return AtSite(site, zone(site.time_zone), words, frame_of(ctx, shown, site), lambda message: text(call, message))
