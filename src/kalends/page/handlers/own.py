"""What a visitor holds or has booked, by its link: shown, held for longer, given back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec

from kalends.actions.bookings.holds import change_hold, release_hold
from kalends.actions.bookings.own import find_own_customer
from kalends.actions.context import Context
from kalends.actions.messages.calendar import draw_booking_calendar
from kalends.engine.bookings.hold import HoldPatch, longest_hold
from kalends.engine.bookings.own import changeable, movable
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import IllegalTransition, NotFound
from kalends.notices.texts import Message
from kalends.page.chosen import sent_of
from kalends.page.held import is_hold, load_own, view_details, view_own
from kalends.page.pages import draw, links_of, words_of
from kalends.page.returning import again_path
from kalends.page.views.booking import own_paths
from kalends.page.views.faults import Fault
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit

CALENDAR = "text/calendar; charset=utf-8"
AFTER_LEAVING = timedelta(seconds=90)
_WRONG, _RIGHT = 422, 200


class Sent(msgspec.Struct, frozen=True):
    """What was sent with a form, what was wrong with its fields and with the whole of it, and what was done."""

    values: Mapping[str, str] = {}
    faults: Sequence[Fault] = ()
    problem: Message | None = None
    note: Message | None = None

    @property
    def status(self) -> int:
        """The status of the page on which the form is shown again."""
        return _WRONG if self.faults or self.problem else _RIGHT


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The form to book what is held; or the booking, or the form for its code."""
    return await draw_own(request, visit, await load_own(visit.ctx))


async def extend(request: WebRequest, visit: Visit) -> Answer:
    """Hold it for as long as if it had just been chosen; what has lapsed stays so."""
    ctx = visit.ctx
    until = ctx.now + longest_hold(ctx.principal, ctx.account.policy)
    booking = await load_own(ctx)
    with suppress(IllegalTransition, NotFound):  # the page shows how it is
        await change_hold(ctx, booking.booking.id, HoldPatch(until=until))
    return redirect(call_of(request), links_of(request, visit).to(f"/h/{request.path_params['secret']}"))


async def release(request: WebRequest, visit: Visit) -> Answer:
    """Give it back and go to the times of the service. What is booked already stays."""
    ctx = visit.ctx
    booking = await load_own(ctx)
    if is_hold(booking) and _state(booking, ctx) == "awaiting_confirmation":
        await release_hold(ctx, booking.booking.id)
    paths = own_paths(links_of(request, visit), request.path_params["secret"], booking, sent_of(booking))
    return redirect(call_of(request), paths.times)


async def leave(request: WebRequest, visit: Visit) -> Answer:
    """The page is left: hold it just long enough for who opens it again at once."""
    ctx = visit.ctx
    booking = await load_own(ctx)
    soon = ctx.now + AFTER_LEAVING
    if is_hold(booking) and (booking.items[0].item.expires_at or soon) > soon:
        with suppress(IllegalTransition, NotFound):
            await change_hold(ctx, booking.booking.id, HoldPatch(until=soon))
    return Answer(204)


async def calendar(request: WebRequest, visit: Visit) -> Answer:
    """The booking as a file for calendars."""
    booking = await load_own(visit.ctx)
    content = await draw_booking_calendar(visit.ctx, booking.booking.id)
    return Answer(200, content, CALENDAR, (("content-disposition", "attachment; filename=booking.ics"),))


async def draw_own(
    request: WebRequest, visit: Visit, booking: BookingWithItems, sent: Sent | None = None, *, secret: str = ""
) -> Answer:
    """The page about a hold or a booking, by what is to be done next. `secret` is that of its link, if the request came
    without."""
    sent = sent or Sent()
    words = words_of(request, visit)
    paths = own_paths(links_of(request, visit), secret or request.path_params["secret"], booking, sent_of(booking))
    shown: dict[str, Any] = {
        "paths": paths,
        "problem": sent.problem,
        "note": sent.note,
        "status": sent.status,
        "at": paths.own,
    }
    if is_hold(booking):
        view, details = await view_details(visit, booking, sent.values, words, sent.faults)
        return draw(request, visit, "details.html", booking=view, details=details, **shown)
    view = await view_own(visit.ctx, booking, words)
    template = "code.html" if _state(booking, visit.ctx) == "awaiting_verification" else "done.html"
    return draw(
        request,
        visit,
        template,
        booking=view,
        faults=sent.faults,
        terms=visit.page.cancellation_terms,
        may_move=movable(booking, visit.page, visit.ctx.now) is not None,
        may_cancel=bool(changeable(booking, visit.page, visit.ctx.now)),
        is_known=await find_own_customer(visit.ctx, booking.booking.id) is not None,
        again=again_path(links_of(request, visit), secret or request.path_params["secret"], booking),
        **shown,
    )


def _state(booking: BookingWithItems, ctx: Context) -> str:
    return state_at(booking.items[0].item, ctx.now)
