"""Answers errors with a page that says what is wrong and where to go on; who is not logged in gets the form for that.

Forms show what is wrong with their fields themselves; see `handlers`.
"""

from kalends.console.pages import draw_bare
from kalends.engine import refusals
from kalends.web import page_errors, problems
from kalends.web.call import Call
from kalends.web.door import Answer
from kalends.web.page_errors import Answers, error_page
from kalends.web.pages import redirect

KEYS = (*page_errors.KEYS, "forbidden", "logged_out")
"""The errors that a page tells apart: `error.KEY` is its heading, `advice.KEY` what to do."""
ANSWERS: Answers = {
    **page_errors.ANSWERS,
    refusals.Unauthenticated: (401, "logged_out"),
    refusals.Forbidden: (403, "forbidden"),
    problems.CrossSite: (403, "forbidden"),
}
"""The status and key of each refusal and problem."""


def answer(error: Exception, call: Call) -> Answer:
    """The page for an error. Pages that were asked for without a login lead to the form, and from there to the page."""
    if isinstance(error, refusals.Unauthenticated) and call.method in ("GET", "HEAD"):
        return redirect(call, "/login", next=_asked_path(call))
    return error_page(
        error, ANSWERS, lambda status, key: draw_bare(call, "error.html", status=status, error=key, id=call.id)
    )


def _asked_path(call: Call) -> str:
    """The path below the console that was asked for, with its query."""
    query = call.query.decode("latin-1")
    return f"{call.path}?{query}" if query else call.path
