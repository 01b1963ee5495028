"""How the booking page draws its pages: its templates, texts and files, in the language that a visitor chose, else in
that of the browser, else in the account's."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from kalends.engine.accounts.booking_page import BookingPage
from kalends.notices.messages.language import MessageLanguage, message_language
from kalends.notices.texts import language_of_tag, read_catalogues
from kalends.page.views.frame import Frame, bare_frame, frame_of
from kalends.page.views.links import Links
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.languages import accept_language, account_locale, first_of, parameter
from kalends.web.pages import Pages
from kalends.web.static import StaticFiles
from kalends.web.visitors import Visit

TEXTS = read_catalogues(Path(__file__).parent / "texts")
STATIC = StaticFiles("kalends.page")
PAGES = Pages("kalends.page", TEXTS, STATIC)
THEMES = ("light", "dark")
"""What a page can be shown in, whatever the screen of the visitor is set to."""
language = first_of(parameter("lang"), accept_language, account_locale)


def draw(request: WebRequest, visit: Visit, template: str, *, status: int = 200, at: str = "", **views: Any) -> Answer:
    """A page of an account. `at` is its path, if it is not the one that was asked for."""
    call = call_of(request)
    frame = frame_of(visit.ctx.account, visit.page, at or call.path, links_of(request, visit), language(call))
    return _draw(call, template, frame, visit.page, status, **views)


def draw_bare(call: Call, template: str, *, status: int = 200, **views: Any) -> Answer:
    """A page of no account. Pages that may show those of the account that was asked for may show it too."""
    return _draw(
        call, template, bare_frame(_theme(call)), BookingPage(frame_origins=call.frame_origins), status, **views
    )


def links_of(request: WebRequest, visit: Visit) -> Links:
    """Links below the account's page, as `links_below` makes them."""
    return links_below(call_of(request), visit.ctx.account.slug)


def links_below(call: Call, slug: str) -> Links:
    """Links below the page of the account with this slug, which keep the language that the visitor chose and the theme
    of the page that it is shown in."""
    return Links(slug, parameter("lang")(call) or "", _theme(call))


def _theme(call: Call) -> str:
    theme = dict(parse_qsl(call.query.decode("latin-1"))).get("theme", "")
    return theme if theme in THEMES else ""


def words_of(request: WebRequest, visit: Visit) -> MessageLanguage:
    """How dates and hours are written on the page."""
    account = visit.ctx.account
    is_own = language_of_tag(account.locale) == language(call_of(request))
    return message_language(account.locale if is_own else language(call_of(request)), account.country)


def _draw(call: Call, template: str, frame: Frame, page: BookingPage, status: int, **views: Any) -> Answer:
    origins = ("'self'", *page.frame_origins)
    return PAGES.answer(call, template, language(call), status, frame_origins=origins, frame=frame, **views)
