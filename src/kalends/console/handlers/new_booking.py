"""A new booking: one form that finds the customer, says what it costs and whether it is free, and books it."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.access import check_may, may
from kalends.actions.billing.quotes import quote_request
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.context import Context, rolled_back
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import find_doubles, get_customer
from kalends.actions.messages.about_item import CustomerNotice, draw_notice
from kalends.console.at_site import AtSite, at_site
from kalends.console.complaints import complaint_of
from kalends.console.fields import query_fields, read_fields
from kalends.console.in_the_way import near_times, obstacles
from kalends.console.new_booking import FIELDS, NAMES, as_linked, as_taken, expanded, read_draft
from kalends.console.offered import load_offered
from kalends.console.pages import draw
from kalends.console.people import NEW, NOBODY, find_people
from kalends.console.telling import read_telling
from kalends.console.values import Values
from kalends.console.views.forms import Complaint
from kalends.console.views.new_booking import new_view
from kalends.console.views.outlook import Outlook, outlook_of
from kalends.console.views.telling import notice_view
from kalends.engine.bookings.request import Booked
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import Forbidden, Full, Refusal
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form, with what was typed so far: who was found, what it would cost, and whether it is free."""
    check_may(ctx, book_or_suggest)
    at, sent = await at_site(request, ctx), as_linked(query_fields(request, *FIELDS))
    return await _draw(request, ctx, at, (await load_offered(ctx, at)).settled(sent))


async def submit(request: WebRequest, ctx: Context) -> Answer:
    """Book, or say what speaks against it: what is wrong with the fields, who may be the same customer, what is in the
    way and which times near it are free."""
    at = await at_site(request, ctx)
    sent = await _sent(request, ctx, at)
    values = Values(sent)
    draft = read_draft(at, values)
    await read_telling(ctx, at, values, "create", None)
    doubles = await find_doubles(ctx, draft.customer) if draft.customer and not sent["known"] else []
    if values.faults or doubles:
        return await _draw(request, ctx, at, sent, values.complaint, doubles=doubles)
    try:
        return await _once(request, ctx)
    except Refusal as refusal:
        complaint = complaint_of(refusal, NAMES)
        if complaint is None:
            raise
        return await _draw(request, ctx, at, sent, complaint, refusal)


async def _book(request: WebRequest, ctx: Context) -> Answer:
    at = await at_site(request, ctx)
    booked = await _make(ctx, at, await _sent(request, ctx, at))
    return redirect(call_of(request), f"{at.path}/items/{booked.items[0].item.id}", done="booked")


async def _make(ctx: Context, at: AtSite, sent: Mapping[str, str]) -> Booked:
    """Book what the form asks for. Somebody new is added, also where somebody `known` has the same name or address."""
    values = Values(sent)
    draft = read_draft(at, values)
    customer = await get_customer(ctx, draft.request.customer_id) if draft.request.customer_id else None
    if draft.customer is not None:
        somebody = msgspec.structs.replace(draft.customer, sole=False) if sent["known"] else draft.customer
        customer = await add_customer(ctx, somebody)
    messages = await read_telling(ctx, at, values, "create", customer)
    asked = msgspec.structs.replace(
        draft.request, customer=None, customer_id=customer.id if customer else None, messages=messages
    )
    return await book_or_suggest(ctx, await expanded(ctx, at, msgspec.structs.replace(draft, request=asked)))


_once = idempotent_form(_book)


async def _sent(request: WebRequest, ctx: Context, at: AtSite) -> dict[str, str]:
    sent = await read_fields(request, *FIELDS, "take")
    return (await load_offered(ctx, at)).settled(as_taken(sent, sent["take"]))


async def _draw(
    request: WebRequest,
    ctx: Context,
    at: AtSite,
    sent: Mapping[str, str],
    complaint: Complaint | None = None,
    refusal: Refusal | None = None,
    *,
    doubles: Sequence[Customer] = (),
) -> Answer:
    found = await find_people(ctx, sent)
    outlook = await _outlook(ctx, at, sent, refusal)
    fault = complaint.fields.get("tell_at") if complaint else None
    drawn = await _notice(ctx, at, sent) if outlook and outlook.free else None
    notice = notice_view(ctx, at, drawn, sent, at.say(fault) if fault else "")
    offered, may_block = await load_offered(ctx, at), may(ctx, add_resource_blocks)
    view = new_view(at, sent, found, doubles, offered, notice, may_block=may_block).with_complaint(complaint, at.say)
    status = 200 if complaint is None and not doubles else 409 if refusal or doubles else 422
    return draw(request, "new_booking.html", at.frame, status=status, new=view, outlook=outlook)


async def _notice(ctx: Context, at: AtSite, sent: Mapping[str, str]) -> CustomerNotice | None:
    """What the customer would be told: it is booked, and taken back. None if nobody is chosen yet, or can't be told."""
    values = Values(sent)
    read_draft(at, values)
    if values.faults:
        return None
    try:
        async with rolled_back(ctx) as tx:
            return await draw_notice(tx, (await _make(tx, at, sent)).items[0].item.id, "create")
    except Forbidden:
        raise
    except Refusal:
        return None


async def _outlook(ctx: Context, at: AtSite, sent: Mapping[str, str], refusal: Refusal | None) -> Outlook | None:
    """What would come of the form as it is; None if it does not say enough yet."""
    known = sent["customer"] if sent["customer"] not in ("", NEW) else NOBODY
    values = Values({**sent, "customer": known, "overlap": ""})
    draft = read_draft(at, values)
    line = draft.request.lines[0]
    if line.starts_at is None or not (line.service_id or (line.resource_id and line.ends_at)) or values.faults:
        return None
    refused = refusal if isinstance(refusal, Full) else None
    if refused is None:
        try:
            quoted = await quote_request(ctx, await expanded(ctx, at, draft))
        except Refusal as other:
            complaint = complaint_of(other, {})
            return outlook_of(at, None, complaint, (), ()) if complaint else None
        if not isinstance(quoted.refusal, Full):
            return outlook_of(at, quoted, complaint_of(quoted.refusal, {}) if quoted.refusal else None, (), ())
        refused = quoted.refusal
    once = [] if draft.rule else [time for each in refused.lines for time in each.nearest]
    near = await near_times(ctx, at, once, line.starts_at)
    return outlook_of(at, None, complaint_of(refused, {}), await obstacles(ctx, at, refused), near)
