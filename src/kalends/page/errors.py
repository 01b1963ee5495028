"""Answers errors with a page that says what is wrong and where to go on.

Forms show what is wrong with what was sent themselves; see `handlers`.
"""

from kalends.page.pages import draw_bare
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.page_errors import ANSWERS, KEYS, error_page

__all__ = ["ANSWERS", "KEYS"]


def answer(error: Exception, call: Call) -> Answer:
    """The page for an error, as one of no account."""
    return error_page(
        error, ANSWERS, lambda status, key: draw_bare(call, "error.html", status=status, error=key, id=call.id)
    )
