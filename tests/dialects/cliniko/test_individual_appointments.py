"""Individual appointments: booked, repeated, moved, cancelled, archived, and what they overlap."""

import pytest

from kalends.actions.bookings.find import get_item
from tests.acts import change
from tests.desk import new_york
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import HOUR, OTHER, SICK, SOON, appointment, at, linked, weekly


async def test_an_individual_appointment_is_an_item(clinic: Clinic) -> None:
    world = clinic.world
    made = await appointment(clinic, notes="Shoulder", patient_arrived=True)
    item = (await get_item(world.ctx(), int(made["id"]))).item
    assert (item.kind, item.service_id, item.resource_id, item.customer_id) == (
        "appointment",
        world.massage,
        world.ada,
        world.kari,
    )
    assert (item.starts_at, item.ends_at, item.notes, item.status) == (SOON, SOON + HOUR, "Shoulder", "checked_in")
    path = f"/individual_appointments/{made['id']}"
    assert await clinic.get(path) == made
    links = ("appointment_type", "attendees", "business", "conflicts", "patient", "patient_case", "practitioner")
    assert [linked(made[name]) for name in links] == [
        f"/appointment_types/{world.massage}",
        f"{path}/attendees",
        f"/businesses/{world.site}",
        f"{path}/conflicts",
        f"/patients/{world.kari}",
        "",
        f"/practitioners/{world.ada}",
    ]
    assert (made["patient_name"], made["patient_arrived"], made["did_not_arrive"]) == (
        "Kari Nordmann",
        True,
        False,
    )
    assert (made["cancellation_reason_description"], made["repeats"], made["repeat_rule"]) == (None, None, None)
    assert made["has_patient_appointment_notes"] is False


async def test_what_is_missing_or_wrong_is_said_at_once(clinic: Clinic) -> None:
    wrong = {"ends_at": "later", "notes": ["x"], "patient_arrived": True, "did_not_arrive": True}
    assert errors(await clinic.post("/individual_appointments", wrong)) == {
        **dict.fromkeys(
            ("appointment_type_id", "business_id", "patient_id", "practitioner_id", "starts_at"), "can't be blank"
        ),
        "ends_at": "is invalid",
        "notes": "is invalid",
        "did_not_arrive": "is invalid",
    }


async def test_what_does_not_fit(clinic: Clinic) -> None:
    world, chair = clinic.world, await new_york(clinic.world)
    usual = {
        "appointment_type_id": world.massage,
        "business_id": world.site,
        "practitioner_id": world.ada,
        "patient_id": world.kari,
        "starts_at": at(),
    }
    for changes, field in (
        ({"appointment_type_id": world.yoga}, "appointment_type_id"),
        ({"appointment_type_id": world.physio, "practitioner_id": world.bo}, "appointment_type_id"),
        ({"appointment_type_id": 10**9}, "appointment_type_id"),
        ({"practitioner_id": 10**9}, "practitioner_id"),
        ({"patient_id": 10**9}, "patient_id"),
        ({"business_id": 10**9}, "business_id"),
        ({"treatment_note_status": 50}, "treatment_note_status"),
        ({"booking_ip_address": ["::1"]}, "booking_ip_address"),
        ({"telehealth_url": "ftp://example.org"}, "telehealth_url"),
        ({"ends_at": at(hours=-1)}, "ends_at"),
    ):
        assert list(errors(await clinic.post("/individual_appointments", {**usual, **changes}))) == [field], changes
    made = await appointment(clinic)
    path = f"/individual_appointments/{made['id']}"
    assert list(errors(await clinic.patch(path, practitioner_id=str(chair)))) == ["appointment_type_id"]
    assert errors(await clinic.patch(path, appointment_type_id=str(world.yoga))) == {
        "appointment_type_id": "can't be booked"
    }
    assert list(errors(await clinic.patch(path, patient_arrived="perhaps"))) == ["patient_arrived"]
    assert list(errors(await clinic.patch(path, business_id="0"))) == ["business_id"]


async def test_what_only_clients_know_is_kept(clinic: Clinic) -> None:
    kept = {
        "booking_ip_address": "10.0.0.43",
        "online_booking_policy_accepted": True,
        "telehealth_url": "https://example.org/call",
        "treatment_note_status": 90,
    }
    made = await appointment(clinic, **kept)
    assert {name: made[name] for name in kept} == kept
    assert (await clinic.get(f"/attendees/{made['id']}"))["telehealth_url"] == kept["telehealth_url"]
    nulls = (await clinic.patch(f"/individual_appointments/{made['id']}", **dict.fromkeys(kept))).json()
    assert {name: nulls[name] for name in kept} == dict.fromkeys(kept)


async def test_repeats_are_made_and_linked(clinic: Clinic) -> None:
    first = await appointment(clinic, repeat_rule=weekly(2))
    path = f"/individual_appointments/{first['id']}"
    listed = (await clinic.get("/individual_appointments", sort="starts_at"))["individual_appointments"]
    assert [each["starts_at"] for each in listed] == [at(), at(days=7), at(days=14)]
    assert [linked(each["repeated_from"]) for each in listed] == ["", path, path]
    assert [each["repeat_rule"] for each in listed] == [weekly(2)] * 3
    repeats = (await clinic.client.get(linked(first["repeats"]))).json()["individual_appointments"]
    assert repeats == listed[1:]


async def test_it_overlaps_what_its_practitioner_has_and_says_so(clinic: Clinic) -> None:
    first, second = await appointment(clinic), await appointment(clinic, patient_id=str(clinic.world.ola))
    for made in (first, second):
        assert (await clinic.get(f"/individual_appointments/{made['id']}/conflicts"))["conflicts"]["exist"] is True
    assert (await get_item(clinic.world.ctx(), int(first["id"]))).item.overlap_allowed is False
    assert (await get_item(clinic.world.ctx(), int(second["id"]))).item.overlap_allowed is True
    moved = await clinic.patch(f"/individual_appointments/{second['id']}", starts_at=at(hours=1))
    assert moved.json()["ends_at"] == at(hours=2)
    for made in (first, second):
        assert (await clinic.get(f"/individual_appointments/{made['id']}/conflicts"))["conflicts"]["exist"] is False
    assert (await get_item(clinic.world.ctx(), int(second["id"]))).item.overlap_allowed is False
    assert (await clinic.patch(f"/individual_appointments/{second['id']}", starts_at=at())).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_it_is_changed(clinic: Clinic, method: str) -> None:
    world = clinic.world
    made = await appointment(clinic, notes="Knee")
    path = f"/individual_appointments/{made['id']}"
    body = {
        "appointment_type_id": None,
        "business_id": str(world.site),
        "practitioner_id": str(world.bo),
        "patient_id": str(world.ola),
        "ends_at": at(hours=2),
        "notes": None,
        "did_not_arrive": True,
    }
    changed = (await clinic.client.request(method, path, json=body)).json()
    assert (linked(changed["practitioner"]), linked(changed["patient"])) == (
        f"/practitioners/{world.bo}",
        f"/patients/{world.ola}",
    )
    assert (changed["starts_at"], changed["ends_at"], changed["notes"]) == (at(), at(hours=2), None)
    assert (changed["patient_arrived"], changed["did_not_arrive"]) == (False, True)
    assert (await clinic.get(f"/attendees/{made['id']}"))["arrived"] is False


async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic) -> None:
    made = await appointment(clinic, repeat_rule=weekly(1), did_not_arrive=True)
    await change(clinic.world.ctx(), int(made["id"]), {"starts_at": SOON.replace(microsecond=7)})
    before = await get_item(clinic.world.ctx(), int(made["id"]))
    read = await clinic.get(f"/individual_appointments/{made['id']}")
    assert (await clinic.patch(f"/individual_appointments/{made['id']}", **read)).json() == read
    assert await get_item(clinic.world.ctx(), int(made["id"])) == before


async def test_it_is_cancelled_with_or_without_a_body(clinic: Clinic) -> None:
    made = await appointment(clinic)
    path = f"/individual_appointments/{made['id']}"
    assert (await clinic.client.patch(f"{path}/cancel")).status_code == 204
    assert (await clinic.client.get(path)).status_code == 404
    assert (await clinic.client.patch(f"{path}/cancel")).status_code == 404
    shown = await clinic.get(path, "cancelled_at:*")
    assert shown["cancelled_at"] is not None
    assert (shown["cancellation_reason"], shown["cancellation_reason_description"]) == (None, None)
    nothing = await appointment(clinic)
    cancel, no_body = f"/individual_appointments/{nothing['id']}/cancel", {"content-type": "application/json"}
    assert (await clinic.client.patch(cancel, content="null", headers=no_body)).status_code == 204
    again = await appointment(clinic)
    conflicts = f"/individual_appointments/{again['id']}/conflicts"
    assert (await clinic.get(conflicts))["conflicts"]["exist"] is False
    body = {"cancellation_reason": SICK, "cancellation_note": "Flu"}
    await clinic.patch(f"/individual_appointments/{again['id']}/cancel", **body)
    shown = await clinic.get(f"/individual_appointments/{again['id']}", "cancelled_at:?")
    assert (shown["cancellation_reason_description"], shown["cancellation_note"]) == ("Sick", "Flu")
    ids = [int(each["id"]) for each in (made, nothing, again)]
    assert await clinic.ids("/individual_appointments/cancelled") == ids


async def test_the_later_repeats_are_cancelled_with_it(clinic: Clinic) -> None:
    await appointment(clinic, repeat_rule=weekly(2))
    ids = await clinic.ids("/individual_appointments")
    body = {"cancellation_reason": OTHER, "apply_to_repeats": True}
    await clinic.patch(f"/individual_appointments/{ids[1]}/cancel", **body)
    assert await clinic.ids("/individual_appointments") == ids[:1]


@pytest.mark.parametrize(("method", "suffix"), [("POST", "/archive"), ("DELETE", "")])
async def test_it_is_archived(clinic: Clinic, method: str, suffix: str) -> None:
    made = await appointment(clinic)
    path = f"/individual_appointments/{made['id']}"
    for _ in range(2):
        assert (await clinic.client.request(method, path + suffix)).status_code == 204
    assert await clinic.ids("/individual_appointments") == []
    assert await clinic.ids("/individual_appointments/deleted") == [int(made["id"])]
    assert (await clinic.get(path, "archived_at:*"))["deleted_at"] is not None


async def test_a_group_is_no_individual_appointment(clinic: Clinic) -> None:
    seat = await clinic.world.class_of(3)
    for path in (f"/individual_appointments/{seat}", f"/individual_appointments/{seat}/conflicts"):
        assert (await clinic.client.get(path)).status_code == 404
    for path in (f"/individual_appointments/{seat}/archive", f"/attendees/{seat}/archive"):
        assert (await clinic.post(path)).status_code == 404
    assert (await clinic.client.patch(f"/individual_appointments/{seat}/cancel")).status_code == 404


async def test_every_filter(clinic: Clinic) -> None:
    world = clinic.world
    first = await appointment(clinic, repeat_rule=weekly(1))
    other = int((await appointment(clinic, practitioner_id=str(world.bo), patient_id=str(world.ola)))["id"])
    first_id = int(first["id"])
    (later,) = await clinic.ids("/individual_appointments", f"repeated_from_id:={first_id}")
    for condition, found in (
        (f"id:>={other}", [other]),
        (f"appointment_type_id:={world.massage},{world.yoga}", [first_id, later, other]),
        (f"business_id:={world.site}", [first_id, later, other]),
        (f"practitioner_id:={world.bo}", [other]),
        (f"patient_id:={world.kari}", [first_id, later]),
        (f"starts_at:>{at()}", [later]),
        (f"ends_at:<{at(days=1)}", [first_id, other]),
        ("cancelled_at:?", []),
        ("repeated_from_id:!?", [first_id, other]),
        ("updated_at:?", [first_id, later, other]),
    ):
        assert await clinic.ids("/individual_appointments", condition) == found, condition
