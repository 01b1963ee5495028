"""Customers correct what is known of them, by their link, if it shows that they are reached where the booking says."""

from typing import Any

from kalends.actions.bookings.own import correct_own, find_own_customer
from kalends.engine.all_refusals import all_of
from kalends.engine.bookings.own import proven_contact
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import Customer, CustomerPatch
from kalends.engine.refusals import NotFound, Refusal
from kalends.notices.texts import Message
from kalends.page.chosen import sent_of
from kalends.page.handlers.own import Sent
from kalends.page.held import load_own
from kalends.page.pages import draw, links_of
from kalends.page.returning import details_of
from kalends.page.views.booking import own_paths
from kalends.page.views.details import faults_of
from kalends.page.views.faults import Fault
from kalends.web.body import read_form
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit

_TEXTS = ("name", "email", "phone")


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The form, with what is known."""
    booking, customer = await _known(visit)
    return await _draw(request, visit, booking, Sent(details_of(customer)))


async def correct(request: WebRequest, visit: Visit) -> Answer:
    """Save it and show the booking, or say what is wrong."""
    booking, customer = await _known(visit)
    form = dict(await read_form(request))
    fixed = proven_contact(visit.ctx.principal, customer)
    sent = {name: form.get(name, "").strip() for name in _TEXTS if name != fixed}
    shown = {**details_of(customer), **sent}
    if not sent["name"]:
        return await _draw(request, visit, booking, Sent(shown, (Fault("name", Message("fault.name_blank")),)))
    fields: dict[str, Any] = {name: text or None for name, text in sent.items()}
    try:
        await correct_own(visit.ctx, booking.booking.id, CustomerPatch(**fields))
    except Refusal as refusal:
        faults = tuple(fault for each in all_of(refusal) for fault in faults_of(each, ()))
        if not faults:
            raise
        return await _draw(request, visit, booking, Sent(shown, faults))
    return redirect(
        call_of(request), links_of(request, visit).to(f"/h/{request.path_params['secret']}", done="corrected")
    )


async def _known(visit: Visit) -> tuple[BookingWithItems, Customer]:
    """Raises NotFound(customer) for a link that proves nothing."""
    booking = await load_own(visit.ctx)
    customer = await find_own_customer(visit.ctx, booking.booking.id)
    if customer is None:
        raise NotFound("customer")
    return booking, customer


async def _draw(request: WebRequest, visit: Visit, booking: BookingWithItems, sent: Sent) -> Answer:
    return draw(
        request,
        visit,
        "corrections.html",
        status=sent.status,
        values=sent.values,
        faults=sent.faults,
        by_field={fault.field: fault.message for fault in sent.faults},
        fixed=proven_contact(visit.ctx.principal, booking.customer),
        paths=own_paths(links_of(request, visit), request.path_params["secret"], booking, sent_of(booking)),
    )
