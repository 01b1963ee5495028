"""From a wish to a change that is ready to be placed: look up what it names, let the engine decide, pick a resource."""

import secrets
from collections.abc import Sequence

import msgspec

from kalends.actions.availability import scenes
from kalends.actions.catalogue import resources_of
from kalends.actions.context import Context
from kalends.actions.customers import match_or_make
from kalends.engine.availability import BookingTerms, ResourceTimeline, full, why_not
from kalends.engine.catalogue import Resource, ServiceOverride
from kalends.engine.change import ChangeSet
from kalends.engine.listing import ItemView
from kalends.engine.messages import messages
from kalends.engine.ordering import check_words
from kalends.engine.people import Customer
from kalends.engine.placing import (
    Ids,
    check_reachable,
    check_terms,
    claims_of,
    forces,
    new_booking,
    new_item,
    offering,
    plain,
    serves,
    span_of,
)
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, Refusal, TooSoon
from kalends.engine.span import Span
from kalends.engine.wish import Wish
from kalends.store import bookings
from kalends.store.bookings import Ground
from kalends.store.commit import commit

_CODE_DIGITS = 6


class Case(msgspec.Struct, frozen=True):
    """A wish with all that it names found, its customer and its time settled."""

    wish: Wish
    ground: Ground
    customer: Customer | None
    is_new_customer: bool
    span: Span

    def overrides(self, resource: Resource | None) -> ServiceOverride | None:
        """How the resource serves the service, where that differs. Raises Retired, NotServed."""
        if resource is None:
            return None
        return serves(resource, self.ground.service, self.ground.overrides)


class Draft(msgspec.Struct, frozen=True):
    """What would be written, and the entry that it would become."""

    change: ChangeSet
    entry: ItemView


async def prepare(ctx: Context, wish: Wish) -> Case:
    """Find what the wish names, settle who comes and when, and check that it can be granted at all.

    Raises what `look_up` and `check` raise.
    """
    case = await look_up(ctx, wish)
    check(ctx, case)
    return case


async def look_up(ctx: Context, wish: Wish) -> Case:
    """Find what the wish names, and settle who comes and when.

    Raises NotFound(service, resource, session, customer, booked_by_customer), and Invalid for times, status and the
    customer's fields.
    """
    ground = await bookings.load_ground(ctx.db, ctx.account.id, wish)
    _check_named(ctx, wish, ground)
    customer, is_new = ground.customer, False
    if customer is None and wish.customer is not None:
        customer, is_new = await match_or_make(ctx, wish.customer)
    wish = msgspec.structs.replace(
        wish,
        customer_id=customer.id if customer else None,
        service_id=ground.service.id if ground.service else None,
        verification_code=wish.verification_code or _code(wish),
    )
    own = next((row for row in ground.overrides if row.resource_id == wish.resource_id), None)
    return Case(wish, ground, customer, is_new, span_of(wish, ground.service, own, ground.session))


def check(ctx: Context, case: Case) -> None:
    """Whether the wish can be granted, whatever the diary says.

    Raises Retired, NotServed, TooMany, Barred, Invalid(units), and TooSoon for a public wish for a session that began.
    """
    session = case.ground.session
    check_terms(case.wish, case.ground.service, session, case.customer)
    case.overrides(case.ground.resource)
    if session is not None and case.wish.public and session.starts_at < ctx.now:
        raise TooSoon()


async def candidates(ctx: Context, case: Case) -> list[Resource | None]:
    """The resources to try, best first: the one named, or those that serve the service and look free.

    None stands for a session that occupies no resource. Raises Invalid(resource_id: blank) and, for a public wish or
    when nothing is free, the refusal of the only or first resource.
    """
    named = case.ground.resource
    if case.ground.session is not None:
        return [named]
    if named is not None:
        return await _looking_free(ctx, case, [named]) if case.wish.public else [named]
    if case.ground.service is None:
        raise Invalid(Fault("resource_id", "blank"))
    return await _looking_free(ctx, case, await resources_of(ctx, case.ground.service.id))


async def place_first(ctx: Context, case: Case, opens: bool = True) -> ItemView:
    """Book a case on the first of its candidates that is still free; `opens` writes its order too.

    Raises what `candidates` and `draft` raise, and Full when none was free any more.
    """
    *others, last = await candidates(ctx, case)
    for resource in others:
        try:
            return await _place(ctx, case, resource, opens)
        except Full:
            continue
    return await _place(ctx, case, last, opens)


async def _place(ctx: Context, case: Case, resource: Resource | None, opens: bool) -> ItemView:
    drafted = draft(ctx, case, resource)
    change = drafted.change if opens else msgspec.structs.replace(drafted.change, bookings=())
    await commit(ctx.db, ctx.account.id, change)
    return drafted.entry


def draft(ctx: Context, case: Case, resource: Resource | None) -> Draft:
    """The change that books the case on a resource. Raises Retired, NotServed, Unreachable."""
    overrides = case.overrides(resource)
    wish = msgspec.structs.replace(case.wish, resource_id=resource.id if resource else None)
    ids = Ids(case.ground.item_id, case.ground.booking_id, case.ground.uid)
    item = new_item(ctx.account, ids, wish, case.span, ctx.now, ctx.who)
    check_reachable(item, case.customer, ctx.account.policy)
    change = ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb="create",
        customers=(case.customer,) if case.customer and case.is_new_customer else (),
        bookings=(new_booking(ctx.account, ids, wish, case.customer, ctx.now, ctx.who),),
        items=(item,),
        claims=claims_of(item, case.ground.service, overrides),
        messages=messages("create", item, case.customer, ctx.account, wish.asked),
    )
    entry = ItemView(item, ids.uid, 1, case.customer, resource, case.ground.service, case.ground.session)
    return Draft(change, entry)


def _check_named(ctx: Context, wish: Wish, ground: Ground) -> None:
    for what in ("service", "resource", "session", "customer"):
        named = getattr(wish, f"{what}_id")
        if named is not None and getattr(ground, what) is None:
            raise NotFound(what, named)
    if ground.resource is not None and not ctx.sees(ground.resource.site_id):
        of_session = ground.session is not None and ground.session.resource_id is not None
        raise NotFound("session", wish.session_id) if of_session else NotFound("resource", ground.resource.id)
    if wish.booked_by_customer_id is not None and not ground.booked_by:
        raise NotFound("booked_by_customer", wish.booked_by_customer_id)
    check_words(None, wish.status)


def _code(wish: Wish) -> str | None:
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}" if wish.initiate else None


async def _looking_free(ctx: Context, case: Case, resources: Sequence[Resource]) -> list[Resource | None]:
    """Those resources whose diary allows the wish; if none does, the first by force, or its refusal."""
    service_id = case.ground.service.id if case.ground.service else None
    terms = [(resource, _offering(case, resource)) for resource in resources]
    free: list[Resource | None] = []
    refusals: list[Refusal] = []
    for scene, (resource, offered) in zip(await scenes(ctx, terms, case.span, service_id), terms, strict=True):
        refusal = _refusal(ctx, case, scene, offered)
        if refusal is None:
            free.append(resource)
        else:
            refusals.append(refusal)
    if not free and resources and forces(case.wish):
        return [resources[0]]
    if not free:
        raise refusals[0] if refusals else Full("resource")
    return free


def _offering(case: Case, resource: Resource) -> BookingTerms:
    length = case.span.duration
    return offering(case.ground.service, case.overrides(resource), length) if case.ground.service else plain(length)


def _refusal(ctx: Context, case: Case, scene: ResourceTimeline, offered: BookingTerms) -> Refusal | None:
    if case.wish.public:
        return why_not(scene, offered, case.span.start, ctx.now, case.wish.units)
    return full(scene, offered, case.span, case.wish.units)
