"""What the link of a visitor leads to, with all that a page about it shows."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.billing.quotes import quotes
from kalends.actions.bookings.find import get_whole_booking
from kalends.actions.catalog.add_ons import list_linked_add_ons
from kalends.actions.catalog.custom_fields import list_questions
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.bookings.consent import is_agreed
from kalends.engine.bookings.hold import is_held
from kalends.engine.bookings.views import BookingWithItems, ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.custom_field import CustomField
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.question import asked_by
from kalends.engine.refusals import NotFound
from kalends.notices.messages.language import MessageLanguage
from kalends.page.choices import origin_of
from kalends.page.views.booking import BookingView, booking_view
from kalends.page.views.details import (
    DetailsView,
    agreed_version,
    chosen_extras,
    extra_of,
    extra_views,
    offered_extras,
    required_contacts,
    shown_of,
)
from kalends.page.views.faults import Fault
from kalends.page.views.questions import question_views
from kalends.page.views.time_of_booking import Around
from kalends.web.visitors import Visit


async def load_own(ctx: Context) -> BookingWithItems:
    """The hold or booking of the link, without times that are cancelled, unless all are.

    Raises NotFound(booking), also once it is released.
    """
    if ctx.principal.booking_id is None:
        raise NotFound("booking")
    booking = await get_whole_booking(ctx, ctx.principal.booking_id)
    return msgspec.structs.replace(booking, items=booking.current_items(ctx.now))


def is_hold(booking: BookingWithItems) -> bool:
    """Whether it is held, or was until it lapsed, and not booked yet."""
    return all(is_held(view.item) for view in booking.items)


async def load_extras(ctx: Context, booking: BookingWithItems) -> list[LinkedAddOn]:
    """The extras that may go with a hold."""
    return offered_extras(await list_linked_add_ons(ctx), booking.items[0].resource)


async def load_questions(ctx: Context, booking: BookingWithItems) -> list[CustomField]:
    """The questions that the services of a hold ask."""
    return asked_by(await list_questions(ctx), {view.item.service_id for view in booking.items})


async def view_own(ctx: Context, booking: BookingWithItems, words: MessageLanguage) -> BookingView:
    """The hold or booking as a page shows it."""
    (quote,) = await quotes(ctx, [booking])
    return booking_view(booking, quote, await _around(ctx, booking), ctx, words)


async def view_details(
    visit: Visit,
    booking: BookingWithItems,
    sent: Mapping[str, str],
    words: MessageLanguage,
    faults: Sequence[Fault] = (),
) -> tuple[BookingView, DetailsView]:
    """A hold and the form in which its holder books it, with what was sent."""
    ctx, page = visit.ctx, visit.page
    add_ons, questions = await load_extras(ctx, booking), await load_questions(ctx, booking)
    priced = [with_extras(booking, chosen_extras(add_ons, sent)), *_to_choose(booking, add_ons)]
    total, *prices = await quotes(ctx, priced)
    base, *quotes_of_extras = prices
    contacts = required_contacts(ctx.account.policy)
    details = DetailsView(
        shown=shown_of(priced[1:], prices),
        values=sent,
        origin=origin_of(sent),
        extras=extra_views(add_ons, sent, base, quotes_of_extras, words),
        questions=question_views(questions, sent),
        email_required="email" in contacts,
        phone_required="phone" in contacts,
        consent=page.consent,
        consent_version=page.consent_version,
        agreed=is_agreed(page, agreed_version(sent)),
        terms=page.cancellation_terms,
        faults=tuple(faults),
    )
    return booking_view(booking, total, await _around(ctx, booking), ctx, words), details


async def shown_now(ctx: Context, booking: BookingWithItems, add_ons: Sequence[LinkedAddOn]) -> str:
    """What the form of a hold would send now of what it shows."""
    bookings = _to_choose(booking, add_ons)
    return shown_of(bookings, await quotes(ctx, bookings))


def _to_choose(booking: BookingWithItems, add_ons: Sequence[LinkedAddOn]) -> list[BookingWithItems]:
    """The hold as it would be booked without extras, and with one of each."""
    return [with_extras(booking, extras) for extras in ((), *((extra_of(each, 1),) for each in add_ons))]


def with_extras(hold: BookingWithItems, extras: tuple[Extra, ...]) -> BookingWithItems:
    """The hold as it would be booked with these extras for the first of its times; one that has lapsed as if it had
    not, as it costs as much."""

    def booked(view: ItemView, its: tuple[Extra, ...] = ()) -> ItemView:
        item = msgspec.structs.replace(view.item, state="awaiting_confirmation", expires_at=None, extras=its)
        return msgspec.structs.replace(view, item=item)

    first, *others = hold.items
    return msgspec.structs.replace(hold, items=(booked(first, extras), *map(booked, others)))


async def _around(ctx: Context, booking: BookingWithItems) -> Around:
    takes_more = any(view.item.also_resource_ids for view in booking.items)
    resources = await list_resources(ctx) if takes_more else []
    sites = {site.id: site for site in await list_sites(ctx)}
    has_extras = any(view.item.extras for view in booking.items)
    add_ons = await list_linked_add_ons(ctx, with_inactive=True) if has_extras else []
    return Around(sites, {resource.id: resource for resource in resources}, add_ons)
