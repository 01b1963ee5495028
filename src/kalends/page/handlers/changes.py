"""Customers cancel or move what they have booked, by their link. Links only show; what is done is sent by a form, as
programs that look through mail follow links."""

import msgspec

from kalends.actions.bookings.own import cancel_own, move_own
from kalends.engine.accounts.booking_page import BookingPage
from kalends.engine.bookings.own import changeable, movable
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.refusals import IllegalTransition, Refusal
from kalends.notices.texts import Message
from kalends.page.choices import Choices, load_choices
from kalends.page.chosen import on_day, read_chosen
from kalends.page.handlers.holds import is_taken
from kalends.page.handlers.own import Sent, draw_own
from kalends.page.handlers.times import Again, draw_times
from kalends.page.held import load_own, view_own
from kalends.page.pages import draw, links_of, words_of
from kalends.page.views.booking import own_paths
from kalends.web.body import read_form, read_query
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit

TOO_LATE = Message("changes.too_late")


async def ask_to_cancel(request: WebRequest, visit: Visit) -> Answer:
    """What is cancelled, and on which terms, with the button that does it."""
    booking = await load_own(visit.ctx)
    if not changeable(booking, visit.page, visit.ctx.now):
        return await draw_own(request, visit, booking, Sent(problem=TOO_LATE))
    words = words_of(request, visit)
    return draw(
        request,
        visit,
        "cancel.html",
        booking=await view_own(visit.ctx, booking, words),
        paths=own_paths(links_of(request, visit), request.path_params["secret"], booking, {}),
        terms=visit.page.cancellation_terms,
    )


async def cancel(request: WebRequest, visit: Visit) -> Answer:
    """Cancel it, and show that it is."""
    sent, booking = dict(await read_form(request)), await load_own(visit.ctx)
    try:
        await cancel_own(visit.ctx, booking.booking.id, sent.get("reason", "").strip()[:LONGEST_LINE])
    except IllegalTransition:
        return await draw_own(request, visit, await load_own(visit.ctx), Sent(problem=TOO_LATE))
    return _to_own(request, visit)


async def show_times(request: WebRequest, visit: Visit) -> Answer:
    """The times to which it can be moved. Until one is chosen, it stays where it is."""
    booking, choices = await _to_move(request, visit, dict(read_query(request)))
    if choices is None:
        return await draw_own(request, visit, booking, Sent(problem=TOO_LATE))
    return await draw_times(request, visit, choices, Again(), moved=booking)


async def move(request: WebRequest, visit: Visit) -> Answer:
    """Move it and show it, or show the times again if the new one is taken: the old one is kept."""
    sent = dict(await read_form(request))
    booking, choices = await _to_move(request, visit, sent)
    if choices is None:
        return await draw_own(request, visit, booking, Sent(problem=TOO_LATE))
    chosen = read_chosen(sent.get("start", ""))
    if chosen is None:
        return await draw_times(request, visit, choices, Again(Message("times.too_old")), moved=booking)
    try:
        await move_own(
            visit.ctx,
            booking.items[0].item.id,
            starts_at=chosen.starts_at,
            resource_id=chosen.resource_id or choices.resource_id,
            session_id=chosen.session_id,
        )
    except IllegalTransition:
        return await draw_own(request, visit, await load_own(visit.ctx), Sent(problem=TOO_LATE))
    except Refusal as refusal:
        if not is_taken(refusal):
            raise
        again = Again(Message("changes.kept"), chosen=chosen)
        return await draw_times(request, visit, on_day(choices, chosen, visit.ctx), again, moved=booking)
    return _to_own(request, visit)


async def _to_move(request: WebRequest, visit: Visit, sent: dict[str, str]) -> tuple[BookingWithItems, Choices | None]:
    """The booking, and what may be chosen instead; None if it can't be moved (any more)."""
    booking = await load_own(visit.ctx)
    view = movable(booking, visit.page, visit.ctx.now)
    if view is None or view.item.service_id is None:
        return booking, None
    choices = await load_choices(visit.ctx, BookingPage(), view.item.service_id, {**sent, "units": ""})
    below = f"/h/{request.path_params['secret']}/move"
    return booking, msgspec.structs.replace(choices, units=view.item.units, below=below)


def _to_own(request: WebRequest, visit: Visit) -> Answer:
    return redirect(call_of(request), links_of(request, visit).to(f"/h/{request.path_params['secret']}"))
