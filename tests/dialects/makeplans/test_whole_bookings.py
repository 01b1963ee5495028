"""What another door booked as a whole: to clients of this one, bookings of one collection."""

from datetime import UTC, datetime, timedelta

import pytest

from kalends.actions.bookings.find import get_booking
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.views import BookingWithItems
from kalends.engine.catalog.extra import Extra
from kalends.engine.time.span import Span
from tests.acts import book_whole, whole
from tests.desk import claims
from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped

HOUR = timedelta(hours=1)


def hour(clinic: Clinic, at: int, days: int = 0) -> datetime:
    return (clinic.monday(days) + at * HOUR).astimezone(UTC)


async def booked(clinic: Clinic, units: int = 2, state: str = "confirmed") -> BookingWithItems:
    """Two mornings in the left half of the hall, with projectors."""
    w = clinic.world
    spans = tuple(Span(at, at + HOUR) for at in (hour(clinic, 9), hour(clinic, 9, days=1)))
    place = RequestedResource(w.left, (Extra(units, resource_id=w.projectors),))
    return await book_whole(w.ctx(), whole(resources=(place,), times=spans, state=state, title="Fair"))


@pytest.mark.parametrize(
    ("state", "active"),
    [("confirmed", True), ("awaiting_confirmation", True), ("draft", False), ("cancelled", False)],
)
async def test_its_items_are_shown_in_each_state(clinic: Clinic, state: str, active: bool) -> None:
    fair = await booked(clinic, state=state)
    response = await clinic.client.get(f"/bookings/recurring/{fair.booking.uid}")
    rows = [row["booking"] for row in response.json()]
    assert [row["id"] for row in rows] == [view.item.id for view in fair.items]
    shown = {(row["state"], row["active"], row["collection_id"], row["title"]) for row in rows}
    assert shown == {(state, active, fair.booking.uid, "Fair")}
    assert await clinic.listed(collection_id=fair.booking.uid) == ([row["id"] for row in rows] if active else [])
    assert unwrapped(await clinic.client.get(f"/bookings/{rows[0]['id']}")) == rows[0]


async def test_they_are_called_off_and_deleted_together(clinic: Clinic) -> None:
    fair = await booked(clinic)
    path = f"/bookings/recurring/{fair.booking.uid}"
    assert len((await clinic.put(f"{path}/cancel")).json()) == 2
    assert {entry.item.state for entry in (await get_booking(clinic.world.ctx(), fair.booking.id)).items} == {
        "cancelled"
    }
    assert len((await clinic.client.delete(path)).json()) == 2
    assert (await clinic.client.get(path)).json() == []


async def test_one_of_them_moves_with_its_extras(clinic: Clinic) -> None:
    fair = await booked(clinic)
    item = fair.items[0].item
    times = {"booked_from": clinic.at(14), "booked_to": clinic.at(15)}
    moved = unwrapped(await clinic.put(f"/bookings/{item.id}", {"booking": times}))
    assert (moved["state"], moved["collection_id"]) == ("confirmed", fair.booking.uid)
    w = clinic.world
    taken = {(which, span.start, units) for which, span, units in await claims(w, item)}
    two = hour(clinic, 14)
    assert taken == {(w.left, two, 1), (w.projectors, two, 2)}


async def test_one_of_them_does_not_move_where_its_extras_are_gone(clinic: Clinic) -> None:
    item = (await booked(clinic)).items[0].item
    w, two = clinic.world, hour(clinic, 14)
    place = RequestedResource(w.right, (Extra(2, resource_id=w.projectors),))
    await book_whole(w.ctx(), whole(resources=(place,), times=(Span(two, two + HOUR),)))
    times = {"booked_from": clinic.at(14), "booked_to": clinic.at(15)}
    response = await clinic.put(f"/bookings/{item.id}", {"booking": times})
    assert response.status_code == 400
    assert "Not available" in response.text
    assert {units for _, _, units in await claims(w, item)} == {1, 2}


async def test_a_draft_is_confirmed_only_if_there_is_room(clinic: Clinic) -> None:
    first, second = [(await booked(clinic, state="draft")).items[0].item for _ in range(2)]
    assert unwrapped(await clinic.put(f"/bookings/{first.id}/confirm"))["state"] == "confirmed"
    assert len(await claims(clinic.world, first)) == 2
    assert (await clinic.put(f"/bookings/{second.id}/confirm")).status_code == 400
    assert errors(await clinic.put(f"/bookings/{first.id}/confirm"))
