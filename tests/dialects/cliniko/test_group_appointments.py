"""Group appointments: planned, repeated, changed, archived, and what they overlap."""

import pytest

from kalends.actions.bookings.sessions import change_session, get_session
from kalends.actions.catalog.services import change_service
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.catalog.service import ServicePatch
from tests.acts import add_session
from tests.desk import new_york
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import DAY, HOUR, SOON, appointment, at, attendee, group, linked, weekly


async def test_a_group_appointment_is_a_group_session(clinic: Clinic) -> None:
    world = clinic.world
    made = await group(clinic, notes="Bring a mat")
    session = await get_session(world.ctx(), int(made["id"]))
    assert (session.service_id, session.resource_id, session.capacity) == (world.yoga, world.ada, 5)
    assert (session.starts_at, session.ends_at, session.notes) == (SOON, SOON + HOUR, "Bring a mat")
    path = f"/group_appointments/{made['id']}"
    assert await clinic.get(path) == made
    links = ("appointment_type", "attendees", "business", "conflicts", "practitioner", "repeated_from")
    assert [linked(made[name]) for name in links] == [
        f"/appointment_types/{world.yoga}",
        f"{path}/attendees",
        f"/businesses/{world.site}",
        f"{path}/conflicts",
        f"/practitioners/{world.ada}",
        "",
    ]
    assert (made["repeats"], made["repeat_rule"], made["patient_ids"]) == (None, None, [])
    assert (made["starts_at"], made["ends_at"], made["max_attendees"]) == (at(), at(hours=1), 5)


async def test_its_size_is_that_of_its_type_unless_it_says_otherwise(clinic: Clinic) -> None:
    world = clinic.world
    await change_service(world.ctx(), world.yoga, ServicePatch(session_capacity=12, duration=90))
    made = await group(clinic, max_attendees=None)
    assert (made["max_attendees"], made["ends_at"]) == (12, at(hours=1.5))


async def test_a_group_of_a_type_for_one_says_how_many_attend(clinic: Clinic) -> None:
    world = clinic.world
    fields = {"appointment_type_id": world.massage, "business_id": world.site, "practitioner_id": world.ada}
    response = await clinic.post("/group_appointments", {**fields, "starts_at": at(), "max_attendees": None})
    assert errors(response) == {"max_attendees": "can't be blank"}
    assert (await group(clinic, appointment_type_id=world.massage, max_attendees=2))["max_attendees"] == 2


async def test_what_is_missing_or_wrong_is_said_at_once(clinic: Clinic) -> None:
    assert errors(await clinic.post("/group_appointments", {})) == dict.fromkeys(
        ("appointment_type_id", "business_id", "practitioner_id", "starts_at"), "can't be blank"
    )
    wrong = {"max_attendees": 1, "starts_at": "soon", "repeat_rule": {"repeat_type": "Hourly", "number_of_repeats": 1}}
    assert errors(await clinic.post("/group_appointments", wrong)) == {
        "appointment_type_id": "can't be blank",
        "business_id": "can't be blank",
        "practitioner_id": "can't be blank",
        "starts_at": "is invalid",
        "max_attendees": "is out of range",
        "repeat_rule": "is not included in the list",
    }


@pytest.mark.parametrize(
    "rule",
    [
        {"number_of_repeats": 0, "repeat_type": "Daily", "repeating_interval": 1},
        {"number_of_repeats": 52, "repeat_type": "Daily", "repeating_interval": 1},
        {"number_of_repeats": 1, "repeat_type": "Daily", "repeating_interval": 0},
        {"number_of_repeats": 1, "repeat_type": "Daily", "repeating_interval": 101},
        {"number_of_repeats": 1, "repeat_type": "Daily"},
        {"number_of_repeats": 1, "repeating_interval": 1},
        {"number_of_repeats": 1, "repeat_type": ["Daily"], "repeating_interval": 1},
        {"number_of_repeats": "one", "repeat_type": "Daily", "repeating_interval": {}},
        "weekly",
    ],
)
async def test_rules_have_bounds(clinic: Clinic, rule: object) -> None:
    world = clinic.world
    ids = {"appointment_type_id": world.yoga, "business_id": world.site, "practitioner_id": world.ada}
    response = await clinic.post("/group_appointments", {**ids, "starts_at": at(), "repeat_rule": rule})
    assert list(errors(response)) == ["repeat_rule"]


async def test_a_practitioner_is_where_they_work(clinic: Clinic) -> None:
    chair = await new_york(clinic.world)
    ids = {"appointment_type_id": clinic.world.yoga, "business_id": clinic.world.site, "practitioner_id": chair}
    response = await clinic.post("/group_appointments", {**ids, "starts_at": at()})
    assert errors(response) == {"business_id": "does not belong to the practitioner"}
    made = await group(clinic)
    path = f"/group_appointments/{made['id']}"
    (elsewhere,) = set(await clinic.ids("/businesses")) - {clinic.world.site}
    response = await clinic.patch(path, business_id=str(elsewhere))
    assert errors(response) == {"business_id": "does not belong to the practitioner"}
    assert errors(await clinic.patch(path, business_id=str(elsewhere + 10**6))) == {"business_id": "must exist"}


@pytest.mark.parametrize(
    ("repeat_type", "starts"),
    [
        ("Daily", [at(), at(days=2), at(days=4)]),
        ("Weekly", [at(), at(days=14), at(days=28, hours=-1)]),
        ("Monthly", [at(), "2027-05-01T09:00:00Z", "2027-07-01T09:00:00Z"]),
    ],
)
async def test_repeats_are_made_and_linked(clinic: Clinic, repeat_type: str, starts: list[str]) -> None:
    rule = {"number_of_repeats": 2, "repeat_type": repeat_type, "repeating_interval": 2}
    first = await group(clinic, repeat_rule=rule)
    path = f"/group_appointments/{first['id']}"
    listed = (await clinic.get("/group_appointments", sort="starts_at"))["group_appointments"]
    assert [each["starts_at"] for each in listed] == starts
    assert [linked(each["repeated_from"]) for each in listed] == ["", path, path]
    assert [each["repeat_rule"] for each in listed] == [rule] * 3
    assert [each["repeats"] for each in listed[1:]] == [None, None]
    repeats = (await clinic.client.get(linked(first["repeats"]))).json()["group_appointments"]
    assert repeats == listed[1:]
    assert len({(await get_session(clinic.world.ctx(), int(each["id"]))).series for each in listed}) == 1


async def test_what_was_planned_elsewhere_is_shown_as_far_as_it_goes(clinic: Clinic) -> None:
    world = clinic.world
    session = await add_session(world.ctx(), {"service_id": world.yoga, "starts_at": SOON, "capacity": 3})
    shown = await clinic.get(f"/group_appointments/{session.id}")
    assert (linked(shown["business"]), linked(shown["practitioner"]), shown["max_attendees"]) == ("", "", 3)


@pytest.mark.parametrize(("capacity", "attendees"), [(0, 2), (1, 2), (2, 2), (99, 99), (500, 99)])
async def test_a_size_that_clients_do_not_know_is_the_nearest_that_they_do(
    clinic: Clinic, capacity: int, attendees: int
) -> None:
    """Written back it changes nothing; another one does."""
    session_id = await clinic.world.class_with((clinic.world.ada,), starts_at=SOON, capacity=capacity)
    before = await get_session(clinic.world.ctx(), session_id)
    shown = await clinic.get(f"/group_appointments/{session_id}")
    assert shown["max_attendees"] == attendees
    assert (await clinic.patch(f"/group_appointments/{session_id}", **shown)).json() == shown
    assert await get_session(clinic.world.ctx(), session_id) == before
    assert (await clinic.patch(f"/group_appointments/{session_id}", max_attendees=7)).json()["max_attendees"] == 7


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_it_is_moved_with_its_attendees(clinic: Clinic, method: str) -> None:
    made = await group(clinic)
    seat = await attendee(clinic, made)
    path = f"/group_appointments/{made['id']}"
    changed = await clinic.client.request(method, path, json={"starts_at": at(days=1), "notes": "Later"})
    assert (changed.json()["ends_at"], changed.json()["notes"]) == (at(days=1, hours=1), "Later")
    assert await clinic.ids("/bookings", f"starts_at:={at(days=1)}") == [int(made["id"])]
    assert linked((await clinic.get(f"/attendees/{seat['id']}"))["booking"]) == f"/bookings/{made['id']}"
    assert (await clinic.patch(path, notes=None, max_attendees=None)).json()["notes"] is None


async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic) -> None:
    made = await group(clinic, repeat_rule=weekly(1), notes="Mat")
    before = await get_session(clinic.world.ctx(), int(made["id"]))
    assert (await clinic.patch(f"/group_appointments/{made['id']}", **made)).json() == made
    assert await get_session(clinic.world.ctx(), int(made["id"])) == before


async def test_a_rule_that_repeats_were_made_by_stays(clinic: Clinic) -> None:
    with_rule, without = await group(clinic, repeat_rule=weekly(1)), await group(clinic, starts_at=at(days=1))
    for made, rule in ((with_rule, None), (with_rule, weekly(3)), (without, weekly(1))):
        response = await clinic.patch(f"/group_appointments/{made['id']}", repeat_rule=rule, notes="x")
        assert errors(response) == {"repeat_rule": "can't be changed"}
    nulls = dict.fromkeys(weekly())
    assert (await clinic.patch(f"/group_appointments/{without['id']}", repeat_rule=nulls)).status_code == 200


async def test_it_does_not_get_smaller_than_it_is_booked(clinic: Clinic) -> None:
    made = await group(clinic, max_attendees=3)
    for patient_id in (clinic.world.kari, clinic.world.ola, clinic.world.kari):
        await attendee(clinic, made, patient_id=str(patient_id))
    response = await clinic.patch(f"/group_appointments/{made['id']}", max_attendees=2)
    assert errors(response) == {"max_attendees": "is less than what is booked"}


@pytest.mark.parametrize(("method", "suffix"), [("POST", "/archive"), ("DELETE", "")])
async def test_an_archived_group_frees_its_practitioner(clinic: Clinic, method: str, suffix: str) -> None:
    made = await group(clinic)
    seat = await attendee(clinic, made)
    path = f"/group_appointments/{made['id']}"
    for _ in range(2):
        assert (await clinic.client.request(method, path + suffix)).status_code == 204
    assert (await clinic.client.get(path)).status_code == 404
    shown = await clinic.get(path, "deleted_at:*")
    assert shown["archived_at"] == shown["deleted_at"] is not None
    assert await clinic.ids("/group_appointments") == []
    assert await clinic.ids("/group_appointments/deleted") == [int(made["id"])]
    assert await clinic.ids("/attendees/cancelled") == [int(seat["id"])]
    response = await clinic.post("/attendees", {"booking_id": made["id"], "patient_id": str(clinic.world.kari)})
    assert list(errors(response)) == ["booking_id"]
    instead = await appointment(clinic)
    assert (await clinic.get(f"/individual_appointments/{instead['id']}/conflicts"))["conflicts"] == {"exist": False}


async def test_what_another_door_archived_is_hidden_under_both_names(clinic: Clinic) -> None:
    made = await group(clinic)
    await change_session(clinic.world.ctx(), int(made["id"]), SessionPatch(archived_at=SOON))
    assert await clinic.ids("/group_appointments") == []
    for condition in ("archived_at:?", "deleted_at:?"):
        (shown,) = (await clinic.get("/group_appointments", condition))["group_appointments"]
        assert (shown["archived_at"], shown["deleted_at"]) == (at(), at())


async def test_it_overlaps_what_its_practitioner_has_and_says_so(clinic: Clinic) -> None:
    first = await group(clinic, repeat_rule=weekly(1))
    conflicts = f"/group_appointments/{first['id']}/conflicts"
    assert await clinic.get(conflicts) == {"conflicts": {"exist": False}}
    other = await group(clinic, starts_at=at(hours=0.5))
    for path in (conflicts, f"/group_appointments/{other['id']}/conflicts"):
        assert await clinic.get(path) == {"conflicts": {"exist": True}}
    (repeat,) = await clinic.ids("/group_appointments", f"repeated_from_id:={first['id']}")
    assert await clinic.get(f"/group_appointments/{repeat}/conflicts") == {"conflicts": {"exist": False}}
    assert (await clinic.client.get("/group_appointments/0/conflicts")).status_code == 404


async def test_every_filter(clinic: Clinic) -> None:
    world = clinic.world
    first = await group(clinic, repeat_rule=weekly(1), practitioner_id=str(world.bo))
    await attendee(clinic, first)
    (later,) = [int(row_id) for row_id in await clinic.ids("/group_appointments", "repeated_from_id:?")]
    other = int((await group(clinic))["id"])
    first_id = int(first["id"])
    for condition, found in (
        (f"id:={other}", [other]),
        (f"appointment_type_id:={world.yoga}", [first_id, later, other]),
        (f"business_id:!={world.site}", []),
        (f"practitioner_id:={world.ada}", [other]),
        (f"patient_ids:~{world.kari}", [first_id]),
        (f"repeated_from_id:={first_id}", [later]),
        (f"starts_at:>{at()}", [later]),
        (f"ends_at:<={at(hours=1)}", [first_id, other]),
        ("created_at:?", [first_id, later, other]),
        (f"updated_at:>{SOON + DAY:%Y-%m-%dT%H:%M:%SZ}", []),
        ("archived_at:!?", [first_id, later, other]),
    ):
        assert await clinic.ids("/group_appointments", condition) == found, condition
    assert errors(await clinic.client.get("/group_appointments?q[]=notes:=x&sort=patient_ids"), 400) == {
        "notes": "is not supported here",
        "patient_ids": "is not supported here",
    }
