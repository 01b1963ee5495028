"""Routes of pages that anybody may look at, without a login: those of an account's booking page, and those with a link.

No cookie is set: what a visitor has chosen is in the address or in the form, and what they hold or have booked is
theirs by the secret of a link (see actions/bookings/guest_links.py), which is in the address too.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import msgspec

from kalends.actions.accounts.booking_page import enter_page, get_booking_page
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.context import Context
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.refusals import Forbidden, NotFound, Unauthenticated
from kalends.store.db import Db, connection
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.reads import can_read_standby, read_standby
from kalends.web.routing import Endpoint, Method


class Visit(msgspec.Struct, frozen=True):
    """Somebody on the booking page of an account: the context of what they do, and the page."""

    ctx: Context
    page: BookingPage


VisitHandler: TypeAlias = Callable[[WebRequest, Visit], Awaitable[Answer]]


def visitor_route(methods: Method | Sequence[Method], path: str, handler: VisitHandler) -> Endpoint:
    """A route of the booking page of the account that `{slug}` in the path names.

    What is asked with GET is read from a standby, as with `keyed`. When called it raises NotFound(account), also if its
    page is not active, and the errors of the handler.
    """
    return _route(methods, path, handler, _visit)


def link_route(methods: Method | Sequence[Method], path: str, handler: VisitHandler) -> Endpoint:
    """A route for the holder of a link to something of the account that `{slug}` names; `{secret}` is the link's.

    When called it raises NotFound(link) for one that is unknown, over, or of another account or door, and the errors of
    the handler.
    """
    return _route(methods, path, handler, _follow)


def _route(
    methods: Method | Sequence[Method],
    path: str,
    handler: VisitHandler,
    enter: Callable[[WebRequest, Db], Awaitable[Visit]],
) -> Endpoint:
    async def enter_and_handle(request: WebRequest) -> Answer:
        call = call_of(request)
        call.operation = request.scope["path_template"]
        await request.body()  # first, so that a slow sender does not hold a connection to the database
        async with connection(call.db) as db:
            visit = await enter(request, db)
            call.locale, call.frame_origins = visit.ctx.account.locale, visit.page.frame_origins
            if not await can_read_standby(request, visit.ctx):
                return await handler(request, visit)

        async def handle(request: WebRequest, ctx: Context) -> Answer:
            return await handler(request, msgspec.structs.replace(visit, ctx=ctx))

        return await read_standby(request, visit.ctx, handle)

    return Endpoint(methods, path, enter_and_handle)


async def _visit(request: WebRequest, db: Db) -> Visit:
    call = call_of(request)
    return Visit(*await enter_page(db, call.now, call.door.name, request.path_params["slug"]))


async def _follow(request: WebRequest, db: Db) -> Visit:
    call, slug = call_of(request), request.path_params["slug"]
    try:
        ctx = await authenticate_secret(db, call.now, call.door.name, request.path_params["secret"])
    except (Unauthenticated, Forbidden):
        raise NotFound("link") from None
    if ctx.account.slug != slug or ctx.principal.kind != "guest":
        raise NotFound("link")
    return Visit(ctx, await get_booking_page(ctx))
