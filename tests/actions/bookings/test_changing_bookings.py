"""Whole bookings that are there already: moved, made longer and shorter, shelved, called off and had back."""

from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.find import get_booking
from kalends.actions.catalog.inventory import set_inventory_resources
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.patch import NewTimes, RequestedResource
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.refusals import Fault, Forbidden, Full, IllegalTransition, Invalid, NotFound
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import book_whole, change, change_booking, whole
from tests.desk import DAY, HOUR, SOON, claims, counted, hour_of, journal, made, mornings, seat, sent, visit
from tests.world import World, at_sites, open_clinic

KARI = {"first_name": "Kari", "email": "kari@example.org"}


def projectors(clinic: World, units: int) -> tuple[Extra, ...]:
    return (Extra(units, resource_id=clinic.projectors),)


async def booked(clinic: World, *places: RequestedResource, days: int = 1, **fields: Any) -> BookingWithItems:
    there = places or (RequestedResource(clinic.left, projectors(clinic, 2)),)
    return await book_whole(clinic.ctx(), whole(resources=there, times=mornings(days), **fields))


async def changed(clinic: World, present: BookingWithItems, **fields: Any) -> BookingWithItems:
    return await change_booking(clinic.ctx(), present.booking.id, fields)


def items(of: BookingWithItems) -> list[Item]:
    return [entry.item for entry in of.items]


def ids(of: BookingWithItems) -> list[int]:
    return [item.id for item in items(of)]


async def taken(clinic: World, of: BookingWithItems) -> set[tuple[int, Span, int]]:
    return {claim for item in items(of) for claim in await claims(clinic, item)}


async def test_a_move_takes_the_extras_along(clinic: World) -> None:
    first = await booked(clinic, days=2)
    moved = await changed(clinic, first, times=mornings(2, after=HOUR / 2))
    assert (ids(moved), {item.extras for item in items(moved)}) == (ids(first), {projectors(clinic, 2)})
    assert await taken(clinic, moved) == {
        (which, span, units)
        for span in mornings(2, after=HOUR / 2)
        for which, units in ((clinic.left, 1), (clinic.projectors, 2))
    }


async def test_another_place_takes_the_extras_over(clinic: World) -> None:
    first = await booked(clinic)
    moved = await changed(clinic, first, resources=(RequestedResource(clinic.right),))
    assert [(item.resource_id, item.extras) for item in items(moved)] == [(clinic.right, projectors(clinic, 2))]
    await made(clinic, hour_of(clinic.left))
    await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.hall])
    with pytest.raises(Invalid) as refused:
        await changed(clinic, moved, resources=(RequestedResource(clinic.sauna),))
    assert refused.value.faults == (Fault("extras", "not_served"),)


async def test_more_and_less(clinic: World) -> None:
    first = await booked(clinic, days=2)
    more = await changed(clinic, first, times=mornings(4))
    assert (ids(more)[:2], len(await taken(clinic, more))) == (ids(first), 8)
    less = await changed(clinic, more, times=mornings(4)[1:3])
    assert (ids(less), [item.revision for item in items(less)]) == (ids(more)[1:3], [0, 0])
    assert len(await taken(clinic, more)) == 4
    assert [what for what, _, _ in await journal(clinic, items(more)[0])] == ["create", "change"]


async def test_another_place_beside_the_first(clinic: World) -> None:
    first = await booked(clinic, days=2)
    more = await changed(clinic, first, resources=(RequestedResource(clinic.right), RequestedResource(clinic.left)))
    assert [item.id for item in items(more) if item.resource_id == clinic.left] == ids(first)
    assert [item.extras for item in items(more) if item.resource_id == clinic.right] == [(), ()]


async def test_nothing_is_in_its_own_way(clinic: World) -> None:
    first = await booked(clinic, RequestedResource(clinic.left), RequestedResource(clinic.ada), days=2)
    swapped = await changed(clinic, first, times=mornings(2, after=DAY), resources=(RequestedResource(clinic.hall),))
    assert await taken(clinic, swapped) == {(clinic.hall, span, 1) for span in mornings(2, after=DAY)}


async def test_a_change_that_does_not_fit_changes_nothing(clinic: World) -> None:
    first = await booked(clinic, days=2)
    await made(clinic, hour_of(clinic.left, SOON + 5 * DAY))
    before, held = await counted(clinic), await taken(clinic, first)
    with pytest.raises(Full):
        await changed(clinic, first, times=mornings(6), title="Fair", customer={"email": "liv@example.org"})
    assert (await counted(clinic), await taken(clinic, first)) == (before, held)
    assert await get_booking(clinic.ctx(), first.booking.id) == first


STATES = [
    ("confirmed", "cancelled", "cancel"),
    ("confirmed", "draft", "shelve"),
    ("draft", "confirmed", "confirm"),
    ("draft", "cancelled", "cancel"),
    ("awaiting_confirmation", "confirmed", "confirm"),
    ("awaiting_confirmation", "draft", "shelve"),
    ("cancelled", "confirmed", "reopen"),
]


@pytest.mark.parametrize(("state", "target", "verb"), STATES)
async def test_states_go_by_their_verbs(clinic: World, state: str, target: str, verb: str) -> None:
    first = await booked(clinic, days=2, state=state)
    then = await changed(clinic, first, state=target)
    assert ([item.state for item in items(then)], ids(then)) == ([target, target], ids(first))
    assert len(await taken(clinic, then)) == (4 if target == "confirmed" else 0)
    assert [item.cancelled_at is not None for item in items(then)] == 2 * [target == "cancelled"]
    assert [what for what, _, _ in await journal(clinic, items(then)[0])] == ["create", verb]


async def test_what_no_verb_leads_to_is_refused(clinic: World) -> None:
    for state, wanted in (("cancelled", "draft"), ("confirmed", "awaiting_confirmation")):
        first = await booked(clinic, state=state)
        with pytest.raises(IllegalTransition):
            await changed(clinic, first, state=wanted)


async def test_what_is_so_already_stays_unwritten(clinic: World) -> None:
    first = await booked(clinic, days=2, title="Fair", customer_id=clinic.kari)
    before = await counted(clinic)
    same = {"state": "confirmed", "status": None, "title": "Fair", "customer": KARI, "times": mornings(2)}
    assert await changed(clinic, first, **same) == first
    assert await counted(clinic) == before


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_what_took_nothing_takes_its_time_when_it_is_had_back(clinic: World, state: str) -> None:
    first = await booked(clinic, state=state)
    await made(clinic, hour_of(clinic.left))
    with pytest.raises(Full):
        await changed(clinic, first, state="confirmed")
    back = await changed(clinic, first, state="confirmed", resources=(RequestedResource(clinic.right),))
    assert len(await taken(clinic, back)) == 2


async def test_the_other_door_confirms_a_draft_only_if_there_is_room(clinic: World) -> None:
    first = await booked(clinic, state="draft")
    await made(clinic, hour_of(clinic.left))
    with pytest.raises(Full):
        await change_item_state(clinic.ctx(), ids(first)[0], "confirm")
    second = await booked(clinic, RequestedResource(clinic.right, projectors(clinic, 1)), state="draft")
    await change_item_state(clinic.ctx(), ids(second)[0], "confirm")
    assert len(await taken(clinic, second)) == 2


async def test_complete_and_live_again(clinic: World) -> None:
    first = await booked(clinic, days=2)
    done = await changed(clinic, first, state="confirmed", status="completed")
    assert {item.status for item in items(done)} == {"completed"}
    live = await changed(clinic, done, state="confirmed", status=None)
    assert {(item.state, item.status) for item in items(live)} == {("confirmed", None)}


async def test_what_was_called_off_alone_stays_so(clinic: World) -> None:
    first = await booked(clinic, days=3)
    await change_item_state(clinic.ctx(), ids(first)[1], "cancel")
    live = await changed(clinic, first, state="confirmed", title="Fair", times=mornings(2, after=7 * DAY))
    assert sorted((item.id, item.state) for item in items(live)) == [
        (one, "cancelled" if turn == 1 else "confirmed") for turn, one in enumerate(ids(first))
    ]
    assert {item.title for item in items(live)} == {"Fair"}


async def test_words_and_details(clinic: World) -> None:
    first = await booked(clinic, days=2, details={"locaboo": {"color": "#fff", "hidden": True}})
    given = {"title": "Fair", "comments": "Loud", "details": {"locaboo": {"color": "#000"}}, "repeats": True}
    then = await changed(clinic, first, **given)
    assert (then.booking.title, then.booking.comments) == ("Fair", "Loud")
    assert then.booking.details == {"locaboo": {"color": "#000", "hidden": True}}
    assert {(entry.item.title, entry.recurs) for entry in then.items} == {("Fair", True)}


async def test_the_customer_is_another_when_the_contacts_are(clinic: World) -> None:
    first = await booked(clinic, days=2, customer=KARI)
    for fields in ({**KARI, "first_name": "Karin"}, {"first_name": "kari".title()}, {"city": "Oslo"}):
        assert (await changed(clinic, first, customer=fields)).booking.customer_id == clinic.kari
    for fields in (
        {"email": "ola@example.org"},
        {"first_name": "Liv", "email": "liv@example.org"},
        {"company": "Fair"},
    ):
        then = await changed(clinic, first, customer=fields)
        assert then.customer is not None
        assert then.booking.customer_id == then.customer.id != clinic.kari
        assert {item.customer_id for item in items(then)} == {then.customer.id}
    assert (await changed(clinic, first, customer_id=clinic.kari)).booking.customer_id == clinic.kari
    assert (await changed(clinic, first, customer_id=None)).customer is None


async def test_a_booking_of_the_other_door_keeps_its_service(clinic: World) -> None:
    item = await made(clinic, visit(clinic, service_id=clinic.physio))
    spans = mornings(after=timedelta(hours=3))
    then = await change_booking(clinic.ctx(), item.booking_id, {"times": spans, "title": "Knee"})
    assert (items(then)[0].service_id, items(then)[0].title) == (clinic.physio, "Knee")
    ((_, span, _),) = await claims(clinic, items(then)[0])
    assert span == Span(spans[0].start, spans[0].end + HOUR / 4)


async def test_one_message_for_all(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic))
    await change_booking(clinic.ctx(), item.booking_id, {"state": "cancelled"})
    await change_booking(clinic.ctx(), item.booking_id, {"state": "confirmed"})
    await change_booking(clinic.ctx(), item.booking_id, {"state": "draft", "title": "Knee"})
    assert await sent(clinic) == ["customer email confirmation", "customer email cancellation"]


async def test_a_seat_stays_in_its_session(clinic: World) -> None:
    yoga = await clinic.class_of(1)
    await clinic.db.execute("update group_session set resource_id = $2 where id = $1", yoga, clinic.hall)
    item = await made(clinic, seat(clinic, yoga))
    stays = {"times": (Span(item.starts_at, item.ends_at),), "resources": (RequestedResource(clinic.hall),)}
    for moved in ({"times": mornings(2)}, {"times": NewTimes(from_minute=0)}, {"resources": [RequestedResource(1)]}):
        with pytest.raises(Invalid, match="fixed"):
            await change_booking(clinic.ctx(), item.booking_id, {**stays, **moved, "state": "cancelled"})
    then = await change_booking(clinic.ctx(), item.booking_id, {**stays, "state": "cancelled"})
    assert [(one.starts_at, one.state) for one in items(then)] == [(item.starts_at, "cancelled")]
    await made(clinic, seat(clinic, yoga))
    with pytest.raises(Full):
        await change_booking(clinic.ctx(), item.booking_id, {"state": "confirmed"})


async def test_one_item_is_moved_with_its_extras(clinic: World) -> None:
    """As another door moves it, which knows nothing of extras."""
    first = await booked(clinic, days=2)
    await booked(clinic, RequestedResource(clinic.sauna, projectors(clinic, 1)))
    later = await book_whole(
        clinic.ctx(),
        whole(resources=(RequestedResource(clinic.ada, projectors(clinic, 2)),), times=mornings(after=9 * DAY)),
    )
    with pytest.raises(Full) as refused:
        await change(clinic.ctx(), ids(first)[0], {"starts_at": SOON + 9 * DAY})
    assert (refused.value.which, len(await taken(clinic, first))) == (clinic.projectors, 4)
    await change(clinic.ctx(), ids(first)[0], {"starts_at": SOON + 8 * DAY})
    assert await taken(clinic, later) | await taken(clinic, first) >= {
        (clinic.projectors, span, 2) for span in mornings(2, after=8 * DAY)
    }
    await booked(clinic, RequestedResource(clinic.hall, projectors(clinic, 2)))


async def test_what_is_not_there_is_not_changed(clinic: World, db: Db) -> None:
    first = await booked(clinic)
    for ctx, booking_id in ((clinic.ctx(), 10**9), ((await open_clinic(db)).ctx(), first.booking.id)):
        with pytest.raises(NotFound):
            await change_booking(ctx, booking_id, {"title": "Fair"})
    await change_item_state(clinic.ctx(), ids(first)[0], "remove")
    with pytest.raises(NotFound):
        await changed(clinic, first, title="Fair")


async def test_a_key_of_some_sites_changes_only_what_is_there(clinic: World) -> None:
    other = await clinic.db.fetchval(
        """
        insert into site (account_id, name, time_zone, created_at, updated_at)
        values ($1, 'Annex', 'Europe/Oslo', $2, $2) returning id
        """,
        clinic.account.id,
        clinic.now,
    )
    await clinic.db.execute("update resource set site_id = $2 where id = $1", clinic.sauna, other)
    first = await booked(clinic, RequestedResource(clinic.left), RequestedResource(clinic.sauna))
    for site, refusal in ((clinic.site, Forbidden), (10**9, NotFound)):
        ctx = at_sites(clinic.ctx(), frozenset({site}))
        with pytest.raises(refusal):
            await change_booking(ctx, first.booking.id, {"title": "Fair"})
