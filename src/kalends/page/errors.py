"""Answers errors with a page that says what is wrong and where to go on.

Forms show what is wrong with what was sent themselves; see `handlers`.
"""

from kalends.engine.refusals import NotFound
from kalends.page.pages import draw_bare, links_below
from kalends.web import page_errors
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.page_errors import ANSWERS, error_page

KEYS = (*page_errors.KEYS, "not_offered")
"""The errors that a page tells apart: `error.KEY` is its heading, `advice.KEY` what to do."""
_OF_ACCOUNT = ("booking", "customer", "link", "service")
"""What is not found where a link is over, leads to nothing any more or does not prove whose the booking is, and where
something can't be booked."""


def answer(error: Exception, call: Call) -> Answer:
    """The page for an error, as one of no account; if it is about something of one, it leads to what can be booked, in
    the language that was chosen."""
    missing = error.what if isinstance(error, NotFound) else ""
    slug = call.path.strip("/").partition("/")[0]
    home = links_below(call, slug).to() if missing in _OF_ACCOUNT else ""

    def draw(status: int, key: str) -> Answer:
        said = "not_offered" if missing == "service" else key
        return draw_bare(call, "error.html", status=status, error=said, id=call.id, home=home)

    return error_page(error, ANSWERS, draw)
