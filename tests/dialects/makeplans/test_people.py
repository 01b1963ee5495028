"""People are changed, deleted, blocked and merged, and their bookings and children are listed."""

import pytest

from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors, unwrapped


async def listed(clinic: Clinic, path: str) -> list[int]:
    return [row["person"]["id"] for row in (await clinic.client.get(path)).json()]


async def test_only_what_is_sent_of_a_person_changes(clinic: Clinic) -> None:
    path = f"/people/{clinic.world.kari}"
    before = unwrapped(await clinic.client.get(path), "person")
    after = unwrapped(await clinic.put(path, {"person": {"name": "Kari Anne Nordmann", "notes": "Vegan"}}), "person")
    assert (after["name"], after["notes"]) == ("Kari Anne Nordmann", "Vegan")
    same = {"name", "notes", "updated_at"}
    assert {k: v for k, v in after.items() if k not in same} == {k: v for k, v in before.items() if k not in same}
    assert unwrapped(await clinic.put(path, {"person": after}), "person") == after


async def test_a_phone_gets_its_international_form(clinic: Clinic) -> None:
    path = f"/people/{clinic.world.kari}"
    changed = unwrapped(await clinic.put(path, {"person": {"phone_number": "400 11 222"}}), "person")
    assert (changed["phone_number"], changed["phone_number_formatted"]) == ("400 11 222", "+4740011222")
    gone = unwrapped(await clinic.put(path, {"person": {"phonenumber": None}}), "person")
    assert (gone["phone_number"], gone["phone_number_formatted"]) == (None, None)


async def test_what_tells_two_people_apart_is_taken_once(clinic: Clinic) -> None:
    path = f"/people/{clinic.world.kari}"
    await clinic.put(f"/people/{clinic.world.ola}", {"person": {"national_id_no": "17058012345"}})
    for sent in ({"email": "OLA@example.org"}, {"phone_number": "99887766"}, {"national_id_no": "17058012345"}):
        assert errors(await clinic.put(path, {"person": sent})) == {next(iter(sent)): ["has already been taken"]}
    assert errors(await clinic.put(path, {"person": {"parent_id": 987654321}})) == {"parent_id": ["must exist"]}
    assert errors(await clinic.put(path, {"person": {"parent_id": clinic.world.kari}})) == {"parent_id": ["is invalid"]}


async def test_a_person_is_deleted_and_had_back(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/people/{w.ola}"
    assert unwrapped(await clinic.client.delete(path), "person")["id"] == w.ola
    assert (await listed(clinic, "/people"), await listed(clinic, "/people/all")) == ([w.kari], [w.kari, w.ola])
    assert unwrapped(await clinic.client.get(path), "person")["id"] == w.ola
    assert errors(await clinic.put(path, {"person": {"name": "Ghost"}}), 404) == NOT_FOUND
    assert unwrapped(await clinic.put(f"{path}/undelete"), "person")["id"] == w.ola
    assert await listed(clinic, "/people") == [w.kari, w.ola]


async def test_who_is_blocked_cannot_book_publicly(clinic: Clinic) -> None:
    path = f"/people/{clinic.world.kari}"
    wish = {"booking": clinic.massage(9, public_booking=True)}
    assert unwrapped(await clinic.put(f"{path}/block"), "person")["blocked"] is True
    assert errors(await clinic.post("/bookings", wish)) == {"person_id": ["is blocked from booking"]}
    assert unwrapped(await clinic.put(f"{path}/unblock"), "person")["blocked"] is False
    assert unwrapped(await clinic.post("/bookings", wish))["state"] == "confirmed"


async def test_two_people_turn_out_to_be_one(clinic: Clinic) -> None:
    w = clinic.world
    booked = await clinic.book(9, person_id=w.ola)
    body = {"person": {"email": "ola@example.org", "notes": "Was Ola too"}}
    kept = unwrapped(await clinic.post(f"/people/{w.kari}/merge", body, merge_person_id=w.ola), "person")
    assert (kept["id"], kept["email"], kept["notes"]) == (w.kari, "ola@example.org", "Was Ola too")
    assert unwrapped(await clinic.client.get(f"/bookings/{booked['id']}"))["person_id"] == w.kari
    assert await listed(clinic, "/people") == [w.kari]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, "can't be blank"),
        ({"merge_person_id": ""}, "can't be blank"),
        ({"merge_person_id": "x"}, "is not a number"),
        ({"merge_person_id": 987654321}, "must exist"),
    ],
)
async def test_a_merge_with_nobody(clinic: Clinic, sent: dict[str, object], expected: str) -> None:
    path = f"/people/{clinic.world.kari}/merge"
    assert errors(await clinic.post(path, None, **sent)) == {"merge_person_id": [expected]}


async def test_nobody_is_merged_with_themselves(clinic: Clinic) -> None:
    kari = clinic.world.kari
    path = f"/people/{kari}/merge"
    assert errors(await clinic.post(path, None, merge_person_id=kari)) == {"merge_person_id": ["is invalid"]}
    response = await clinic.post("/people/987654321/merge", None, merge_person_id=kari)
    assert errors(response, 404) == NOT_FOUND


async def test_children(clinic: Clinic) -> None:
    w = clinic.world
    assert await listed(clinic, f"/people/{w.kari}/children") == []
    await clinic.put(f"/people/{w.ola}", {"person": {"parent_id": w.kari}})
    assert await listed(clinic, f"/people/{w.kari}/children") == [w.ola]
    assert errors(await clinic.client.get("/people/987654321/children"), 404) == NOT_FOUND


async def test_the_bookings_of_a_person(clinic: Clinic) -> None:
    w = clinic.world
    active, cancelled, gone = [await clinic.book(hour) for hour in (9, 10, 11)]
    await clinic.book(12, person_id=w.ola)
    await clinic.put(f"/bookings/{cancelled['id']}/cancel")
    await clinic.client.delete(f"/bookings/{gone['id']}")
    path = f"/people/{w.kari}/bookings"
    for name in ("", "/recent", "/upcoming", "/no_status"):
        assert await clinic.listed(path + name) == [active["id"]], name
    assert await clinic.listed(f"{path}/unconfirmed") == []
    assert await clinic.listed(f"{path}/visible") == [active["id"], cancelled["id"]]
    assert await clinic.listed(f"{path}/all") == [active["id"], cancelled["id"], gone["id"]]
    assert await clinic.listed(f"{path}/all", person_id=w.ola, order="booked_from_desc", start=clinic.at(10)) == [
        gone["id"],
        cancelled["id"],
    ]
    assert errors(await clinic.client.get("/people/987654321/bookings"), 404) == NOT_FOUND


@pytest.mark.parametrize(
    "question",
    ["search=nordmann", "search=kari%40", "search=22334455", "name=Kari+N", "email=KARI@example.org"],
)
async def test_people_are_found(clinic: Clinic, question: str) -> None:
    assert clinic.world.kari in await listed(clinic, f"/people?{question}")


async def test_people_are_found_by_what_is_theirs_alone(clinic: Clinic) -> None:
    w = clinic.world
    own = {"date_of_birth": "1980-05-17", "national_id_no": "17058012345", "external_id": "P-1"}
    await clinic.put(f"/people/{w.ola}", {"person": own})
    for name, value in own.items():
        assert await listed(clinic, f"/people?{name}={value}") == [w.ola]
    assert await listed(clinic, "/people?external_id=P-1&name=Kari") == []
    assert await listed(clinic, "/people?since=now") == []
    assert await listed(clinic, "/people?since=1980-01-01") == [w.kari, w.ola]
