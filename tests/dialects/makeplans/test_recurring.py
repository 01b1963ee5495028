"""Recurring bookings: begun by one request, made by a job, read and ended together."""

from typing import Any

from tests.desk import make_occurrences
from tests.dialects.makeplans.clinic import Clinic, errors

THREE_DAYS = {"rrule": "FREQ=DAILY;COUNT=3"}


async def begun(clinic: Clinic, recurring: dict[str, Any] = THREE_DAYS, **attributes: Any) -> str:
    """The path of a series whose job has run."""
    response = await clinic.post(
        "/bookings/recurring", {"booking": clinic.massage(9, **attributes), "recurring": recurring}
    )
    assert response.status_code == 200, response.text
    assert set(response.json()) == {"collection_id"}
    uid = response.json()["collection_id"]
    w = clinic.world
    booking_id = await w.db.fetchval("select id from booking where account_id = $1 and uid = $2", w.account.id, uid)
    await make_occurrences(w.ctx(), booking_id)
    return f"/bookings/recurring/{uid}"


async def test_all_occurrences_share_a_collection(clinic: Clinic) -> None:
    path = await begun(clinic)
    rows = [row["booking"] for row in (await clinic.client.get(path)).json()]
    assert [row["booked_from"][:16] for row in rows] == [clinic.at(9, days=n).replace(" ", "T") for n in range(3)]
    assert {row["collection_id"] for row in rows} == {path.rsplit("/", 1)[1]}
    assert await clinic.listed(collection_id=path.rsplit("/", 1)[1]) == [row["id"] for row in rows]


async def test_what_became_of_each_can_be_read(clinic: Clinic) -> None:
    await clinic.post(
        "/bookings",
        {"booking": clinic.massage(9) | {"booked_from": clinic.at(9, days=1), "booked_to": clinic.at(10, days=1)}},
    )
    path = await begun(clinic)
    rows = [row["occurrence"] for row in (await clinic.client.get(f"{path}/outcomes")).json()]
    assert [row["outcome"] for row in rows] == ["made", "refused", "made"]
    assert rows[1]["refusal"] == {"code": "full"}
    assert rows[1]["booking_id"] is None
    assert rows[0]["booked_from"][:16] == clinic.at(9).replace(" ", "T")


async def test_a_collection_of_one_is_still_a_collection(clinic: Clinic) -> None:
    path = await begun(clinic, {"rrule": "FREQ=DAILY;COUNT=1"})
    (row,) = (await clinic.client.get(path)).json()
    assert row["booking"]["collection_id"] == path.rsplit("/", 1)[1]


async def test_dates_are_added_and_left_out(clinic: Clinic) -> None:
    extra, without = clinic.monday(10), clinic.monday(1)
    path = await begun(
        clinic, {**THREE_DAYS, "rdate": f"VALUE=DATE:{extra:%Y%m%d}", "exdate": f"VALUE=DATE:{without:%Y%m%d}"}
    )
    rows = [row["booking"]["booked_from"][:10] for row in (await clinic.client.get(path)).json()]
    assert rows == [f"{clinic.monday(days):%Y-%m-%d}" for days in (0, 2, 10)]


async def test_two_years_of_dates_can_be_read(clinic: Clinic) -> None:
    stamps = ",".join(f"{clinic.monday(day):%Y%m%d}T090000Z" for day in range(1, 731))
    assert len(stamps) > 12_000
    body = {"booking": clinic.massage(9), "recurring": {"rdate": stamps}}
    assert "collection_id" in (await clinic.post("/bookings/recurring", body)).json()


async def test_all_are_cancelled(clinic: Clinic) -> None:
    path = await begun(clinic)
    ended = (await clinic.put(f"{path}/cancel")).json()
    assert [row["booking"]["state"] for row in ended] == ["cancelled"] * 3
    assert errors(await clinic.put(f"{path}/cancel")) == {"state": ['cannot transition via "cancel"']}


async def test_all_are_deleted(clinic: Clinic) -> None:
    path = await begun(clinic)
    ended = (await clinic.client.delete(path)).json()
    assert [row["booking"]["state"] for row in ended] == ["deleted"] * 3
    assert await clinic.listed() == []


async def test_the_first_is_tried_at_once(clinic: Clinic) -> None:
    await clinic.book(9)
    body = {"booking": clinic.massage(9), "recurring": THREE_DAYS}
    assert errors(await clinic.post("/bookings/recurring", body)) == {
        "resource_id": ["Not available for booking at this time"]
    }


async def test_a_recurrence_that_cannot_be(clinic: Clinic) -> None:
    async def refused(recurring: Any) -> Any:
        return errors(await clinic.post("/bookings/recurring", {"booking": clinic.massage(9), "recurring": recurring}))

    assert await refused({"rrule": "FREQ=SOMETIMES"}) == {"rrule": ["is invalid"]}
    assert await refused({"rrule": 7, "rdate": [1]}) == {"rdate": ["is invalid"]}
    assert await refused({"rdate": "tomorrow"}) == {"rdate": ["is invalid"]}
    assert await refused({"rdate": "00010101T000000Z"}) == {"rdate": ["is out of range"]}
    assert await refused({"rrule": "FREQ=DAILY;COUNT=2;UNTIL=20270401"}) == {"rrule": ["is invalid"]}
    assert await refused({"rrule": "FREQ=DAILY;COUNT=732"}) == {
        "collection_id": ["has too many occurrences, the maximum is 731"]
    }
    assert await refused({}) == {"recurring": ["can't be blank"]}
    assert await refused({"rrule": ""}) == {"recurring": ["can't be blank"]}


async def test_a_collection_that_is_not_there(clinic: Clinic) -> None:
    for name in ("1337", "8d3c1b62-8a4e-4a9b-9a52-0d5a7c1f9f11", "%00"):
        errors(await clinic.client.get(f"/bookings/recurring/{name}"), 404)
        errors(await clinic.client.get(f"/bookings/recurring/{name}/outcomes"), 404)
        errors(await clinic.put(f"/bookings/recurring/{name}/cancel"), 404)
        errors(await clinic.client.delete(f"/bookings/recurring/{name}"), 404)
