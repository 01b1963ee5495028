"""All ids that belong to nothing are told at once, each at the field that named it."""

from typing import Any

import pytest

from tests.desk import counted, made, visit
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import appointment, at, block, group

NOTHING = str(10**9)
NEW: dict[str, dict[str, Any]] = {
    "/attendees": {"booking_id": NOTHING, "patient_id": NOTHING, "patient_case_id": NOTHING},
    "/individual_appointments": {
        "appointment_type_id": NOTHING,
        "business_id": NOTHING,
        "practitioner_id": NOTHING,
        "patient_id": NOTHING,
        "patient_case_id": NOTHING,
    },
    "/group_appointments": {"appointment_type_id": NOTHING, "business_id": NOTHING, "practitioner_id": NOTHING},
    "/unavailable_blocks": {"business_id": NOTHING, "practitioner_id": NOTHING},
    "/availability_blocks": {"business_id": NOTHING, "practitioner_id": NOTHING},
    "/appointment_types": {"practitioner_ids": [NOTHING, "7"], "business_ids": [NOTHING]},
    "/patient_cases": {"patient_id": NOTHING, "attendee_ids": [NOTHING, "7"]},
}
OTHERS: dict[str, dict[str, Any]] = {
    "/attendees": {},
    "/appointment_types": {"name": "Taping", "duration_in_minutes": 15},
    "/patient_cases": {"name": "Knee"},
}
UNREADABLE: dict[str, dict[str, Any]] = {
    "/attendees": {"arrived": "perhaps"},
    "/appointment_types": {"name": "", "duration_in_minutes": 0},
    "/patient_cases": {"name": "", "max_sessions": 0},
}
TIMES = {"starts_at": at(), "ends_at": at(hours=1)}


@pytest.mark.parametrize("path", NEW)
async def test_all_ids_of_nothing_are_named(clinic: Clinic, path: str) -> None:
    before = await counted(clinic.world)
    response = await clinic.post(path, {**OTHERS.get(path, TIMES), **NEW[path]})
    assert errors(response) == dict.fromkeys(NEW[path], "must exist")
    assert await counted(clinic.world) == before


async def test_ids_of_nothing_are_named_with_what_else_is_wrong(clinic: Clinic) -> None:
    w = clinic.world
    ends_before = {"starts_at": at(), "ends_at": at(hours=-1)}
    for path, sent, fields in (
        ("/group_appointments", {"appointment_type_id": NOTHING, "business_id": w.site, "practitioner_id": w.ada}, ()),
        ("/unavailable_blocks", {"business_id": NOTHING, "practitioner_id": w.ada}, ()),
        ("/availability_blocks", {"business_id": w.site, "practitioner_id": NOTHING}, ()),
    ):
        named = {name for name, value in sent.items() if value == NOTHING}
        assert set(errors(await clinic.post(path, {**ends_before, **sent}))) == {"ends_at", *named, *fields}, path


@pytest.mark.parametrize("path", NEW)
async def test_ids_of_nothing_are_told_with_what_can_not_be_read(clinic: Clinic, path: str) -> None:
    ids = {name: value for name, value in NEW[path].items() if name not in ("patient_case_id", "attendee_ids")}
    unreadable = UNREADABLE.get(path, {"starts_at": "soon", "ends_at": "later"})
    told = errors(await clinic.post(path, {**ids, **unreadable}))
    assert set(told) == {*ids, *unreadable}
    assert {told[name] for name in ids} == {"must exist"}


async def test_services_of_nothing_are_told_with_what_else_is_wrong_with_a_business(clinic: Clinic) -> None:
    path, wrong = f"/businesses/{clinic.world.site}", {"business_name": "", "appointment_type_ids": [NOTHING]}
    for response in (await clinic.post("/businesses", wrong), await clinic.patch(path, **wrong)):
        assert errors(response) == {"business_name": "can't be blank", "appointment_type_ids": "must exist"}


async def test_a_type_for_groups_is_refused_with_the_ids_of_nothing(clinic: Clinic) -> None:
    w = clinic.world
    usual = {"business_id": w.site, "practitioner_id": w.ada, "starts_at": at()}
    sent = {**usual, "appointment_type_id": w.yoga, "patient_id": NOTHING}
    assert errors(await clinic.post("/individual_appointments", sent)) == {
        "patient_id": "must exist",
        "appointment_type_id": "can't be booked",
    }
    made = await appointment(clinic)
    sent = {"appointment_type_id": str(w.yoga), "practitioner_id": NOTHING, "patient_id": NOTHING}
    told = errors(await clinic.patch(f"/individual_appointments/{made['id']}", **sent))
    assert told == {**dict.fromkeys(sent, "must exist"), "appointment_type_id": "can't be booked"}


async def test_an_end_before_the_start_is_told_with_the_ids_of_nothing(clinic: Clinic) -> None:
    made = await appointment(clinic)
    sent = {"starts_at": at(), "ends_at": at(hours=-1), "patient_id": NOTHING}
    told = {"ends_at": "must be after start", "patient_id": "must exist"}
    assert errors(await clinic.patch(f"/individual_appointments/{made['id']}", **sent)) == told
    w = clinic.world
    ids = {"appointment_type_id": w.massage, "business_id": w.site, "practitioner_id": w.ada}
    assert errors(await clinic.post("/individual_appointments", {**ids, **sent})) == told


async def test_a_change_names_all_ids_of_nothing(clinic: Clinic) -> None:
    later = {"starts_at": at(days=2), "ends_at": at(days=2, hours=1)}
    kinds = (
        ("/individual_appointments", await appointment(clinic)),
        ("/group_appointments", await group(clinic, starts_at=at(days=1))),
        ("/unavailable_blocks", await block(clinic, **later)),
    )
    for path, record in kinds:
        response = await clinic.patch(f"{path}/{record['id']}", **NEW[path])
        assert errors(response) == dict.fromkeys(NEW[path], "must exist"), path
        assert await clinic.get(f"{path}/{record['id']}") == record


async def test_attendees_of_a_case_are_all_checked(clinic: Clinic) -> None:
    w = clinic.world
    other = await made(w, visit(w, resource_id=w.bo, customer_id=w.ola))
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari))
    sent = {"attendee_ids": [str(other.id), NOTHING], "name": ""}
    assert errors(await clinic.patch(f"/patient_cases/{case['id']}", **sent)) == {
        "name": "can't be blank",
        "attendee_ids": "must exist",
    }
