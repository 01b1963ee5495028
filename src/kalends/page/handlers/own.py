"""What a visitor holds or has booked, by its link: shown, held for longer, given back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec

from kalends.actions.bookings.holds import change_hold, release_hold
from kalends.actions.bookings.own import find_own_customer, give_up_own
from kalends.actions.context import Context
from kalends.actions.messages.calendar import draw_booking_calendar
from kalends.engine.bookings.hold import HoldPatch, longest_hold
from kalends.engine.bookings.own import changeable, movable
from kalends.engine.bookings.states import is_active, state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import IllegalTransition, NotFound, Stale
from kalends.engine.time.clock import wall
from kalends.notices.texts import Message
from kalends.page.choices import origin_of
from kalends.page.chosen import sent_of
from kalends.page.held import is_hold, load_own, view_details, view_own
from kalends.page.pages import draw, links_of, words_of
from kalends.page.returning import again_path
from kalends.page.views.booking import own_paths
from kalends.page.views.faults import Fault
from kalends.page.views.moves import move_views
from kalends.page.views.time_of_booking import zone_of
from kalends.web.body import read_query
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit

CALENDAR = "text/calendar; charset=utf-8"
AFTER_LEAVING = timedelta(seconds=90)
DONE = "done"
"""The parameter that says what was done just now."""
_NOTES = {"moved": Message("changes.moved"), "corrected": Message("changes.corrected")}
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
    booking, done = await load_own(visit.ctx), dict(read_query(request)).get(DONE, "")
    is_asked_for = done == "moved" and _state(booking, visit.ctx) != "confirmed"
    return await draw_own(request, visit, booking, Sent(note=None if is_asked_for else _NOTES.get(done)))


async def extend(request: WebRequest, visit: Visit) -> Answer:
    """Hold it for as long as if it had just been chosen; what has lapsed stays so."""
    ctx = visit.ctx
    until = ctx.now + longest_hold(ctx.principal, ctx.account.policy)
    booking = await load_own(ctx)
    with suppress(IllegalTransition, NotFound):  # the page shows how it is
        await change_hold(ctx, booking.booking.id, HoldPatch(until=until))
    return redirect(call_of(request), links_of(request, visit).to(f"/h/{request.path_params['secret']}"))


async def release(request: WebRequest, visit: Visit) -> Answer:
    """Give back what is held or awaits its code, and go to the times of the service. What is booked already, perhaps at
    the same moment, stays and is shown."""
    links, secret = links_of(request, visit), request.path_params["secret"]
    try:
        booking = await _give_back(visit.ctx)
    except (IllegalTransition, NotFound, Stale):
        return redirect(call_of(request), links.to(f"/h/{secret}"))
    return redirect(call_of(request), own_paths(links, secret, booking, _chosen(booking, visit.ctx, {})).times)


async def _give_back(ctx: Context) -> BookingWithItems:
    """Returns what is given back. Raises IllegalTransition for what is booked, also meanwhile, NotFound, Stale."""
    booking = await load_own(ctx)
    state = _state(booking, ctx)
    if state == "awaiting_verification":
        await give_up_own(ctx, booking.booking.id)
    elif is_hold(booking) and state == "awaiting_confirmation":
        await release_hold(ctx, booking.booking.id)
    elif is_active(booking.items[0].item, ctx.now):
        raise IllegalTransition(state, "cancel")
    return booking


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
    links, secret = links_of(request, visit), secret or request.path_params["secret"]
    paths = own_paths(links, secret, booking, _chosen(booking, visit.ctx, sent.values))
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
    groups = movable(booking, visit.page, visit.ctx.now)
    is_known = await find_own_customer(visit.ctx, booking.booking.id) is not None
    template = "code.html" if _state(booking, visit.ctx) == "awaiting_verification" else "done.html"
    return draw(
        request,
        visit,
        template,
        booking=view,
        faults=sent.faults,
        terms=visit.page.cancellation_terms,
        moves=move_views(groups, booking, view.times, links, secret, with_names=is_known),
        may_cancel=bool(changeable(booking, visit.page, visit.ctx.now)),
        is_known=is_known,
        again=await again_path(visit.ctx, links, secret, booking) if is_known else "",
        **shown,
    )


def _chosen(booking: BookingWithItems, ctx: Context, sent: Mapping[str, str]) -> dict[str, str]:
    """The parameters with which another time is chosen: what was chosen, that day, and whence the visitor comes."""
    first = booking.items[0]
    day = wall(first.item.starts_at, zone_of(first, ctx))[0]
    return {**sent_of(booking), **origin_of(sent), "day": str(day)}


def _state(booking: BookingWithItems, ctx: Context) -> str:
    return state_at(booking.items[0].item, ctx.now)
