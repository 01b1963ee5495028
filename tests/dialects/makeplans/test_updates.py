"""A booking is changed."""

from typing import Any

from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped


async def test_only_what_is_sent_changes(clinic: Clinic) -> None:
    made = await clinic.book(9, notes="Bring towels", custom_data={"leg": "right"})
    changed = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": {"title": "Second", "id": made["id"]}}))
    assert changed["revision_count"] == 1
    same = {"title", "updated_at", "revision_count"}
    assert {k: v for k, v in changed.items() if k not in same} == {k: v for k, v in made.items() if k not in same}


async def test_what_is_read_can_be_written_back(clinic: Clinic) -> None:
    made = await clinic.book(9, custom_data={"ok": True, "seen_at": clinic.at(8)}, paid_amount="9.95")
    back = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": made}))
    changing = {"updated_at", "revision_count"}
    assert {k: v for k, v in back.items() if k not in changing} == {k: v for k, v in made.items() if k not in changing}


async def test_what_is_as_it_was_is_no_change(clinic: Clinic) -> None:
    made = await clinic.book(9, notes="Bring towels", custom_data={"ok": True}, paid_amount="9.95")
    bodies: tuple[dict[str, Any], ...] = ({"booking": made}, {"booking": {}}, {})
    for body in bodies:
        sent = {**body, "modification_send_email": True}
        assert unwrapped(await clinic.put(f"/bookings/{made['id']}", sent)) == made
    assert await clinic.world.db.fetchval("select count(*) from outbox where item_id = $1", made["id"]) == 0


async def test_an_event_booking_can_be_written_back_too(clinic: Clinic) -> None:
    event = await clinic.world.class_of(5, clinic.monday().replace(hour=18))
    wish = {"booking": {"event_id": event, "person_id": clinic.world.kari, "count": 1}}
    made = unwrapped(await clinic.post("/bookings", wish))
    assert unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": made})) == made


async def test_what_is_over_can_still_be_noted(clinic: Clinic) -> None:
    made = await clinic.book(9)
    gone = unwrapped(await clinic.put(f"/bookings/{made['id']}/cancel"))
    noted = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": {**gone, "notes": "was ill"}}))
    assert (noted["state"], noted["notes"]) == ("cancelled", "was ill")
    await clinic.book(9)


async def test_what_is_deleted_is_not_changed_any_more(clinic: Clinic) -> None:
    path = f"/bookings/{(await clinic.book(9))['id']}"
    gone = unwrapped(await clinic.client.delete(path))
    assert errors(await clinic.put(path, {"booking": {"notes": "late"}})) == {
        "state": ['cannot transition via "change"']
    }
    assert errors(await clinic.put(f"{path}/status", {"status": "no_show"})) == {
        "state": ['cannot transition via "status"']
    }
    assert unwrapped(await clinic.client.get(path)) == gone


async def test_moving_frees_and_takes(clinic: Clinic) -> None:
    made = await clinic.book(9)
    other = await clinic.book(11)
    moved = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": {"booked_from": clinic.at(13)}}))
    assert moved["booked_to"][11:16] == "14:00"
    assert (await clinic.book(9))["state"] == "confirmed"
    onto = {"booking": {"booked_from": clinic.at(11), "booked_to": clinic.at(12)}}
    refused = errors(await clinic.put(f"/bookings/{made['id']}", onto))
    assert refused == {"resource_id": ["Not available for booking at this time"]}
    forced = unwrapped(await clinic.put(f"/bookings/{made['id']}", {**onto, "ignore_capacity": True}))
    assert forced["booked_from"] == other["booked_from"]


async def test_custom_data_is_replaced_whole(clinic: Clinic) -> None:
    made = await clinic.book(9, custom_data={"a": "1", "b": "2"})
    changed = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": {"custom_data": {"b": "3"}}}))
    assert changed["custom_data"] == {"b": "3"}


async def test_what_is_kept_stays_beside_what_is_changed(clinic: Clinic) -> None:
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), "add_messages": True}))
    changed = unwrapped(await clinic.put(f"/bookings/{made['id']}", {"booking": {"invoiced_at": clinic.at(8)}}))
    assert changed["add_messages"] is True
    assert changed["invoiced_at"].startswith(f"{clinic.monday():%Y-%m-%d}T08:00:00")


async def test_an_event_bookings_times_stay_the_events(clinic: Clinic) -> None:
    event = await clinic.world.class_of(5, clinic.monday().replace(hour=18))
    made = unwrapped(await clinic.post("/bookings", {"booking": {"event_id": event, "person_id": clinic.world.kari}}))
    path, fixed = f"/bookings/{made['id']}", ["is that of the event and can't be changed"]
    moved = {"booked_from": clinic.at(9), "booked_to": clinic.at(10), "notes": "vegan"}
    assert errors(await clinic.put(path, {"booking": moved})) == {"booked_from": fixed, "booked_to": fixed}
    assert errors(await clinic.put(path, {"booking": {"resource_id": clinic.world.ada}})) == {"resource_id": fixed}
    changed = unwrapped(await clinic.put(path, {"booking": {**made, "notes": "vegan"}}))
    assert (changed["booked_from"], changed["notes"]) == (made["booked_from"], "vegan")
    other = await clinic.world.class_of(5, clinic.monday(1).replace(hour=18))
    elsewhere = unwrapped(await clinic.put(path, {"booking": {**made, "event_id": other}}))
    assert (elsewhere["event_id"], elsewhere["booked_from"][:10]) == (other, clinic.at(18, days=1)[:10])


async def test_a_person_comes_with_the_change(clinic: Clinic) -> None:
    made = await clinic.book(9)
    wish = {"booking": {"person_attributes": {"name": "Nils Ny", "email": "nils@example.org"}}}
    changed = unwrapped(await clinic.put(f"/bookings/{made['id']}", wish))
    assert changed["person"]["email"] == "nils@example.org"
    assert changed["person_id"] not in (clinic.world.kari, clinic.world.ola)


async def test_a_name_alone_is_no_other_person(clinic: Clinic) -> None:
    made = await clinic.book(9)
    for attributes in ({"name": "Karin Nordmann"}, {"name": "Kari Nordmann", "street": "Torget 1"}):
        wish = {"booking": {"person_attributes": attributes}}
        changed = unwrapped(await clinic.put(f"/bookings/{made['id']}", wish))
        assert (changed["person_id"], changed["person"]["name"]) == (clinic.world.kari, "Kari Nordmann")
    assert changed["person"]["street"] == "Torget 1"


async def test_faults_of_a_change_are_named_at_once(clinic: Clinic) -> None:
    made = await clinic.book(9)
    wish = {"booking": {"booked_from": "soon", "count": "many", "custom_data": "x"}, "ignore_capacity": "maybe"}
    assert errors(await clinic.put(f"/bookings/{made['id']}", wish)) == {
        "booked_from": ["is invalid"],
        "count": ["is not a number"],
        "custom_data": ["is invalid"],
        "ignore_capacity": ["is invalid"],
    }
