"""Customers cancel or move what they have booked, by their link. Links only show; what is done is sent by a form, as
programs that look through mail follow links."""

from collections.abc import Mapping

import msgspec

from kalends.actions.bookings.move_own import move_own
from kalends.actions.bookings.own import cancel_own
from kalends.actions.context import Context
from kalends.engine.bookings.own import Movable, changeable, find_movable, movable
from kalends.engine.bookings.states import is_active
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import IllegalTransition, Invalid, Refusal
from kalends.notices.texts import Message
from kalends.page.chosen import chosen_of, on_day, read_chosen
from kalends.page.handlers.courses import draw_courses
from kalends.page.handlers.holds import is_taken
from kalends.page.handlers.own import DONE, Sent, draw_own
from kalends.page.handlers.times import Again, draw_times
from kalends.page.held import load_own, view_own
from kalends.page.moving import choices_to_move, place_of
from kalends.page.pages import draw, links_of, words_of
from kalends.page.views.booking import own_paths
from kalends.page.views.details import faults_of
from kalends.web.body import read_form, read_query
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit


async def ask_to_cancel(request: WebRequest, visit: Visit) -> Answer:
    """What is cancelled, and on which terms, with the button that does it."""
    booking = await load_own(visit.ctx)
    if not changeable(booking, visit.page, visit.ctx.now):
        return await draw_own(request, visit, booking, _too_late(booking, visit.ctx))
    return await _draw_cancel(request, visit, booking, Sent())


async def cancel(request: WebRequest, visit: Visit) -> Answer:
    """Cancel it, and show that it is, or say what is wrong with the reason."""
    sent, booking = dict(await read_form(request)), await load_own(visit.ctx)
    try:
        await cancel_own(visit.ctx, booking.booking.id, sent.get("reason", "").strip())
    except Invalid as refusal:
        return await _draw_cancel(request, visit, booking, Sent(sent, faults_of(refusal, ())))
    except IllegalTransition:
        booking = await load_own(visit.ctx)
        return await draw_own(request, visit, booking, _too_late(booking, visit.ctx))
    return _to_own(request, visit)


async def show_times(request: WebRequest, visit: Visit) -> Answer:
    """The times to which something can be moved. Until one is chosen, it stays where it is."""
    query = dict(read_query(request))
    booking, moved = await _find(request, visit)
    if moved is None:
        return await _refuse(request, visit, booking)
    return await _draw(request, visit, booking, moved, query, Again(at=query.get("at", "")))


async def move(request: WebRequest, visit: Visit) -> Answer:
    """Move it and show it, or show the times again if the new one is taken: the old one is kept."""
    sent = dict(await read_form(request))
    booking, moved = await _find(request, visit)
    if moved is None:
        return await _refuse(request, visit, booking)
    chosen = read_chosen(sent.get("start", ""))
    if chosen is None:
        return await _draw(request, visit, booking, moved, sent, Again(Message("times.too_old")))
    choices = await choices_to_move(visit.ctx, moved, sent, request.path_params["secret"])
    try:
        await move_own(visit.ctx, booking.booking.id, moved.name, place_of(choices, chosen))
    except IllegalTransition:
        return await _refuse(request, visit, await load_own(visit.ctx))
    except Refusal as refusal:
        if not is_taken(refusal):
            raise
        return await _draw(request, visit, booking, moved, sent, Again(Message("changes.kept"), chosen=chosen))
    return _to_own(request, visit, **{DONE: "moved"})


async def _find(request: WebRequest, visit: Visit) -> tuple[BookingWithItems, Movable | None]:
    """The booking, and what of it the path names, or all of it; None if that can't be moved (any more)."""
    booking = await load_own(visit.ctx)
    return booking, find_movable(booking, visit.page, visit.ctx.now, request.path_params.get("which", ""))


async def _draw_cancel(request: WebRequest, visit: Visit, booking: BookingWithItems, sent: Sent) -> Answer:
    return draw(
        request,
        visit,
        "cancel.html",
        status=sent.status,
        booking=await view_own(visit.ctx, booking, words_of(request, visit)),
        paths=own_paths(links_of(request, visit), request.path_params["secret"], booking, {}),
        terms=visit.page.cancellation_terms,
        values=sent.values,
        faults=sent.faults,
        by_field={fault.field: fault.message for fault in sent.faults},
    )


async def _draw(
    request: WebRequest, visit: Visit, booking: BookingWithItems, moved: Movable, sent: Mapping[str, str], again: Again
) -> Answer:
    """The times, or courses, to which it can be moved."""
    choices = await choices_to_move(visit.ctx, moved, sent, request.path_params["secret"])
    only = msgspec.structs.replace(booking, items=moved.items)
    if moved.is_course:
        return await draw_courses(request, visit, choices, again, only)
    if again.chosen or choices.month is None:
        choices = await on_day(choices, again.chosen or chosen_of(only), visit.ctx)
    return await draw_times(request, visit, choices, again, moved=only)


async def _refuse(request: WebRequest, visit: Visit, booking: BookingWithItems) -> Answer:
    """The booking, and why it is not moved: it is too late, or it has other times that can be."""
    may_others = bool(movable(booking, visit.page, visit.ctx.now))
    wrong = Sent(problem=Message("changes.which")) if may_others else _too_late(booking, visit.ctx)
    return await draw_own(request, visit, booking, wrong)


def _too_late(booking: BookingWithItems, ctx: Context) -> Sent:
    """Why nothing is changed any more; of what is not booked any more, the page says so itself."""
    is_booked = any(is_active(view.item, ctx.now) for view in booking.items)
    return Sent(problem=Message("changes.too_late") if is_booked else None)


def _to_own(request: WebRequest, visit: Visit, **query: str) -> Answer:
    return redirect(call_of(request), links_of(request, visit).to(f"/h/{request.path_params['secret']}", **query))
