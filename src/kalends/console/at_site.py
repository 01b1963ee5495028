"""What every page about a site goes by: the site itself, its clock, and how its dates are written."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.context import Context
from kalends.console.pages import language, text
from kalends.console.shown_sites import shown_sites
from kalends.console.views.frame import Frame, frame_of
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.site import Site
from kalends.engine.refusals import NotFound
from kalends.engine.time.clock import zone
from kalends.engine.time.span import Span
from kalends.notices.messages.language import MessageLanguage, message_language
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import WebRequest


class AtSite(msgspec.Struct, frozen=True):
    """A site and its zone, and the account's. `words` writes dates, hours and amounts in the language of the page,
    `say` its texts."""

    site: Site
    zone: ZoneInfo
    account_zone: ZoneInfo
    words: MessageLanguage
    frame: Frame
    say: Callable[[Message], str]

    @property
    def path(self) -> str:
        """The path of the site below the console."""
        return f"/sites/{self.site.id}"

    def path_of(self, view: ItemView) -> str:
        """The path of an item's panel, which is at the site where it takes place."""
        return f"/sites/{view.site_id or self.site.id}/items/{view.item.id}"

    def when(self, view: ItemView) -> str:
        """When an item takes place, by the clock of where it does; if that is another clock, it is named."""
        there = self._zone_of(view)
        return self._by(there, self.words.when(Span(view.item.starts_at, view.item.ends_at), there))

    def starts(self, view: ItemView) -> str:
        """When an item starts, likewise, in a line that must be short."""
        there = self._zone_of(view)
        return self._by(there, self.words.brief(view.item.starts_at.astimezone(there)))

    def _zone_of(self, view: ItemView) -> ZoneInfo:
        return self.zone if view.site_id in (None, self.site.id) else view.zone(self.account_zone)

    def _by(self, there: ZoneInfo, when: str) -> str:
        return when if there.key == self.zone.key else f"{when}, {self.words.zone_name(there)}"


async def at_site(request: WebRequest, ctx: Context) -> AtSite:
    """The site that the path names. Raises NotFound(site)."""
    site_id, call = request.path_params["site_id"], call_of(request)
    shown = await shown_sites(ctx, site_id)
    site = next((each for each in shown if each.id == site_id), None)
    if site is None:
        raise NotFound("site", site_id)
    words = message_language(language(call), site.country or ctx.account.country)
    frame = frame_of(ctx, shown, site)
    return AtSite(site, zone(site.time_zone), ctx.zone, words, frame, lambda message: text(call, message))
