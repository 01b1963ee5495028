"""Visitors show by a code that what is sent to their address reaches them."""

import msgspec

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.own import verify_own
from kalends.actions.bookings.verification import send_new_code
from kalends.engine.bookings.states import state_at
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.refusals import IllegalTransition, TooManyAttempts, WrongCode
from kalends.notices.texts import Message
from kalends.page.handlers.own import Sent, draw_own
from kalends.page.held import load_own
from kalends.page.views.faults import Fault
from kalends.web.body import read_form
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit

CODE = "code"
_AWAITED = "awaiting_verification"


async def try_code(request: WebRequest, visit: Visit) -> Answer:
    """Verify the booking with a code and show it, or say that the code is wrong."""
    sent, booking = dict(await read_form(request)), await load_own(visit.ctx)
    if not _awaited(visit, booking):
        return await draw_own(request, visit, booking)  # it is verified already, or has lapsed
    code = "".join(sent.get(CODE, "").split())
    if not code:
        return await draw_own(request, visit, booking, Sent(sent, (Fault(CODE, Message("code.blank")),)))
    try:
        booking = await verify_own(visit.ctx, booking.booking.id, code)
        own = await authenticate_secret(visit.ctx.db, visit.ctx.now, visit.ctx.door, request.path_params["secret"])
        visit = msgspec.structs.replace(visit, ctx=own)
    except WrongCode as refusal:
        wrong = Fault(CODE, _said(refusal))
        return await draw_own(request, visit, booking, Sent(sent, (wrong,)))
    except IllegalTransition:
        booking = await load_own(visit.ctx)
    return await draw_own(request, visit, booking)


async def send_code(request: WebRequest, visit: Visit) -> Answer:
    """Send a new code, unless the last one was sent just now."""
    booking = await load_own(visit.ctx)
    awaited = _awaited(visit, booking)
    if not awaited:
        return await draw_own(request, visit, booking)
    try:
        await send_new_code(visit.ctx, awaited[0])
    except TooManyAttempts as refusal:
        wait = Message("code.wait", {"count": refusal.retry_after})
        return await draw_own(request, visit, booking, Sent(problem=wait))
    except IllegalTransition:
        return await draw_own(request, visit, await load_own(visit.ctx))
    return await draw_own(request, visit, await load_own(visit.ctx), Sent(note=Message("code.sent_again")))


def _awaited(visit: Visit, booking: BookingWithItems) -> list[int]:
    now = visit.ctx.now
    return [view.item.id for view in booking.items if state_at(view.item, now) == _AWAITED]


def _said(refusal: WrongCode) -> Message:
    if not refusal.tries_left:
        return Message("code.no_tries")
    return Message("code.wrong", {"count": refusal.tries_left})
