"""How the console draws a page: its templates, texts and files, in the language of the request."""

from pathlib import Path
from typing import Any

from kalends.console.views.frame import Frame
from kalends.console.views.menu import with_current
from kalends.notices.texts import Message, read_catalogues
from kalends.web.call import Call, call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.languages import accept_language, account_locale, first_of
from kalends.web.pages import Pages
from kalends.web.static import StaticFiles

TEXTS = read_catalogues(Path(__file__).parent / "texts")
STATIC = StaticFiles("kalends.console")
PAGES = Pages("kalends.console", TEXTS, STATIC)
language = first_of(accept_language, account_locale)
"""The language of the browser if there are texts in it, else that of the account."""


def draw(request: WebRequest, template: str, frame: Frame, *, status: int = 200, **views: Any) -> Answer:
    """A page for somebody who is logged in."""
    call = call_of(request)
    menu = with_current(frame.menu, call.path)
    return PAGES.answer(call, template, language(call), status, frame=frame, menu=menu, **views)


def draw_bare(call: Call, template: str, *, status: int = 200, **views: Any) -> Answer:
    """A page for anybody: without what only those see who are logged in."""
    return PAGES.answer(call, template, language(call), status, **views)


def text(call: Call, message: Message) -> str:
    """The message in the language of the page."""
    return TEXTS[language(call)].text(message)
