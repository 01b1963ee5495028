"""Changes what a booking is, what goes with it, what is noted and for whom: this time of it, the following or all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from kalends.actions.access import check_may
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.catalog.add_ons import list_linked_add_ons
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.custom_fields import list_fields, list_questions, list_service_fields
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.find import find_doubles
from kalends.console.at_site import AtSite, at_site
from kalends.console.change_booking import NAMES, TOLD, Around, merged, present_values, read_change
from kalends.console.complaints import complaint_of
from kalends.console.fields import expecting, query_fields, read_fields
from kalends.console.handlers.items import done
from kalends.console.in_the_way import obstacles
from kalends.console.item_records import item_at
from kalends.console.offered import load_offered
from kalends.console.pages import draw
from kalends.console.people import find_people, read_person
from kalends.console.telling import Foreseen, foresee, read_telling, unwritten
from kalends.console.values import Values
from kalends.console.views.change_booking import People, change_view
from kalends.console.views.forms import Complaint
from kalends.console.views.outlook import Outlook, refused_outlook
from kalends.console.views.panel import price_of
from kalends.console.views.scopes import read_scope, scopes_of
from kalends.console.views.telling import notice_view
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import SILENT
from kalends.engine.bookings.terms import booking_terms
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.question import asked_by
from kalends.engine.catalog.service import Service
from kalends.engine.customers.customer import Customer
from kalends.engine.patch import changes
from kalends.engine.refusals import Full, Outdated, Refusal, Stale
from kalends.engine.time.span import Span
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form

_SCALARS = (str, int, float)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The form, with what was typed so far: what would come of it, and what the customer would be told."""
    check_may(ctx, change_or_suggest)
    at = await at_site(request, ctx)
    around = await _around(request, ctx, at)
    sent = query_fields(request, *around.names)
    return await _draw(request, ctx, at, around, sent if sent["was"] else {**sent, **present_values(around)})


async def submit(request: WebRequest, ctx: Context) -> Answer:
    """Change it, or say what speaks against it."""
    at = await at_site(request, ctx)
    around = await _around(request, ctx, at)
    sent = await read_fields(request, *around.names)
    values = Values(sent)
    read_change(around, values)
    person = read_person(values)
    await read_telling(ctx, at, values, "change", around.view.customer)
    doubles = await find_doubles(ctx, person) if person and not sent["known"] else []
    if values.faults or doubles:
        return await _draw(request, ctx, at, around, sent, values.complaint, doubles=doubles)
    try:
        return await _once(request, ctx)
    except Refusal as refusal:
        complaint = complaint_of(refusal, NAMES)
        if complaint is None:
            raise
        if isinstance(refusal, Outdated | Stale):
            around = await _around(request, ctx, at)
            return await _draw(request, ctx, at, around, merged(around, sent), complaint, status=412)
        return await _draw(request, ctx, at, around, sent, complaint)


async def _save(request: WebRequest, ctx: Context) -> Answer:
    at = await at_site(request, ctx)
    around = await _around(request, ctx, at)
    sent = await read_fields(request, *around.names)
    expected = expecting(ctx, "item", around.view.item.id, sent["revision"])
    await _change(expected, at, around, sent)
    return done(request, "changed")


_once = idempotent_form(_save)


async def _change(ctx: Context, at: AtSite, around: Around, sent: Mapping[str, str], *, told: bool = True) -> None:
    """Change the item. Customers are told of what concerns them, if they are to be `told` at all."""
    values, view = Values(sent), around.view
    patch, person = read_change(around, values), read_person(values)
    customer: Customer | None = view.customer
    if person is not None:
        customer = await add_customer(ctx, msgspec.structs.replace(person, sole=False) if sent["known"] else person)
        patch = msgspec.structs.replace(patch, customer_id=customer.id)
    messages = SILENT
    if told and _is_told(patch):
        messages = await read_telling(ctx, at, values, "change", customer)
    await change_or_suggest(ctx, view.item.id, patch, scope=read_scope(sent["scope"]), messages=messages)


async def _draw(
    request: WebRequest,
    ctx: Context,
    at: AtSite,
    around: Around,
    sent: Mapping[str, str],
    complaint: Complaint | None = None,
    *,
    doubles: Sequence[Customer] = (),
    status: int = 422,
) -> Answer:
    view, foreseen = around.view, await _foresee(ctx, at, around, sent)
    fault = complaint.fields.get("tell_at") if complaint else None
    items = (view,) if view.item.kind == "block" else (await get_whole_booking(ctx, view.item.booking_id)).items
    change = change_view(
        at,
        around,
        sent,
        People(await find_people(ctx, sent), doubles),
        complaint,
        scopes=scopes_of(at, view, items, sent),
        told=foreseen is not None,
        when_then=_when_then(at, view, read_change(around, Values(sent))),
        notice=notice_view(ctx, at, foreseen.notice, sent, at.say(fault) if fault else "") if foreseen else None,
        price=price_of(at, foreseen.view.item, foreseen.quote) if foreseen and foreseen.view else "",
        outlook=await _outlook(ctx, at, foreseen.refusal) if foreseen and foreseen.refusal else None,
    )
    return draw(request, "change_booking.html", at.frame, status=status if complaint or doubles else 200, change=change)


async def _foresee(ctx: Context, at: AtSite, around: Around, sent: Mapping[str, str]) -> Foreseen | None:
    """What would come of what customers are told of; None if nothing of it is different."""
    values, item_id = Values(sent), around.view.item.id
    patch, person = read_change(around, values), read_person(values)
    if not _is_told(patch) and person is None:
        return None
    if values.faults:
        return Foreseen(notice=await unwritten(ctx, item_id, "change"))
    return await foresee(ctx, item_id, "change", partial(_change, at=at, around=around, sent=sent, told=False))


def _is_told(patch: ItemPatch) -> bool:
    return bool(TOLD & changes(patch).keys())


def _when_then(at: AtSite, view: ItemView, patch: ItemPatch) -> str:
    """When it would be then; "" if that is as now."""
    ends_at = patch.ends_at
    return at.words.when(Span(view.item.starts_at, ends_at), at.zone) if isinstance(ends_at, datetime) else ""


async def _outlook(ctx: Context, at: AtSite, refusal: Refusal) -> Outlook:
    return refused_outlook(at, refusal, await obstacles(ctx, at, refusal) if isinstance(refusal, Full) else (), ())


async def _around(request: WebRequest, ctx: Context, at: AtSite) -> Around:
    view = await item_at(ctx, at, request.path_params["item_id"])
    fields = await _fields(ctx, view)
    known = {field.title for field in fields}
    services = await _services(ctx, at, view)
    others = [name for name, value in (view.item.custom or {}).items() if isinstance(value, _SCALARS)]
    return Around(
        view,
        services,
        await _durations(ctx, view, services),
        [extra for extra in await list_linked_add_ons(ctx, with_inactive=True) if _fits(extra, view)],
        fields,
        [name for name in others if name not in known],
    )


async def _fields(ctx: Context, view: ItemView) -> list[CustomField]:
    """What its service asks, then the fields of its resource or of what it is a seat in; of a title the first."""
    asked = asked_by(await list_questions(ctx), {view.item.service_id})
    fields = [*asked, *await (list_service_fields if view.session else list_fields)(ctx)]
    return list({field.title: field for field in reversed(fields)}.values())[::-1]


async def _services(ctx: Context, at: AtSite, view: ItemView) -> list[Service]:
    """Those that the item can be: its own, and others that its resource serves. A seat is what its session is."""
    if view.session is not None or view.item.kind != "appointment":
        return []
    services = (await load_offered(ctx, at)).services_of(str(view.item.resource_id or ""))
    own = [view.service] if view.service and view.service not in services else []
    return [*own, *services]


async def _durations(ctx: Context, view: ItemView, services: Sequence[Service]) -> dict[int, timedelta]:
    """How long each service takes with the resource of the item."""
    assigned = await list_assignments(ctx, [service.id for service in services])
    own = {each.service_id: each for each in assigned if each.resource_id == view.item.resource_id}
    return {service.id: booking_terms(service, own.get(service.id)).duration for service in services}


def _fits(extra: LinkedAddOn, view: ItemView) -> bool:
    """Whether it can go with the item, or does."""
    if any(map(extra.is_in, view.item.extras)):
        return True
    return view.resource is not None and extra.thing.active and extra.goes_with(view.resource)
