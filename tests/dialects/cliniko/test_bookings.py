"""Unavailable blocks, and all that takes time in one list."""

import pytest

from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.find import get_item
from kalends.engine.bookings.block import BlockRequest
from tests.desk import hour_of, made
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import HOUR, SICK, SOON, appointment, at, attendee, block, group, linked, weekly


async def test_an_unavailable_block_is_an_item_of_its_kind(clinic: Clinic) -> None:
    world = clinic.world
    made = await block(clinic, notes="Lunch")
    item = (await get_item(world.ctx(), int(made["id"]))).item
    assert (item.kind, item.resource_id, item.starts_at, item.ends_at) == ("block", world.ada, SOON, SOON + HOUR)
    path = f"/unavailable_blocks/{made['id']}"
    assert await clinic.get(path) == made
    assert [linked(made[name]) for name in ("business", "practitioner", "conflicts", "repeated_from")] == [
        f"/businesses/{world.site}",
        f"/practitioners/{world.ada}",
        f"{path}/conflicts",
        "",
    ]
    assert (made["notes"], made["repeats"], made["repeat_rule"]) == ("Lunch", None, None)


async def test_a_block_that_repeats(clinic: Clinic) -> None:
    rule = {"number_of_repeats": 3, "repeat_type": "Daily", "repeating_interval": 1}
    first = await block(clinic, repeat_rule=rule)
    listed = (await clinic.get("/unavailable_blocks"))["unavailable_blocks"]
    assert [each["starts_at"] for each in listed] == [at(days=days) for days in range(4)]
    assert [linked(each["repeated_from"]) for each in listed[1:]] == [f"/unavailable_blocks/{first['id']}"] * 3
    assert (await clinic.client.get(linked(first["repeats"]))).json()["total_entries"] == 3


async def test_what_is_missing_or_wrong_with_a_block(clinic: Clinic) -> None:
    names = ("business_id", "practitioner_id", "starts_at", "ends_at")
    assert errors(await clinic.post("/unavailable_blocks", {})) == dict.fromkeys(names, "can't be blank")
    world = clinic.world
    usual = {"business_id": world.site, "practitioner_id": world.ada, "starts_at": at(), "ends_at": at(hours=1)}
    for changes, field in (
        ({"ends_at": at()}, "ends_at"),
        ({"business_id": 10**9}, "business_id"),
        ({"practitioner_id": 10**9}, "practitioner_id"),
    ):
        assert list(errors(await clinic.post("/unavailable_blocks", {**usual, **changes}))) == [field]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_block_is_changed_and_writing_it_back_changes_nothing(clinic: Clinic, method: str) -> None:
    world = clinic.world
    made = await block(clinic)
    path = f"/unavailable_blocks/{made['id']}"
    body = {"practitioner_id": str(world.bo), "starts_at": at(days=1), "notes": "Leave"}
    changed = (await clinic.client.request(method, path, json=body)).json()
    assert (linked(changed["practitioner"]), changed["ends_at"]) == (f"/practitioners/{world.bo}", at(days=1, hours=1))
    before = await get_item(world.ctx(), int(made["id"]))
    assert (await clinic.client.request(method, path, json=changed)).json() == changed
    assert await get_item(world.ctx(), int(made["id"])) == before
    assert (await clinic.patch(path, notes=None)).json()["notes"] is None


async def test_a_block_and_what_is_under_it_conflict_until_it_is_archived(clinic: Clinic) -> None:
    under, over = await appointment(clinic), await block(clinic)
    paths = f"/individual_appointments/{under['id']}", f"/unavailable_blocks/{over['id']}"
    for path in paths:
        assert (await clinic.get(f"{path}/conflicts"))["conflicts"]["exist"] is True
    assert (await clinic.post(f"{paths[1]}/archive")).status_code == 204
    assert (await clinic.client.delete(paths[1])).status_code == 204
    assert (await clinic.get(f"{paths[0]}/conflicts"))["conflicts"]["exist"] is False
    assert (await clinic.client.get(paths[1])).status_code == 404
    assert (await clinic.get(paths[1], "archived_at:?"))["deleted_at"] is not None


async def test_a_block_of_a_whole_business_is_shown(clinic: Clinic) -> None:
    world = clinic.world
    blocked = await add_block(world.ctx(), BlockRequest(world.site, SOON, SOON + HOUR, "Fire drill"))
    (shown,) = (await clinic.get("/unavailable_blocks", f"business_id:={world.site}"))["unavailable_blocks"]
    assert (int(shown["id"]), linked(shown["practitioner"]), shown["notes"]) == (
        blocked.view.item.id,
        "",
        "Fire drill",
    )
    response = await clinic.patch(f"/unavailable_blocks/{shown['id']}", practitioner_id=str(world.ada))
    assert errors(response) == {"practitioner_id": "can't be changed"}


async def test_bookings_are_all_of_them_each_as_what_it_is(clinic: Clinic) -> None:
    yoga = await group(clinic, starts_at=at(days=3))
    await attendee(clinic, yoga)
    massage = await appointment(clinic, starts_at=at(days=1))
    lunch = await block(clinic, starts_at=at(days=2), ends_at=at(days=2, hours=1))
    yoga = await clinic.get(f"/group_appointments/{yoga['id']}")
    listed = await clinic.get("/bookings", sort="starts_at")
    assert listed["bookings"] == [massage, lunch, yoga]
    for each in (massage, lunch, yoga):
        assert await clinic.get(f"/bookings/{each['id']}") == each
    assert (await clinic.client.get("/bookings/0")).status_code == 404


async def test_every_filter_of_bookings(clinic: Clinic) -> None:
    world = clinic.world
    yoga = await group(clinic, practitioner_id=str(world.bo))
    await attendee(clinic, yoga)
    massage = await appointment(clinic, starts_at=at(days=1), did_not_arrive=True)
    lunch = await block(clinic, starts_at=at(days=2), ends_at=at(days=2, hours=1), repeat_rule=weekly(1))
    names = {int(yoga["id"]): "yoga", int(massage["id"]): "massage", int(lunch["id"]): "lunch"}
    for condition, found in (
        (f"appointment_type_id:={world.yoga}", "yoga"),
        (f"practitioner_id:={world.ada}", "massage lunch again"),
        (f"business_id:={world.site}", "yoga massage lunch again"),
        (f"patient_ids:~{world.kari}", "yoga massage"),
        ("did_not_arrive:=true", "massage"),
        ("did_not_arrive:!=true", "yoga lunch again"),
        (f"starts_at:>={at(days=1)}", "massage lunch again"),
        (f"ends_at:<={at(hours=1)}", "yoga"),
        (f"repeated_from_id:={lunch['id']}", "again"),
        ("cancelled_at:?", ""),
        (f"id:={yoga['id']},{lunch['id']}", "yoga lunch"),
    ):
        ids = await clinic.ids("/bookings", condition)
        assert " ".join(names.get(row_id, "again") for row_id in ids) == found, condition


async def test_only_people_are_practitioners(clinic: Clinic) -> None:
    """Rooms, which other doors book, are nobody's in any list."""
    world = clinic.world
    await made(world, hour_of(world.hall, customer_id=world.kari))
    await world.class_with((world.hall,), starts_at=SOON + HOUR)
    lists = {"bookings": 2, "individual_appointments": 1, "group_appointments": 1}
    for plural, count in lists.items():
        for row in (await clinic.get(f"/{plural}"))[plural]:
            assert linked(row["practitioner"]) == ""
        assert len(await clinic.ids(f"/{plural}", "practitioner_id:!?")) == count
        assert await clinic.ids(f"/{plural}", f"practitioner_id:={world.hall}") == []
    for path in ("invoices", "appointment_types", "daily_availabilities"):
        assert (await clinic.client.get(f"/practitioners/{world.hall}/{path}")).status_code == 404


async def test_hidden_bookings_are_shown_when_they_are_asked_for(clinic: Clinic) -> None:
    yoga, massage = await group(clinic, starts_at=at(days=1)), await appointment(clinic)
    await clinic.post(f"/group_appointments/{yoga['id']}/archive")
    await clinic.patch(f"/individual_appointments/{massage['id']}/cancel", cancellation_reason=SICK)
    assert await clinic.ids("/bookings") == []
    assert await clinic.ids("/bookings", "archived_at:*") == [int(yoga["id"])]
    assert await clinic.ids("/bookings", "cancelled_at:*") == [int(massage["id"])]
    everything = await clinic.ids("/bookings", "cancelled_at:*", "deleted_at:*")
    assert everything == [int(yoga["id"]), int(massage["id"])]
    assert (await clinic.get(f"/bookings/{massage['id']}", "cancelled_at:*"))["cancellation_reason"] == SICK


async def test_what_is_archived_is_listed_as_that_whether_it_was_cancelled_or_not(clinic: Clinic) -> None:
    yoga = await group(clinic)
    cancelled, archived, both = [int((await attendee(clinic, yoga))["id"]) for _ in range(3)]
    for seat_id in (cancelled, both):
        await clinic.patch(f"/attendees/{seat_id}/cancel", cancellation_reason=SICK)
    for seat_id in (archived, both):
        assert (await clinic.post(f"/attendees/{seat_id}/archive")).status_code == 204
    assert await clinic.ids("/attendees/cancelled") == [cancelled]
    assert await clinic.ids("/attendees/deleted") == [archived, both]
