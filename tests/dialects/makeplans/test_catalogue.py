"""Resources, services, people and events are created and read."""

from typing import Any

from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped

WEEK = {
    "opening_hours_mon": ["08:00", "12:00", "12:30", "16:00"],
    "opening_hours_tue": ["18:00", "02:00"],
    "opening_hours_wed": ["00:00", "24:00"],
    "opening_hours_thu": [],
    "opening_hours_fri": None,
}


async def both(clinic: Clinic, room: str, name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """What a POST answers, which a GET must answer as well, and a listing as far as it goes."""
    made = unwrapped(await clinic.post(f"/{room}", {name: attributes}), name)
    assert unwrapped(await clinic.client.get(f"/{room}/{made['id']}"), name) == made
    listed = {row[name]["id"]: row[name] for row in (await clinic.client.get(f"/{room}")).json()}[made["id"]]
    assert listed == {field: made[field] for field in listed}
    return made


async def test_a_resource_and_its_hours(clinic: Clinic) -> None:
    made = await both(clinic, "resources", "resource", {"title": "Mr. Spine Twister", "capacity": "2", **WEEK})
    assert (made["title"], made["capacity"], made["active"]) == ("Mr. Spine Twister", 2, True)
    shut = {"opening_hours_thu": None, "opening_hours_sat": None, "opening_hours_sun": None}
    assert {name: made[name] for name in made if name.startswith("opening")} == {**WEEK, **shut}


async def test_a_resource_by_form(clinic: Clinic) -> None:
    form = {"resource[title]": "Unicorn", "resource[opening_hours_mon][]": ["08:00", "16:00"]}
    made = unwrapped(await clinic.client.post("/resources", data=form), "resource")
    assert (made["opening_hours_mon"], made["opening_hours_tue"]) == (["08:00", "16:00"], None)


async def test_a_resource_without_hours_is_always_open(clinic: Clinic) -> None:
    made = await both(clinic, "resources", "resource", {"title": "Field", "custom_data": {"grass": True}})
    assert (made["opening_hours_sun"], made["custom_data"]) == (["00:00", "24:00"], {"grass": True})


async def test_hours_that_are_none(clinic: Clinic) -> None:
    for hours in (["08:00"], ["08:00", "08:00"], ["25:00", "26:00"], "08:00", [8, 16], ["24:00", "08:00"]):
        body = {"resource": {"title": "x", "opening_hours_mon": hours}}
        assert errors(await clinic.post("/resources", body)) == {"opening_hours_mon": ["is invalid"]}
    assert errors(await clinic.post("/resources", {"resource": {"notes": "x"}})) == {"title": ["can't be blank"]}


async def test_a_service(clinic: Clinic) -> None:
    sent = {"title": "Body scrub", "interval": 45, "price": "115", "max_slots": 2, "same_day": True, "template": "cal"}
    made = await both(clinic, "services", "service", {**sent, "resource_ids": [clinic.world.ada]})
    assert {name: made[name] for name in sent} == {**sent, "price": "115.0"}
    assert (made["booking_type"], made["booking_type_id"], made["active"]) == ("appointment", 1, True)
    assert (made["next_interval"], made["booking_capacity"], made["sms_reminder"]) == (None, 1, None)
    body = {"booking": clinic.massage(9, service_id=made["id"], resource_id=clinic.world.bo)}
    assert errors(await clinic.post("/bookings", body)) == {"resource_id": ["does not provide this service"]}


async def test_the_defaults_of_a_service(clinic: Clinic) -> None:
    made = await both(clinic, "services", "service", {"title": "Tea", "next_interval": 15})
    assert (made["interval"], made["next_interval"], made["max_slots"], made["price"]) == (60, 15, 1, None)


async def test_services_by_booking_type(clinic: Clinic) -> None:
    made = await both(clinic, "services", "service", {"title": "Pilates", "booking_type_id": 2})
    listed = [row["service"] for row in (await clinic.client.get("/services/attendances")).json()]
    assert {service["title"] for service in listed} == {"Yoga", "Pilates"}
    assert made in listed
    listed = [row["service"]["title"] for row in (await clinic.client.get("/services/appointments")).json()]
    assert sorted(listed) == ["Massage", "Physio", "Sauna visit"]
    body = {"service": {"title": "Mug", "booking_type": "cat", "price": "dear", "resource_ids": [0, "x"]}}
    assert errors(await clinic.post("/services", body)) == {
        "booking_type": ["is not included in the list"],
        "price": ["is not a number"],
        "resource_ids": ["is not a number"],
    }
    body = {"service": {"title": "Mug", "resource_ids": [987654321]}}
    assert errors(await clinic.post("/services", body)) == {"resource_ids": ["must exist"]}


async def test_a_person(clinic: Clinic) -> None:
    sent = {
        "name": "Espen Askeladd Antonsen",
        "email": "espen@example.org",
        "phone_number": "+47 40 00 00 00",
        "external_id": "P-1",
        "custom_data": {"member_id": "83632"},
        "date_of_birth": "1980-05-17",
        "national_id_no": "17058012345",
        "street": "Storgata 1",
        "city": "Oslo",
        "postal_code": "0155",
        "state": None,
        "country_code": "NO",
        "notes": "Robot",
        "parent_id": clinic.world.kari,
        "locale": "nb",
    }
    made = await both(clinic, "people", "person", sent)
    assert {name: made[name] for name in sent} == sent
    assert (made["phone_number_formatted"], made["blocked"]) == ("+4740000000", False)
    for question in ("search=Askeladd", "email=espen@example.org", "phone_number=40000000", "external_id=P-1"):
        people = (await clinic.client.get(f"/people?{question}")).json()
        assert [row["person"]["id"] for row in people] == [made["id"]], question


async def test_a_person_may_be_a_number_alone(clinic: Clinic) -> None:
    made = await both(clinic, "people", "person", {"national_id_no": "17058012345"})
    assert (made["name"], made["email"], made["national_id_no"]) == (None, None, "17058012345")


async def test_people_are_paged(clinic: Clinic) -> None:
    response = await clinic.client.get("/people")
    assert [row["person"]["name"] for row in response.json()] == ["Kari Nordmann", "Ola Nordmann"]
    assert (response.headers["Page-Limit"], response.headers["Total-Count"]) == ("50", "2")
    assert len((await clinic.client.get("/people/all")).json()) == 2


async def test_a_person_that_is_there_already(clinic: Clinic) -> None:
    body = {"person": {"name": "Kari", "email": "Kari@Example.org"}}
    assert errors(await clinic.post("/people", body)) == {"email": ["has already been taken"]}
    assert errors(await clinic.post("/people", {"person": {"name": "x", "parent_id": 987654321}})) == {
        "parent_id": ["must exist"]
    }
    assert errors(await clinic.post("/people", {"person": {"email": "x"}})) == {"email": ["is invalid"]}


async def test_an_event(clinic: Clinic) -> None:
    w = clinic.world
    sent = {"title": "Super fun event", "description": "Bring water", "capacity": 10, "published": True}
    at = {"starts_at": clinic.at(18), "ends_at": clinic.at(19, 30), "resource_id": w.hall, "service_id": w.yoga}
    made = await both(clinic, "events", "event", {**sent, **at, "custom_data": {"mat": "yes"}})
    assert {name: made[name] for name in sent} == sent
    assert (made["starts_at"][:16], made["custom_data"]) == (clinic.at(18).replace(" ", "T"), {"mat": "yes"})
    assert errors(await clinic.post("/events", {"event": {**sent, **at}})) == {
        "resource_id": ["Not available for booking at this time"]
    }


async def test_events_are_filtered(clinic: Clinic) -> None:
    w = clinic.world
    early, late = [await w.class_of(5, clinic.monday(days)) for days in (0, 1)]

    async def listed(query: str) -> list[int]:
        return [row["event"]["id"] for row in (await clinic.client.get(f"/events?{query}")).json()]

    assert await listed(f"service_id={w.yoga},{w.massage}") == [early, late]
    assert await listed("order=starts_at_desc") == [late, early]
    assert await listed(f"start={clinic.at(12)}") == [late]
    assert await listed(f"resource_id={w.ada}") == []


async def test_an_event_that_cannot_be(clinic: Clinic) -> None:
    at = {"starts_at": clinic.at(18), "ends_at": clinic.at(17)}
    assert errors(await clinic.post("/events", {"event": at})) == {"ends_at": ["must be after start"]}
    assert errors(await clinic.post("/events", {"event": {"title": "x"}})) == {
        "starts_at": ["can't be blank"],
        "ends_at": ["can't be blank"],
    }
    at["ends_at"] = clinic.at(19)
    for field in ("service_id", "resource_id"):
        assert errors(await clinic.post("/events", {"event": {**at, field: 987654321}})) == {field: ["must exist"]}
