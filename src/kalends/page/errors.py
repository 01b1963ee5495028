"""Answers errors with a page that says what is wrong and where to go on.

Forms show what is wrong with what was sent themselves; see `handlers`.
"""

from kalends.engine.refusals import NotFound
from kalends.page.pages import draw_bare
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.page_errors import ANSWERS, error_page

_BEHIND_LINKS = ("link", "booking")
"""What is not found where a link is over, or leads to nothing any more."""


def answer(error: Exception, call: Call) -> Answer:
    """The page for an error, as one of no account; from a link that is over it leads to what can be booked."""
    is_of_link = isinstance(error, NotFound) and error.what in _BEHIND_LINKS
    home = "/" + call.path.strip("/").partition("/")[0] if is_of_link else ""
    return error_page(
        error,
        ANSWERS,
        lambda status, key: draw_bare(call, "error.html", status=status, error=key, id=call.id, home=home),
    )
