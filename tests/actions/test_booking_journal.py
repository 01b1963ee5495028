"""What a whole booking was and has become, as the journal tells it."""

from typing import Any

import pytest

from kalends.actions.customers.merge import merge_customers
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.customers.customer import CustomerPatch
from tests.acts import book_whole, change_booking, whole
from tests.desk import broken, mornings, told
from tests.world import NOW, World


async def fair(clinic: World) -> BookingWithItems:
    order = whole(resources=(RequestedResource(clinic.left),), times=mornings(2), title="Fair", customer_id=clinic.kari)
    return await book_whole(clinic.ctx(), order)


async def told_of(clinic: World, ordered: BookingWithItems) -> list[tuple[str, Any, Any]]:
    return await told(clinic, "booking", ordered.booking.id)


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({"comments": "Late"}, {"comments": ""}, {"comments": "Late"}),
        ({"title": "Market"}, {"title": "Fair"}, {"title": "Market"}),
        ({"repeats": True}, {"recurrence": None}, {"recurrence": {"version": 1}}),
        ({"details": {"one": {"a": 1}}}, {"details": {}}, {"details": {"one": {"a": 1}}}),
    ],
)
async def test_what_changed_is_told(clinic: World, fields: Any, before: Any, after: Any) -> None:
    booked = await fair(clinic)
    await change_booking(clinic.ctx(), booked.booking.id, fields)
    assert await told_of(clinic, booked) == [("change", before, after)]
    await change_booking(clinic.ctx(), booked.booking.id, fields)
    assert len(await told_of(clinic, booked)) == 1


async def test_each_change_tells_what_it_replaced_and_all_is_in_order(clinic: World) -> None:
    booked = await fair(clinic)
    for comments in ("Late", "Early"):
        await change_booking(clinic.ctx(), booked.booking.id, {"comments": comments})
    assert [(before, after) for _, before, after in await told_of(clinic, booked)] == [
        ({"comments": ""}, {"comments": "Late"}),
        ({"comments": "Late"}, {"comments": "Early"}),
    ]
    assert await broken(clinic, NOW) == []


async def test_another_customer_is_told_and_so_is_a_merger(clinic: World) -> None:
    booked = await fair(clinic)
    await change_booking(clinic.ctx(), booked.booking.id, {"customer_id": clinic.ola})
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    assert await told_of(clinic, booked) == [
        ("change", {"customer_id": clinic.kari}, {"customer_id": clinic.ola}),
        ("merge", {"customer_id": clinic.ola}, {"customer_id": clinic.kari}),
    ]


async def test_who_changed_it_and_when_is_told(clinic: World) -> None:
    booked = await fair(clinic)
    await change_booking(clinic.ctx(who="Olga"), booked.booking.id, {"comments": "Late"})
    row = await clinic.db.fetchrow(
        "select actor, at, revision from journal where account_id = $1 and kind = 'booking'", clinic.account.id
    )
    assert row is not None
    assert tuple(row) == ("Olga", NOW, 1)


async def test_what_is_never_changed_stays_out_of_the_journal(clinic: World) -> None:
    booked = await fair(clinic)
    await change_booking(clinic.ctx(), booked.booking.id, {"state": "cancelled"})
    assert await told_of(clinic, booked) == []
