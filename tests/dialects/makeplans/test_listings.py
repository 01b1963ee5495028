"""Bookings are listed, filtered, paged and found."""

from typing import Any

import pytest

from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped
from tests.dialects.makeplans.conftest import Open


async def listed_by(clinic: Clinic, name: str, *values: int | str) -> list[int]:
    """A listing filtered by a parameter that a keyword can't name."""
    params: dict[str, Any] = {name: values}
    return await clinic.listed(**params)


async def test_an_external_id_is_of_the_booking_that_is_there(clinic: Clinic) -> None:
    first = await clinic.book(9, external_id="A-1")
    second = await clinic.book(10, external_id="A-1")
    path = "/bookings/find_by/external_id/A-1"
    assert unwrapped(await clinic.client.get(path))["id"] == second["id"]
    await clinic.client.delete(f"/bookings/{second['id']}")
    assert unwrapped(await clinic.client.get(path))["id"] == first["id"]
    await clinic.put(f"/bookings/{first['id']}/cancel")
    assert unwrapped(await clinic.client.get(path))["id"] == first["id"]


async def test_the_listings_choose_by_state(clinic_with: Open) -> None:
    clinic = await clinic_with(confirm_manually=True)
    confirmed, cancelled, removed = [(await clinic.book(hour))["id"] for hour in (9, 10, 11)]
    await clinic.put(f"/bookings/{cancelled}/cancel")
    await clinic.client.delete(f"/bookings/{removed}")
    waiting = {"booking": clinic.massage(12), "confirm": False}
    waits = unwrapped(await clinic.post("/bookings", waiting))["id"]
    await clinic.put(f"/bookings/{confirmed}/status", {"status": "completed"})
    assert await clinic.listed() == [confirmed, waits]
    assert await clinic.listed("/bookings/upcoming") == [confirmed, waits]
    assert await clinic.listed("/bookings/unconfirmed") == [waits]
    assert await clinic.listed("/bookings/all") == [confirmed, cancelled, removed, waits]
    assert await clinic.listed("/bookings/visible") == [confirmed, cancelled, waits]
    assert await clinic.listed("/bookings/no_status") == [waits]
    assert (await clinic.listed("/bookings/recent"))[0] == confirmed


async def test_a_state_that_is_asked_for_replaces_the_choice(clinic: Clinic) -> None:
    first, second = [(await clinic.book(hour))["id"] for hour in (9, 10)]
    await clinic.put(f"/bookings/{first}/cancel")
    assert await clinic.listed(state="cancelled") == [first]
    assert await listed_by(clinic, "state[]", "cancelled", "confirmed") == [first, second]
    assert await clinic.listed(state="waitlisted") == []


async def test_ids_are_one_or_many(clinic: Clinic) -> None:
    w = clinic.world
    by_ada = (await clinic.book(9))["id"]
    by_bo = (await clinic.book(9, resource_id=w.bo, person_id=w.ola))["id"]
    in_the_hall = (await clinic.book(9, resource_id=w.hall, service_id=None))["id"]
    assert await clinic.listed(resource_id=w.ada) == [by_ada]
    assert await clinic.listed(resource_id=[w.ada, w.bo]) == [by_ada, by_bo]
    assert await listed_by(clinic, "resource_id[]", w.bo, w.hall) == [by_bo, in_the_hall]
    assert await clinic.listed(**{"resource_id[0]": w.bo, "resource_id[1]": w.hall}) == [by_bo, in_the_hall]
    assert errors(await clinic.client.get(f"/bookings?resource_id={w.bo},{w.hall}")) == {
        "resource_id": ["is not a number"]
    }
    assert await listed_by(clinic, "person_id[]", w.ola) == [by_bo]
    assert await clinic.listed(service_id=w.massage) == [by_ada, by_bo]
    assert await clinic.listed(event_id=1) == []
    assert await clinic.listed(resource_id="") == [by_ada, by_bo, in_the_hall]


async def test_an_events_bookings_are_found_by_it(clinic: Clinic) -> None:
    event = await clinic.world.class_of(5, clinic.monday().replace(hour=18))
    made = unwrapped(await clinic.post("/bookings", {"booking": {"event_id": event, "person_id": clinic.world.kari}}))
    await clinic.book(9)
    assert await clinic.listed(event_id=event) == [made["id"]]


@pytest.mark.parametrize(
    "written", ["{:%Y-%m-%d %H:%M}", "{:%d.%m.%y %H:%M}", "{:%Y-%m-%dT%H:%M}", "{:%Y-%m-%dT%H:%M:%S%z}"]
)
async def test_times_are_understood_in_every_spelling(clinic: Clinic, written: str) -> None:
    ids = [(await clinic.book(hour))["id"] for hour in (9, 11, 13)]
    noon = written.format(clinic.monday().replace(hour=12))
    assert await clinic.listed(start=noon) == ids[2:]
    assert await clinic.listed(end=noon) == ids[:2]
    assert await clinic.listed(start=noon, end=clinic.at(13)) == []


async def test_what_changed_since(clinic: Clinic) -> None:
    made = await clinic.book(9)
    assert await clinic.listed(since="2020-01-01") == [made["id"]]
    assert await clinic.listed(since=clinic.at(0)) == []


async def test_a_status_is_asked_for(clinic: Clinic) -> None:
    came, missed = [(await clinic.book(hour))["id"] for hour in (9, 10)]
    await clinic.put(f"/bookings/{came}/status", {"status": "completed"})
    await clinic.put(f"/bookings/{missed}/status", {"status": "no_show"})
    assert await clinic.listed(status="no_show") == [missed]
    assert await listed_by(clinic, "status[]", "no_show", "completed") == [came, missed]


async def test_the_last_can_come_first(clinic: Clinic) -> None:
    early, late = [(await clinic.book(hour))["id"] for hour in (9, 10)]
    await clinic.put(f"/bookings/{early}", {"booking": {"notes": "changed"}})
    assert await clinic.listed(order="booked_from_desc") == [late, early]
    assert await clinic.listed(order="booked_from_asc") == [early, late]
    assert await clinic.listed(order="changes") == [early, late]


async def test_every_listing_can_be_put_in_order(clinic: Clinic) -> None:
    early, middle, late = [(await clinic.book(hour))["id"] for hour in (9, 10, 11)]
    at = clinic.world.now.replace(year=2100)
    await clinic.world.db.execute("update item set updated_at = $2 where id = $1", middle, at)
    person = f"/people/{clinic.world.kari}/bookings"
    for path in ("/bookings/all", "/bookings/upcoming", "/bookings/recent", person, f"{person}/visible"):
        assert await clinic.listed(path, order="booked_from_desc") == [late, middle, early]
        assert await clinic.listed(path, order="booked_from_asc") == [early, middle, late]
        assert (await clinic.listed(path, order="changes"))[0] == middle
    assert (await clinic.listed("/bookings/recent"))[0] == middle


async def test_what_is_deleted_is_seen_in_all_alone(clinic: Clinic) -> None:
    made = await clinic.book(9)
    await clinic.client.delete(f"/bookings/{made['id']}")
    w = clinic.world
    for filters in ({"person_id": w.kari}, {"resource_id": w.ada}, {"start": clinic.at(0), "end": clinic.at(23)}):
        assert await clinic.listed(**filters) == []
        assert await clinic.listed("/bookings/all", **filters) == [made["id"]]
    assert await clinic.listed(f"/people/{w.kari}/bookings") == []


async def test_pages_are_told_in_headers(clinic: Clinic) -> None:
    w = clinic.world
    await w.db.execute(
        """
        insert into booking (account_id, uid, created_at, created_by, updated_at, updated_by)
        values ($1, gen_random_uuid(), $2, 'Tester', $2, 'Tester')
        """,
        w.account.id,
        w.now,
    )
    await w.db.execute(
        """
        insert into item (account_id, booking_id, kind, state, resource_id, starts_at, ends_at, units,
            overlap_allowed, extras, details, revision, created_at, created_by, updated_at, updated_by)
        select $1, b.id, 'appointment', 'confirmed', $2, $3::timestamptz + n * interval '1 hour',
            $3::timestamptz + (n + 1) * interval '1 hour', 1, true, '[]', '{}', 0, $3, 'Tester', $3, 'Tester'
        from booking b, generate_series(1, 1600) n where b.account_id = $1
        """,
        w.account.id,
        w.ada,
        w.now,
    )
    response = await clinic.client.get("/bookings?page=2&resource_id%5B%5D=" + str(w.ada))
    assert len(response.json()) == 750
    headers = {name: response.headers[name] for name in ("Current-Page", "Page-Items", "Page-Limit", "Total-Count")}
    assert headers == {"Current-Page": "2", "Page-Items": "750", "Page-Limit": "750", "Total-Count": "1600"}
    assert response.headers["Total-Pages"] == "3"
    assert {name: link["url"] for name, link in response.links.items()} == {
        name: f"http://clinic.example/makeplans/api/v1/bookings?resource_id%5B%5D={w.ada}&page={page}"
        for name, page in (("first", 1), ("prev", 1), ("previous", 1), ("next", 3), ("last", 3))
    }
    assert len((await clinic.client.get(response.links["last"]["url"])).json()) == 100
    beyond = await clinic.client.get("/bookings?page=99999999999999999999")
    assert (beyond.json(), beyond.headers["Current-Page"]) == (beyond.json(), "1")


async def test_links_keep_letters_of_every_kind(clinic: Clinic) -> None:
    response = await clinic.client.get("/bookings?external_id=æ%20+%26&status%5B%5D=no_show")
    assert response.links["first"]["url"].endswith("?external_id=%C3%A6++%26&status%5B%5D=no_show&page=1")


async def test_one_booking_is_read_in_any_state(clinic: Clinic) -> None:
    made = await clinic.book(9)
    await clinic.client.delete(f"/bookings/{made['id']}")
    booking = unwrapped(await clinic.client.get(f"/bookings/{made['id']}"))
    assert (booking["state"], booking["active"]) == ("deleted", False)


async def test_one_booking_is_found_by_its_own_id(clinic: Clinic) -> None:
    made = await clinic.book(9, external_id="order/17 a")
    booking = unwrapped(await clinic.client.get("/bookings/find_by/external_id/order%2F17%20a"))
    assert booking["id"] == made["id"]
    assert await clinic.listed(external_id="order/17 a") == [made["id"]]
    errors(await clinic.client.get("/bookings/find_by/external_id/other"), 404)


async def test_an_id_of_ones_own_may_end_as_a_path_does(clinic: Clinic) -> None:
    async def id_by(name: str) -> int:
        return int(unwrapped(await clinic.client.get(f"/bookings/find_by/external_id/{name}"))["id"])

    plain, dotted = [(await clinic.book(hour, external_id=name))["id"] for hour, name in ((9, "x"), (10, "x.json"))]
    assert [await id_by(name) for name in ("x", "x/", "x.json", "x.json.json")] == [plain, plain, dotted, dotted]
    other = (await clinic.book(11, external_id="y"))["id"]
    assert await id_by("y.json") == other
    errors(await clinic.client.get("/bookings/find_by/external_id/z.json"), 404)


async def test_a_hold_that_is_over_is_not_active_even_if_no_job_ran(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), "confirm": False}))
    await clinic.world.db.execute(
        "update item set expires_at = $2 where id = $1", made["id"], clinic.world.now.replace(year=2020)
    )
    booking = unwrapped(await clinic.client.get(f"/bookings/{made['id']}"))
    assert (booking["state"], booking["active"]) == ("verification_expired", False)
    assert await clinic.listed() == []


async def test_extended_lists_give_related_objects_in_full(clinic: Clinic) -> None:
    await clinic.book(9)
    (row,) = (await clinic.client.get("/bookings?extended=true")).json()
    assert row["booking"]["resource"]["opening_hours_fri"] == ["08:00", "16:00"]
    assert row["booking"]["service"]["booking_type"] == "appointment"
