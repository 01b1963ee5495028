"""Checks requests, and looks up the ids of one that is refused, so that those of nothing are told with what else is
wrong."""

from collections.abc import Collection, Mapping
from typing import Any

from kalends.actions.access import allow, internal, own_request
from kalends.actions.context import Context
from kalends.engine.all_refusals import AllRefusals
from kalends.engine.bookings.references import ReferenceIds, ids_in_request
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.bookings.resolve import check_request
from kalends.engine.bookings.unknown_ids import check_ids
from kalends.engine.refusals import Refusal
from kalends.store.bookings.references import load_references
from kalends.store.named import TABLES, find_present

_LOOKED_UP = ("resource", "service", "session", "customer", "site")


@internal
async def checked(ctx: Context, request: BookingRequest) -> BookingRequest:
    """The request as its caller may make it, checked without the database; what it names is looked up if that fails.

    Raises Forbidden, TooManyOccurrences, Invalid(starts_at, ends_at, resource_id: blank; ends_at: before_start,
    out_of_range; units: not_positive, out_of_range; extras: invalid, not_positive, out_of_range; state, status:
    unknown), and with these, or alone if a customer names another one, NotFound(service, resource, session, site,
    customer, booked_by_customer, case).
    """
    refusals = AllRefusals()
    with refusals:
        request = own_request(ctx, request)
    with refusals:
        check_request(request)
    if refusals:
        await add_unknown_ids(ctx, refusals, request)
        refusals.raise_any()
    return request


@allow("read", "customer", "guest", "practitioner")
async def with_unknown_ids(ctx: Context, refusal: Refusal, request: BookingRequest) -> Refusal:
    """The refusal of a request that can't be read, with one for each of its ids that is of nothing.

    `request` has the ids that could be read; nothing else of it is looked at. Guests, who book nothing, are not told
    of any. Raises Forbidden.
    """
    if ctx.principal.kind == "guest":
        return refusal
    refusals = AllRefusals()
    refusals.add(refusal)
    with refusals:
        own_request(ctx, request)
    await add_unknown_ids(ctx, refusals, request)
    return refusals.as_one() or refusal


@allow("read")
async def find_unknown_ids(ctx: Context, named: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    """Those of these ids, by what they are of, that are of nothing that the caller may see. Looked up are those of
    resource, service, session, customer and site, and those of `store.named.TABLES`; others are not answered."""
    unknown: dict[str, set[int]] = {}
    for what in TABLES.keys() & named.keys():
        unknown[what] = set(named[what]) - await find_present(ctx.db, ctx.account.id, what, named[what])
    fields: dict[str, Any] = {f"{what}s": frozenset(named[what]) for what in _LOOKED_UP if named.get(what)}
    if fields:
        references = await load_references(ctx.db, ctx.account.id, ReferenceIds(**fields), ctx.site_ids)
        unknown |= {
            what: set(named[what]) - set(getattr(references, f"{what}s")) for what in _LOOKED_UP if what in named
        }
    return unknown


@internal
async def add_unknown_ids(ctx: Context, refusals: AllRefusals, request: BookingRequest) -> None:
    """Add a NotFound for each id of a request that is of nothing."""
    references = await load_references(ctx.db, ctx.account.id, ids_in_request(request), ctx.site_ids)
    with refusals:
        check_ids(request, references)
