"""Items that are there already: what they become, and the change that keeps it. The caller holds their locks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.actions.drafting import Case, Draft, check, look_up
from kalends.engine.booking import ACTIVE, HOLDING, Booking, Item
from kalends.engine.catalogue import GroupSession
from kalends.engine.change import ChangeSet, Claim, Message
from kalends.engine.details import merged
from kalends.engine.listing import ItemView
from kalends.engine.placing import check_hold, claims_of, reminder_at
from kalends.engine.wish import Wish
from kalends.store.catalogue import find_offered

OCCUPYING = ("starts_at", "ends_at", "resource_id", "service_id", "session_id", "units", "extras")
OF_THE_SESSION = ("starts_at", "ends_at", "resource_id", "service_id")


def revised(ctx: Context, item: Item, fields: Mapping[str, Any]) -> Item:
    """The item with some fields changed, one revision on."""
    return msgspec.structs.replace(
        item, **{**fields, "revision": item.revision + 1, "updated_at": ctx.now, "updated_by": ctx.who}
    )


def revised_booking(ctx: Context, booking: Booking) -> Booking:
    """The booking one revision on."""
    return msgspec.structs.replace(booking, revision=booking.revision + 1, updated_at=ctx.now, updated_by=ctx.who)


def following(ctx: Context, item: Item, session: GroupSession) -> Item:
    """The seat where its session is now; a reminder that stood where the policy puts it moves along."""
    places = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    moved = revised(ctx, item, {**places, "resource_id": session.resource_id, "service_id": session.service_id})
    return with_reminder(ctx, item, moved)


def advanced(ctx: Context, entry: ItemView, state: str, verb: str) -> ItemView:
    """The entry in its next state; a hold's end goes with the hold."""
    fields: dict[str, Any] = {"state": state, "expires_at": None}
    if verb in ("cancel", "remove"):
        fields["cancelled_at"] = entry.item.cancelled_at or ctx.now
    return msgspec.structs.replace(entry, item=revised(ctx, entry.item, fields))


def kept(ctx: Context, verb: str, entries: Sequence[ItemView], sent: Sequence[Message] = ()) -> ChangeSet:
    """The change that keeps entries as they are now; those that are not active any more free what they claimed."""
    items = tuple(entry.item for entry in entries)
    released = tuple(item.id for item in items if item.state not in ACTIVE)
    return ChangeSet(at=ctx.now, actor=ctx.who, verb=verb, items=items, released=released, messages=tuple(sent))


async def taken_anew(ctx: Context, was: Item, entry: ItemView) -> tuple[Claim, ...]:
    """What the entry takes from now on, if it took nothing before: a draft that is confirmed."""
    if was.state in ACTIVE or entry.item.state not in ACTIVE:
        return ()
    named = [] if entry.item.service_id is None else [entry.item.service_id]
    offered = await find_offered(ctx.db, ctx.account.id, named) if named else []
    own = next((row for row in offered if row.resource_id == entry.item.resource_id), None)
    return claims_of(entry.item, entry.service, own)


async def rewritten(
    ctx: Context, entry: ItemView, fields: Mapping[str, Any], *, force: bool = False, remind: bool = False
) -> Draft:
    """The entry with some fields changed, named as in engine.wish.Wish, and the change that keeps it."""
    old = entry.item
    given = _given(entry, fields)
    moved = any(name in OCCUPYING and value != getattr(old, name) for name, value in given.items())
    case = await look_up(ctx, _wish(old, given, force))
    if moved:
        check(ctx, case)
    if old.state in HOLDING:
        check_hold(given.get("expires_at"), ctx.now)
    item = revised(
        ctx, old, {**_as_given(old, given), **_settled(old, given, case, force if moved else old.overlap_allowed)}
    )
    if remind or "reminder_at" not in given:
        item = with_reminder(ctx, old, item, anew=remind)
    entry = msgspec.structs.replace(
        entry,
        item=item,
        customer=case.customer if item.customer_id != old.customer_id else entry.customer,
        resource=case.ground.resource,
        service=case.ground.service,
        session=case.ground.session,
    )
    return Draft(_rewriting(ctx, case, item, moved and item.state in ACTIVE), entry)


def _rewriting(ctx: Context, case: Case, item: Item, replaced: bool) -> ChangeSet:
    return ChangeSet(
        at=ctx.now,
        actor=ctx.who,
        verb="change",
        customers=(case.customer,) if case.customer and case.is_new_customer else (),
        items=(item,),
        released=(item.id,) if replaced else (),
        claims=claims_of(item, case.ground.service, case.overrides(case.ground.resource)) if replaced else (),
    )


def _given(entry: ItemView, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What may be changed of this item; a seat's time and place are its session's, and nothing can lose its own."""
    fixed = OF_THE_SESSION if entry.item.session_id is not None or fields.get("session_id") else ()
    needed = {name for name in OCCUPYING if name != "service_id"}
    return {
        name: value for name, value in fields.items() if name not in fixed and not (value is None and name in needed)
    }


def _wish(old: Item, given: Mapping[str, Any], force: bool) -> Wish:
    names: dict[str, Any] = {name: given.get(name, getattr(old, name)) for name in (*OCCUPYING, "status")}
    if "starts_at" in given and "ends_at" not in given:
        names["ends_at"] = given["starts_at"] + (old.ends_at - old.starts_at)
    if "session_id" in given:
        names |= {"service_id": None, "resource_id": None}
    whom: dict[str, Any] = {name: given.get(name) for name in ("customer_id", "customer", "booked_by_customer_id")}
    return Wish(**names, **whom, force=force)


def _as_given(old: Item, given: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in given.items() if name in Item.__struct_fields__}
    if old.state not in HOLDING:
        fields.pop("expires_at", None)
    if "details" in fields:
        fields["details"] = merged(old.details, dict(_told(old.details, fields["details"] or {})))
    return fields


def _told(present: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What doors keep, without the nulls of what they did not: who writes back what was read has changed nothing."""
    for door, fields in given.items():
        known = present.get(door, {})
        if told := {name: value for name, value in fields.items() if value is not None or name in known}:
            yield door, told


def _settled(old: Item, given: Mapping[str, Any], case: Case, overlap_allowed: bool) -> dict[str, Any]:
    ground = case.ground
    settled: dict[str, Any] = {
        "starts_at": case.span.start,
        "ends_at": case.span.end,
        "service_id": ground.service.id if ground.service else None,
        "resource_id": ground.resource.id if ground.resource else None,
        "kind": "seat" if ground.session else old.kind,
        "overlap_allowed": overlap_allowed,
    }
    if case.customer is not None or "customer_id" in given:
        settled["customer_id"] = case.customer.id if case.customer else None
    return settled


def with_reminder(ctx: Context, old: Item, item: Item, *, anew: bool = False) -> Item:
    """The item with its reminder: one that stood where the policy puts it moves along, or it is put there `anew`."""
    moved = old.starts_at != item.starts_at and old.reminder_at is not None and old.reminded_at is None
    if anew or (moved and old.reminder_at == reminder_at(ctx.account, old.starts_at, old.created_at)):
        return msgspec.structs.replace(item, reminder_at=reminder_at(ctx.account, item.starts_at, ctx.now))
    return item
