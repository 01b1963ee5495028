"""Saving bookings: new ones, and what was sent of those that are there."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.desk import counted
from tests.dialects.locaboo.booking import add, added, days, instances, listed, no, recurring, shown
from tests.dialects.locaboo.venue import Venue, refused, worked

EXAMPLE = Path(__file__).parent / "examples" / "booking_save.json"


def wanted(venue: Venue, **fields: Any) -> dict[str, Any]:
    """Left on Monday from 9 to 10, but for what is said."""
    times = {"date_from": venue.day(), "date_to": venue.day(), "time_from": "09:00", "time_to": "10:00"}
    return {"resource_id": venue.world.left, **times, **fields}


async def save(venue: Venue, **fields: Any) -> int:
    """The id of a booking that could be saved."""
    ident: int = worked(await venue.post("/booking_save", fields))["data"][0]["id"]
    return ident


async def test_what_the_page_answers(venue: Venue) -> None:
    answer = worked(await venue.client.get("/booking_save", params=wanted(venue)))
    example = msgspec.json.decode(EXAMPLE.read_bytes())
    example["data"][0]["id"] = answer["data"][0]["id"]
    assert answer == example


async def test_everything_in_the_query_of_a_post(venue: Venue) -> None:
    answer = worked(await venue.client.post("/booking_save", params=wanted(venue, booking_title="Choir", time_from=8)))
    ident = answer["data"][0]["id"]
    assert (await shown(venue, ident))["title"] == "Choir"
    changed = worked(await venue.client.get("/booking_save", params={"booking_id": ident, "title": "Band"}))
    assert changed["data"] == [{"id": ident, "message": "Successfully updated the booking."}]
    assert (await shown(venue, ident))["title"] == "Band"


async def test_whole_days_without_times(venue: Venue) -> None:
    ident = await save(venue, **wanted(venue, time_from="", time_to="", date_to=venue.day(1)))
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [("00:00", "23:59")] * 2


@pytest.mark.parametrize("status", ["Live", "Draft", "Complete", "Cancel"])
async def test_statuses(venue: Venue, status: str) -> None:
    ident = await save(venue, **wanted(venue, booking_status=status))
    assert (await shown(venue, ident))["booking_status"] == status
    again = await venue.post("/booking_save", wanted(venue))
    assert again.status_code == (409 if status in {"Live", "Complete"} else 200)


async def test_somebody_is_found_or_made(venue: Venue) -> None:
    w = venue.world
    whom = {"customer_email": "KARI@example.org", "customer_first_name": "Somebody"}
    booking = await shown(venue, await save(venue, **wanted(venue), **whom))
    assert (booking["customer_id"], booking["customer"]) == (str(w.kari), "Kari Nordmann")
    nils = {"customer_first_name": "Nils", "customer_last_name": "Ny", "customer_zip": "0155", "customer_city": "Oslo"}
    more = {"customer_salutation": "Ms/Mrs", "customer_street": "Torget", "customer_company": "Choir"}
    made = await shown(venue, await save(venue, **wanted(venue, time_from=12, time_to=13), **nils, **more))
    assert made["customer"] == "Choir"
    row = await w.db.fetchrow(
        "select first_name, postcode, street, details from customer where account_id = $1 and id = $2",
        w.account.id,
        int(made["customer_id"]),
    )
    assert row is not None
    assert tuple(row) == ("Nils", "0155", "Torget", {"locaboo": {"salutation": 1}})


async def test_only_what_was_sent_changes(venue: Venue) -> None:
    w = venue.world
    ident = await add(venue, title="Choir", customer_id=w.kari)
    await save(venue, booking_id=ident, date_from=venue.day(1), date_to=venue.day(1))
    assert await instances(venue, ident) == [("Hall > Left", f"{venue.day(1)} 09:00", f"{venue.day(1)} 10:00")]
    await save(venue, booking_id=ident, time_to="12:00")
    assert await instances(venue, ident) == [("Hall > Left", f"{venue.day(1)} 09:00", f"{venue.day(1)} 12:00")]
    await save(venue, booking_id=ident, resource_id=w.sauna)
    assert await instances(venue, ident) == [("Sauna", f"{venue.day(1)} 09:00", f"{venue.day(1)} 12:00")]
    booking = await shown(venue, ident)
    assert (booking["title"], booking["customer_id"], booking["booking_status"]) == ("Choir", str(w.kari), "Live")


async def test_hours_alone_change_every_instance(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", {"from": "09:00", "to": "10:00"}, 2))
    await save(venue, booking_id=ident, time_from="08:30")
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [("08:30", "10:00")] * 3
    assert await days(venue, ident) == [venue.day(at) for at in range(3)]


async def test_separate_times_move_together(venue: Venue) -> None:
    week = [{"day": "mon", "from": "09:00", "to": "10:00"}, {"day": "wed", "from": "14:00", "to": "16:00"}]
    ident = await added(venue, recurring(venue, "week", week, 9))
    before = await instances(venue, ident)
    await save(venue, booking_id=ident, date_from=venue.day(), date_to=venue.day(9), booking_title="The same")
    assert await instances(venue, ident) == before
    await save(venue, booking_id=ident, date_from=venue.day(1), date_to=venue.day(10))
    assert [(start, end[-5:]) for _, start, end in await instances(venue, ident)] == [
        (f"{venue.day(1)} 09:00", "10:00"),
        (f"{venue.day(3)} 14:00", "16:00"),
        (f"{venue.day(8)} 09:00", "10:00"),
        (f"{venue.day(10)} 14:00", "16:00"),
    ]


async def test_times_that_meet_at_noon_stay_two(venue: Venue) -> None:
    week = [{"day": "mon", "from": "09:00", "to": "12:00"}, {"day": "mon", "from": "12:00", "to": "13:00"}]
    ident = await added(venue, recurring(venue, "week", week, 7))
    await save(venue, booking_id=ident, date_from=venue.day(1), date_to=venue.day(8))
    assert [(start, end[-5:]) for _, start, end in await instances(venue, ident)] == [
        (f"{venue.day(1)} 09:00", "12:00"),
        (f"{venue.day(1)} 12:00", "13:00"),
        (f"{venue.day(8)} 09:00", "12:00"),
        (f"{venue.day(8)} 12:00", "13:00"),
    ]


async def test_the_day_of_one_of_separate_times_is_that_one(venue: Venue) -> None:
    ident = await added(venue, recurring(venue, "day", {"from": "09:00", "to": "10:00"}, 2))
    await save(venue, booking_id=ident, date_from=venue.day(1), date_to=venue.day(1), time_to="11:00")
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [
        ("09:00", "10:00"),
        ("09:00", "11:00"),
        ("09:00", "10:00"),
    ]


async def test_what_is_saved_as_it_was_is_as_it_was(venue: Venue) -> None:
    """Wednesdays of January, whose form shows the first and the last of January."""
    week = [{"day": "wed", "from": "18:00", "to": "20:00"}]
    ident = await added(venue, recurring(venue, "week", week, 27))
    before = await instances(venue, ident)
    form = {"date_from": venue.day(0), "date_to": venue.day(27), "time_from": "18:00", "time_to": "20:00"}
    await save(venue, booking_id=ident, **form, booking_title="Judo")
    assert await instances(venue, ident) == before
    refused = await no(venue, "/booking_save", {"booking_id": ident, **form, "date_to": venue.day(20)}, 409)
    assert refused.startswith("The booking has separate times (")
    assert await instances(venue, ident) == before


async def test_a_time_over_several_days_stays_one(venue: Venue) -> None:
    ident = await add(venue, date_to=venue.day(2), time_from="20:00", time_to="02:00")
    await save(venue, booking_id=ident, time_to="04:00")
    assert [(start[-5:], end[-5:]) for _, start, end in await instances(venue, ident)] == [
        ("20:00", "23:59"),
        ("00:00", "23:59"),
        ("00:00", "04:00"),
    ]
    await save(venue, booking_id=ident, date_to=venue.day(1))
    assert [end[-5:] for _, _, end in await instances(venue, ident)] == ["23:59", "04:00"]


async def test_inventory_moves_along(venue: Venue) -> None:
    w = venue.world
    ident = await add(venue, inventory={w.hall: {w.projectors: {"checked": "on", "quantity": 2}}})
    await save(venue, booking_id=ident, resource_id=w.sauna)
    assert (await shown(venue, ident))["resources"][0]["inventory"][str(w.projectors)]["quantity"] == "2"


async def test_cancelled_is_free_again(venue: Venue) -> None:
    ident = await add(venue)
    await save(venue, booking_id=ident, booking_status="Cancel")
    assert (await shown(venue, ident))["booking_status"] == "Cancel"
    assert await listed(venue, date_from=venue.day()) == []
    await add(venue)


async def test_a_draft_takes_no_time_until_it_is_live(venue: Venue) -> None:
    draft = await save(venue, **wanted(venue, booking_status="Draft"))
    await add(venue)
    message = await no(venue, "/booking_save", {"booking_id": draft, "booking_status": "Live"}, 409)
    assert message == f"Left is taken: {venue.day()} 09:00 - 10:00"


async def test_a_move_to_what_is_taken_changes_nothing(venue: Venue) -> None:
    w = venue.world
    await add(venue, main_resource=w.sauna, resource_parts=[], booking_mode="direct_booking")
    ident = await add(venue)
    await add(venue, main_resource=w.hall, resource_parts={w.hall: [w.right]})
    assert "Right is taken" in await no(venue, "/booking_save", {"booking_id": ident, "resource_id": w.right}, 409)
    assert [where for where, _, _ in await instances(venue, ident)] == ["Hall > Left"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"date_from": "", "date_to": ""}, "date_from is required; date_to is required"),
        ({"resource_id": ""}, "resource_id is required"),
        ({"booking_status": "Perhaps"}, "booking_status is not one of the accepted values"),
        ({"date_to": "2020-01-01"}, "date_to must not be before date_from"),
        ({"time_from": "11:00"}, "time_to must be after time_from"),
        ({"customer_salutation": "Sir"}, "customer_salutation is not one of the accepted values"),
        ({"customer_email": "nowhere"}, "customer_email is not valid"),
        ({"resource_id": 2**70}, "resource_id is not valid"),
        ({"booking_title": {"a": 1}}, "title is not valid"),
        ({"date_to": "2060-01-01"}, "Too many instances"),
    ],
)
async def test_what_can_not_be_saved(venue: Venue, fields: dict[str, Any], message: str) -> None:
    assert message in await no(venue, "/booking_save", {**wanted(venue), **fields})


async def test_what_is_not_there(venue: Venue) -> None:
    assert await no(venue, "/booking_save", {"booking_id": 2**40}, 404) == f"booking_id {2**40} is unknown"
    assert await no(venue, "/booking_save", wanted(venue, resource_id=2**40), 404) == f"resource_id {2**40} is unknown"
    assert "must be after date_from" in await no(
        venue, "/booking_save", {"booking_id": await add(venue), "date_to": "2020-1-1"}
    )


async def test_an_update_of_nothing_leaves_no_trace(venue: Venue) -> None:
    ident = await add(venue)
    before = await counted(venue.world)
    await save(venue, booking_id=ident, nonsense="x", title="")
    assert await counted(venue.world) == before


async def test_another_account_has_other_bookings(venue: Venue, venue_with: Any) -> None:
    ident = await add(venue)
    other = await venue_with()
    refused(await other.client.get("/booking_save", params={"booking_id": ident, "title": "Mine"}), 404)
