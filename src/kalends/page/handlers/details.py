"""Visitors say who they are, and book what they hold."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.bookings.holds import book_hold
from kalends.engine.all_refusals import all_of
from kalends.engine.bookings.hold import HeldBooking
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.refusals import Barred, NotFound, Refusal
from kalends.notices.texts import Message
from kalends.page.bots import complaint_about, count_booking
from kalends.page.choices import load_choices, origin_of
from kalends.page.chosen import chosen_of, kept_details, on_day, sent_of
from kalends.page.handlers.holds import is_taken
from kalends.page.handlers.own import Sent, draw_own
from kalends.page.handlers.times import Again, draw_times
from kalends.page.held import is_hold, load_extras, load_own, load_questions, shown_now
from kalends.page.pages import language
from kalends.page.views.details import (
    agreed_version,
    chosen_extras,
    consent_faults,
    customer_of,
    detail_faults,
    extra_faults,
    faults_of,
)
from kalends.page.views.questions import answer_faults, sent_answers
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit

ONLY_PRICE = "price"
"""The button that shows what it costs with these extras, and books nothing."""
SHOWN = "shown"
"""The field with a digest of what was shown."""


async def submit(request: WebRequest, visit: Visit) -> Answer:
    """Book what is held, or show what is wrong, or the times again if the hold was lost."""
    sent = dict(await read_form(request))
    try:
        booking = await load_own(visit.ctx)
    except NotFound:
        return await _booked_meanwhile(request, visit)
    if not is_hold(booking):
        return await draw_own(request, visit, booking)
    if ONLY_PRICE in sent:
        return await draw_own(request, visit, booking, Sent(sent))
    add_ons, questions = await load_extras(visit.ctx, booking), await load_questions(visit.ctx, booking)
    was_shown = sent.get(SHOWN) in (None, await shown_now(visit.ctx, booking, add_ons))
    wrong = await _wrong(request, visit, sent, questions, was_shown=was_shown)
    if wrong is None:
        try:
            wanted = _wanted(request, sent, add_ons, questions)
            booked = await book_hold(visit.ctx, booking.booking.id, wanted)
        except NotFound as refusal:
            if refusal.what != "hold":
                raise
            return await _booked_meanwhile(request, visit)
        except Refusal as refusal:
            lacking = extra_faults(refusal, add_ons)
            if is_taken(refusal) and not lacking:
                return await _lost(request, visit, booking, sent)
            wrong = Sent(sent, lacking) if lacking else _complaint(sent, refusal, questions)
        else:
            own = msgspec.structs.replace(visit.ctx.principal, booking_id=booked.booking.id)
            visit = msgspec.structs.replace(visit, ctx=msgspec.structs.replace(visit.ctx, principal=own))
            return await draw_own(request, visit, await load_own(visit.ctx))
    return await draw_own(request, visit, booking, wrong)


async def _booked_meanwhile(request: WebRequest, visit: Visit) -> Answer:
    """The booking that the same form, sent twice, has made of the hold. Raises NotFound(booking) if there is none."""
    ctx = visit.ctx
    own = await authenticate_secret(ctx.db, ctx.now, ctx.door, request.path_params["secret"])
    return await draw_own(request, msgspec.structs.replace(visit, ctx=own), await load_own(own))


async def _wrong(
    request: WebRequest,
    visit: Visit,
    sent: Mapping[str, str],
    questions: Sequence[CustomField],
    *,
    was_shown: bool,
) -> Sent | None:
    """What is wrong with what was sent before anything is done with it: if something else may have been chosen in
    another window, or a class moved, or a price changed, what is held `was_shown` no more. Raises Limited."""
    ctx, call = visit.ctx, call_of(request)
    faults = [*detail_faults(sent, ctx.account), *answer_faults(questions, sent), *consent_faults(sent, visit.page)]
    if faults or not was_shown:
        return Sent(sent, faults, None if was_shown else Message("details.changed"))
    problem = await complaint_about(call, ctx, request.path_params["secret"], sent)
    if problem is not None:
        return Sent(sent, problem=problem)
    await count_booking(call, ctx, visit.page, sent.get("email", ""), sent.get("phone", ""))
    return None


def _wanted(
    request: WebRequest, sent: Mapping[str, str], add_ons: Sequence[LinkedAddOn], questions: Sequence[CustomField]
) -> HeldBooking:
    return HeldBooking(
        customer=msgspec.structs.replace(customer_of(sent), locale=language(call_of(request))),
        comments=sent.get("comments", "").strip(),
        extras=chosen_extras(add_ons, sent),
        answers=sent_answers(questions, sent),
        agreed_version=agreed_version(sent),
        details={"page": origin_of(sent)},
    )


def _complaint(sent: Mapping[str, str], refusal: Refusal, questions: Sequence[CustomField]) -> Sent:
    """What a refusal says of the form. Raises the refusal if that is nothing a visitor can mend."""
    faults = tuple(fault for each in all_of(refusal) for fault in faults_of(each, questions))
    if faults:
        return Sent(sent, faults)
    if any(isinstance(each, Barred) for each in all_of(refusal)):
        return Sent(sent, problem=Message("details.barred"))
    raise refusal


async def _lost(request: WebRequest, visit: Visit, booking: BookingWithItems, sent: Mapping[str, str]) -> Answer:
    """The times again, the nearest first: the hold had lapsed, and somebody else was faster."""
    choices = await load_choices(visit.ctx, visit.page, booking.items[0].item.service_id or 0, sent_of(booking))
    chosen = chosen_of(booking)
    again = Again(Message("times.lost"), kept_details(sent), request.path_params["secret"], chosen)
    return await draw_times(request, visit, await on_day(choices, chosen, visit.ctx), again)
