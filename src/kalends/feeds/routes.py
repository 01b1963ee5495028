"""The door: calendar feeds, which calendar programs fetch, with nothing but their secret address, every few minutes."""

from kalends.actions.bookings.feeds import draw_feed, feed_version, open_feed
from kalends.engine.refusals import Refusal
from kalends.web import problems
from kalends.web.auth import unkeyed
from kalends.web.call import Call, call_of, header
from kalends.web.door import Answer, Door, WebRequest
from kalends.web.routing import build_router

_STATUS = {
    problems.Limited: 429,
    problems.MethodNotAllowed: 405,
    problems.TimedOut: 503,
    problems.TooLarge: 413,
    problems.Unavailable: 503,
    problems.Unexpected: 500,
}
_PRIVATE = (("cache-control", "private, no-cache"), ("x-robots-tag", "noindex"))


async def show(request: WebRequest) -> Answer:
    """A feed, or 304 to who has it as it is."""
    call = call_of(request)
    ctx, feed = await open_feed(call.db, call.now, request.path_params["name"].removesuffix(".ics"))
    etag = f'"{await feed_version(ctx, feed)}"'
    headers = (("etag", etag), *_PRIVATE)
    if etag in header(call.headers, b"if-none-match"):
        return Answer(304, headers=headers)
    return Answer(200, await draw_feed(ctx, feed), "text/calendar; charset=utf-8", headers)


def answer(error: Exception, call: Call) -> Answer:
    """What a calendar program is told: a status, and a word for whoever looks."""
    usual = 404 if isinstance(error, Refusal) else 400
    retry = (("retry-after", "60"),) if isinstance(error, problems.Unavailable | problems.Limited) else ()
    status = 404 if isinstance(error, problems.RouteNotFound) else _STATUS.get(type(error), usual)
    return Answer(status, b"There is no such calendar.\n" if status == 404 else b"", "text/plain; charset=utf-8", retry)


async def no_key(_: WebRequest) -> None:
    """The secret is in the path."""
    return


router = build_router([unkeyed("GET", "/{name:str}", show)])
door = Door(name="feeds", base_path="/feeds", router=router, key_of=no_key, answer=answer, pages=True, listed=False)
