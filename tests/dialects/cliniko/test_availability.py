"""Daily availabilities, availability blocks and available times."""

from datetime import datetime
from typing import Any

import pytest

from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import change_service
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from tests.desk import DAY, SOON
from tests.dialects.cliniko.clinic import Clinic, errors

SATURDAY = {"starts_at": "2027-03-06T09:00:00Z", "ends_at": "2027-03-06T11:00:00Z"}
REPEATED = {"number_of_repeats": 2, "repeat_type": "Weekly", "repeating_interval": 1}


def block(clinic: Clinic, **fields: Any) -> dict[str, Any]:
    w = clinic.world
    return {"business_id": str(w.site), "practitioner_id": str(w.ada), **SATURDAY, **fields}


def free(clinic: Clinic, what: str, service_id: int = 0, practitioner_id: int = 0) -> str:
    w = clinic.world
    service_id, practitioner_id = service_id or w.massage, practitioner_id or w.ada
    return f"/businesses/{w.site}/practitioners/{practitioner_id}/appointment_types/{service_id}/{what}"


async def starts(clinic: Clinic, first: str, last: str, **service: int) -> list[str]:
    body = await clinic.get(free(clinic, "available_times", **service), **{"from": first, "to": last})
    assert body["total_entries"] == len(body["available_times"])
    return [time["appointment_start"] for time in body["available_times"]]


async def test_a_week_as_usual(clinic: Clinic) -> None:
    w = clinic.world
    night = [Opening(6, 480, 720), Opening(6, 1320, 1560)]
    await change_resource(w.ctx(), w.ada, ResourcePatch(), night, weekdays=[6])
    days = (await clinic.get(f"/practitioners/{w.ada}/daily_availabilities"))["daily_availabilities"]
    by_day = {day["day_of_week"]: [tuple(part.values()) for part in day["availabilities"]] for day in days}
    assert by_day[1] == [("08:00", "16:00")]
    assert (by_day[6], by_day[0]) == ([("08:00", "12:00"), ("22:00", "02:00")], [])
    assert {day["time_zone_identifier"] for day in days} == {"Europe/Oslo"}
    assert await clinic.get(f"/daily_availabilities/{days[0]['id']}") == days[0]
    assert len(await clinic.ids(f"/businesses/{w.site}/daily_availabilities")) == 14
    assert len(await clinic.ids("/daily_availabilities", f"practitioner_id:={w.bo}", f"business_id:={w.site}")) == 7
    assert (await clinic.client.get("/daily_availabilities/1")).status_code == 404


async def test_a_block_opens_a_saturday(clinic: Clinic) -> None:
    assert await starts(clinic, "2027-03-06", "2027-03-07") == []
    made = await clinic.make("/availability_blocks", **block(clinic))
    assert (made["starts_at"], made["repeat_rule"]) == (SATURDAY["starts_at"], None)
    assert await clinic.get(f"/availability_blocks/{made['id']}") == made
    assert await starts(clinic, "2027-03-06", "2027-03-07") == ["2027-03-06T09:00:00Z", "2027-03-06T10:00:00Z"]


async def test_a_block_repeats(clinic: Clinic) -> None:
    made = await clinic.make("/availability_blocks", **block(clinic, repeat_rule=REPEATED))
    assert made["repeat_rule"] == REPEATED
    listed = await clinic.get("/availability_blocks", sort="starts_at:desc")
    assert [day["starts_at"][:10] for day in listed["availability_blocks"]] == [
        "2027-03-20",
        "2027-03-13",
        "2027-03-06",
    ]
    assert len(await clinic.ids("/availability_blocks", "starts_at:>2027-03-06T09:00:00Z")) == 2
    assert len(await clinic.ids("/availability_blocks", "starts_at:>=2027-03-06T09:00:00Z")) == 3


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"business_id": None, "ends_at": ""}, ["business_id", "ends_at"]),
        ({"starts_at": "soon", "practitioner_id": "Ada"}, ["starts_at", "practitioner_id"]),
        ({"ends_at": SATURDAY["starts_at"]}, ["ends_at"]),
        ({"practitioner_id": "999999"}, ["practitioner_id"]),
        ({"business_id": "999999"}, ["business_id"]),
        ({"repeat_rule": {**REPEATED, "repeat_type": "Yearly"}}, ["repeat_rule"]),
        ({"repeat_rule": {**REPEATED, "number_of_repeats": 101}}, ["repeat_rule"]),
        ({"repeat_rule": {**REPEATED, "repeating_interval": 101}}, ["repeat_rule"]),
        ({"repeat_rule": "Weekly"}, ["repeat_rule"]),
    ],
)
async def test_what_a_block_can_not_be(clinic: Clinic, fields: dict[str, Any], wrong: list[str]) -> None:
    response = await clinic.client.post("/availability_blocks", json=block(clinic, **fields))
    assert sorted(errors(response)) == sorted(wrong)


async def test_a_block_is_of_a_practitioner(clinic: Clinic) -> None:
    response = await clinic.post("/availability_blocks", block(clinic, practitioner_id=str(clinic.world.hall)))
    assert errors(response) == {"practitioner_id": "must exist"}


async def test_times_that_are_free_in_pages(clinic: Clinic) -> None:
    day = f"{SOON + DAY:%Y-%m-%d}"
    page = await clinic.get(free(clinic, "available_times"), **{"from": day, "to": day, "per_page": "3", "page": "2"})
    assert (len(page["available_times"]), page["total_entries"]) == (3, 8)
    assert "page=3" in page["links"]["next"]
    first = await clinic.get(free(clinic, "next_available_time"), **{"from": day, "to": day})
    assert first["appointment_start"] == (await starts(clinic, day, day))[0]
    assert first["total_entries"] == 8


async def test_a_class_has_the_times_of_its_sessions(clinic: Clinic) -> None:
    w = clinic.world
    await w.class_with((w.ada,), starts_at=SOON)
    await change_service(w.ctx(), w.yoga, ServicePatch(served_by_all=True))
    day = f"{SOON:%Y-%m-%d}"
    assert await starts(clinic, day, day, service_id=w.yoga) == [f"{SOON:%Y-%m-%dT%H:%M:%SZ}"]


async def test_no_time_is_free(clinic: Clinic) -> None:
    response = await clinic.client.get(
        free(clinic, "next_available_time"), params={"from": "2027-03-06", "to": "2027-03-07"}
    )
    assert response.status_code == 404
    day = f"{datetime(2027, 3, 2):%Y-%m-%d}"
    assert await starts(clinic, day, day, practitioner_id=clinic.world.bo, service_id=clinic.world.physio) == []


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({}, ["from", "to"]),
        ({"from": "2027-03-01", "to": "2027-02-28"}, ["to"]),
        ({"from": "2027-03-01", "to": "2027-03-09"}, ["to"]),
        ({"from": "soon", "to": "2027-03-01", "per_page": "0"}, ["from", "per_page"]),
    ],
)
async def test_days_that_can_not_be_asked(clinic: Clinic, params: dict[str, str], wrong: list[str]) -> None:
    response = await clinic.client.get(free(clinic, "available_times"), params=params)
    assert sorted(errors(response, 400)) == wrong


async def test_times_of_what_is_not_there(clinic: Clinic) -> None:
    for path in (
        free(clinic, "available_times", service_id=999999),
        free(clinic, "available_times", practitioner_id=999999),
        free(clinic, "next_available_time", practitioner_id=clinic.world.hall),
        free(clinic, "available_times").replace(f"businesses/{clinic.world.site}", "businesses/999999"),
    ):
        response = await clinic.client.get(path, params={"from": "2027-03-01", "to": "2027-03-02"})
        assert response.status_code == 404
