"""Resources: their hours by weekday and by date, and who provides what."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors, unwrapped

EXCEPTION = "resource_exception_date"
WRAPPERS: list[Callable[[Any], Any]] = [
    lambda sent: {"resource_exception_date": sent},
    lambda sent: {"resource": {"exception_date": sent}},
    lambda sent: {"exception_date": sent},
    lambda sent: sent,
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(row: dict[str, Any]) -> list[Any]:
    """The hours of each weekday."""
    return [row[f"opening_hours_{day}"] for day in DAYS]


async def hours(clinic: Clinic, path: str) -> list[Any]:
    """The hours of each date that were asked for."""
    return [row["resource_opening_hours"]["opening_hours"] for row in (await clinic.client.get(path)).json()]


def day(clinic: Clinic, days: int = 0) -> str:
    return f"{clinic.monday(days):%Y-%m-%d}"


async def test_only_the_days_that_are_sent_change(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}"
    sent = {"title": "Ada L", "opening_hours_mon": ["09:00", "12:00"], "opening_hours_sat": ["10:00", "11:00"]}
    changed = unwrapped(await clinic.put(path, {"resource": sent}), "resource")
    usual = ["08:00", "16:00"]
    assert week(changed) == [["09:00", "12:00"], usual, usual, usual, usual, ["10:00", "11:00"], None]
    assert (changed["title"], changed["open_0"], changed["close_0"]) == ("Ada L", "09:00", "12:00")
    again = unwrapped(await clinic.put(path, {"resource": changed}), "resource")
    assert again == {**changed, "updated_at": again["updated_at"]}
    assert week(unwrapped(await clinic.put(path, {"resource": {"opening_hours_mon": None}}), "resource"))[0] is None


async def test_what_is_always_open_until_a_day_is_not(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.sauna}"
    before = unwrapped(await clinic.client.get(path), "resource")
    same = unwrapped(await clinic.put(path, {"resource": before}), "resource")
    assert same == {**before, "updated_at": same["updated_at"]}
    changed = unwrapped(await clinic.put(path, {"resource": {"opening_hours_sun": []}}), "resource")
    assert week(changed) == [["00:00", "24:00"]] * 6 + [None]
    body = {"resource": {**changed, "opening_hours_sun": ["00:00", "24:00"]}}
    assert week(unwrapped(await clinic.put(path, body), "resource")) == [["00:00", "24:00"]] * 7


async def test_days_as_they_were_once_sent(clinic: Clinic) -> None:
    old = {"title": "Eir", "open_0": "08:00", "close_0": "16:00", "open_1": None, "close_1": None}
    made = unwrapped(await clinic.post("/resources", {"resource": old}), "resource")
    assert week(made) == [["08:00", "16:00"], *[None] * 6]
    for opens in ("late", "24:00"):
        response = await clinic.post("/resources", {"resource": {**old, "open_0": opens}})
        assert errors(response) == {"open_0": ["is invalid"]}


async def test_a_resource_goes_out_of_use(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/resources/{w.ada}"
    booked = await clinic.book(9)
    assert errors(await clinic.client.delete(path)) == {"base": ["has 1 upcoming bookings or events"]}
    await clinic.put(f"/bookings/{booked['id']}/cancel")
    assert unwrapped(await clinic.client.delete(path), "resource")["active"] is False
    assert w.ada not in [row["resource"]["id"] for row in (await clinic.client.get("/resources")).json()]
    assert unwrapped(await clinic.client.get(path), "resource")["active"] is False
    assert errors(await clinic.post("/bookings", {"booking": clinic.massage(9)})) == {"resource_id": ["is not active"]}


async def test_a_capacity_below_what_is_booked(clinic: Clinic) -> None:
    w = clinic.world
    for _ in range(2):
        await clinic.book(9, resource_id=w.projectors, service_id=None)
    path = f"/resources/{w.projectors}"
    assert errors(await clinic.put(path, {"resource": {"capacity": 1}})) == {
        "capacity": ["is less than what is booked"]
    }
    assert unwrapped(await clinic.put(path, {"resource": {"capacity": 2}}), "resource")["capacity"] == 2


async def test_hours_on_dates(clinic: Clinic) -> None:
    w = clinic.world
    dates = f"from={day(clinic, 4)}&to={day(clinic, 5)}"
    response = await clinic.client.get(f"/resources/{w.ada}/opening_hours?{dates}")
    assert response.json() == [
        {"resource_opening_hours": {"date": day(clinic, 4), "opening_hours": ["08:00", "16:00"], "service_id": None}},
        {"resource_opening_hours": {"date": day(clinic, 5), "opening_hours": None, "service_id": None}},
    ]
    assert len(await hours(clinic, f"/resources/{w.ada}/opening_hours")) == 1
    response = await clinic.client.get(f"/resources/opening_hours?{dates}&resource_id={w.ada},{w.sauna}")
    assert [row["resource"] for row in response.json()] == [
        {
            "id": w.ada,
            "title": "Ada",
            "resource_opening_hours": [
                {"date": day(clinic, 4), "opening_hours": ["08:00", "16:00"]},
                {"date": day(clinic, 5), "opening_hours": None},
            ],
        },
        {
            "id": w.sauna,
            "title": "Sauna",
            "resource_opening_hours": [
                {"date": day(clinic, 4), "opening_hours": ["00:00", "24:00"]},
                {"date": day(clinic, 5), "opening_hours": ["00:00", "24:00"]},
            ],
        },
    ]
    assert len((await clinic.client.get("/resources/opening_hours")).json()) == 7


async def test_hours_on_dates_that_nobody_means(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/opening_hours"
    for query, expected in (
        ("from=soon", {"from": ["is invalid"]}),
        ("from=2027-03-02&to=2027-03-01", {"to": ["must be after start"]}),
        ("from=2027-03-02&to=2037-03-01", {"to": ["is out of range"]}),
        ("service_id=987654321", {"service_id": ["must exist"]}),
    ):
        assert errors(await clinic.client.get(f"{path}?{query}")) == expected
    assert errors(await clinic.client.get("/resources/987654321/opening_hours"), 404) == NOT_FOUND


async def test_a_date_that_is_not_like_others(clinic: Clinic) -> None:
    ada = f"/resources/{clinic.world.ada}"
    path = f"{ada}/exception_dates/{day(clinic)}"
    assert errors(await clinic.client.get(path), 404) == NOT_FOUND
    body = {"resource_exception_date": {"opening_hours": ["08:00", "14:00"]}}
    made = unwrapped(await clinic.post(path, body), "resource_exception_date")
    assert (made["exception_date"], made["opening_hours"]) == (day(clinic), ["08:00", "14:00"])
    assert unwrapped(await clinic.client.get(path), "resource_exception_date") == made
    assert await hours(clinic, f"{ada}/opening_hours?from={day(clinic)}") == [["08:00", "14:00"]]
    closed: dict[str, Any] = {"resource_exception_date": {"opening_hours": []}}
    assert unwrapped(await clinic.put(path, closed), "resource_exception_date")["opening_hours"] == []
    assert await hours(clinic, f"{ada}/opening_hours?from={day(clinic)}") == [None]
    assert unwrapped(await clinic.client.delete(path), "resource_exception_date")["opening_hours"] == []
    assert await hours(clinic, f"{ada}/opening_hours?from={day(clinic)}") == [["08:00", "16:00"]]


async def test_hours_of_null_are_the_usual_ones(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates/{day(clinic)}"
    await clinic.post(path, {"resource_exception_date": {"opening_hours": []}})
    null = {"resource_exception_date": {"opening_hours": None}}
    usual = unwrapped(await clinic.put(path, null), "resource_exception_date")
    assert (usual["exception_date"], usual["opening_hours"]) == (day(clinic), None)
    assert errors(await clinic.client.get(path), 404) == NOT_FOUND


async def test_many_dates_at_once(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates"
    sent: list[dict[str, Any]] = [
        {"exception_date": day(clinic), "opening_hours": ["12:00", "14:30"]},
        {"exception_date": day(clinic, 1), "opening_hours": ["08:30", "12:30", "15:00", "18:30"]},
    ]
    made = await clinic.post(f"{path}/", {"resource_exception_dates": sent})
    assert [row["resource_exception_date"]["opening_hours"] for row in made.json()] == [
        exception["opening_hours"] for exception in sent
    ]
    sent = [{"exception_date": day(clinic), "_destroy": True}, {"exception_date": day(clinic, 2), "opening_hours": []}]
    assert (await clinic.put(path, {"resource_exception_dates": sent})).status_code == 200
    response = await clinic.client.get(f"{path}?from={day(clinic)}&to={day(clinic, 9)}")
    listed = [row["resource_exception_date"]["exception_date"] for row in response.json()]
    assert (listed, response.headers["Total-Count"]) == ([day(clinic, 1), day(clinic, 2)], "2")
    assert (await clinic.client.get(f"{path}?from={day(clinic, 3)}")).json() == []


async def test_many_dates_are_kept_all_or_none(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates"
    sent: list[dict[str, Any]] = [
        {"exception_date": day(clinic), "opening_hours": ["12:00", "14:30"]},
        {"exception_date": day(clinic), "opening_hours": [], "service_id": 987654321},
    ]
    assert errors(await clinic.post(path, {"resource_exception_dates": sent})) == {"service_id": ["must exist"]}
    assert (await clinic.client.get(path)).json() == []


async def test_dates_by_form(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates"
    form = {
        "resource_exception_dates[][exception_date]": [day(clinic), day(clinic, 1)],
        "resource_exception_dates[0][opening_hours][]": "x",
    }
    assert (await clinic.client.post(path, data=form)).status_code == 400
    form = {"resource_exception_date[opening_hours][]": ["08:00", "14:00"]}
    response = await clinic.client.post(f"{path}/{day(clinic)}", data=form)
    assert unwrapped(response, "resource_exception_date")["opening_hours"] == ["08:00", "14:00"]
    numbered = {
        "resource_exception_dates[0][exception_date]": day(clinic, 1),
        "resource_exception_dates[0][opening_hours][]": "",
    }
    response = await clinic.client.post(path, data=numbered)
    assert [row["resource_exception_date"]["opening_hours"] for row in response.json()] == [[]]


async def test_dates_that_cannot_be(clinic: Clinic) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates"
    assert errors(await clinic.post(path, {})) == {"resource_exception_dates": ["can't be blank"]}
    assert errors(await clinic.post(path, {"resource_exception_dates": ["x"]})) == {
        "resource_exception_dates": ["is invalid"]
    }
    wrong = [{"opening_hours": ["8"]}, {"exception_date": "soon"}]
    body = errors(await clinic.post(path, {"resource_exception_dates": wrong}))
    assert body == {"opening_hours": ["is invalid"], "exception_date": ["can't be blank", "is invalid"]}
    assert errors(await clinic.post(f"{path}/soon", {}), 404) == NOT_FOUND
    assert errors(await clinic.post(f"{path}/{day(clinic)}", {"resource_exception_date": {"x": 1}})) == {
        "opening_hours": ["can't be blank"]
    }
    scoped = {"resource_exception_date": {"opening_hours": [], "service_id": 987654321}}
    assert errors(await clinic.post(f"{path}/{day(clinic)}", scoped)) == {"service_id": ["must exist"]}


@pytest.mark.parametrize("wrap", WRAPPERS)
async def test_an_exception_date_is_read_wherever_it_stands(clinic: Clinic, wrap: Callable[[Any], Any]) -> None:
    path = f"/resources/{clinic.world.ada}/exception_dates"
    made = unwrapped(await clinic.put(f"{path}/{day(clinic)}", wrap({"opening_hours": ["09:00", "12:00"]})), EXCEPTION)
    assert (made["exception_date"], made["opening_hours"]) == (day(clinic), ["09:00", "12:00"])
    (kept,) = (await clinic.post(path, wrap({"exception_date": day(clinic), "opening_hours": []}))).json()
    assert (kept[EXCEPTION]["exception_date"], kept[EXCEPTION]["opening_hours"]) == (day(clinic), [])
    gone = unwrapped(await clinic.put(f"{path}/{day(clinic)}", wrap({"_destroy": True})), EXCEPTION)
    assert gone["opening_hours"] is None


async def test_many_exception_dates_inside_their_resource(clinic: Clinic) -> None:
    dates = [{"exception_date": day(clinic), "opening_hours": []}]
    for body in ({"resource": {"exception_dates": dates}}, {"exception_dates": dates}):
        rows = (await clinic.post(f"/resources/{clinic.world.ada}/exception_dates", body)).json()
        assert [row[EXCEPTION]["exception_date"] for row in rows] == [day(clinic)]


async def test_a_provider_and_its_hours(clinic: Clinic) -> None:
    w = clinic.world
    sent = {"resource_id": w.bo, "service_id": w.physio, "opening_hours_mon": ["10:00", "12:00"], "priority_value": 2}
    made = unwrapped(await clinic.post("/providers", {"provider": sent}), "provider")
    assert {name: made[name] for name in sent} == sent
    path = f"/providers/{made['id']}"
    assert unwrapped(await clinic.client.get(path), "provider") == made
    assert made in [row["provider"] for row in (await clinic.client.get("/providers")).json()]
    assert made in [row["provider"] for row in (await clinic.client.get(f"/services/{w.physio}/availability")).json()]
    assert errors(await clinic.post("/providers", {"provider": sent})) == {"resource_id": ["has already been taken"]}
    of_provider = f"{path}/opening_hours?from={day(clinic)}"
    assert await hours(clinic, of_provider) == [["10:00", "12:00"]]
    await clinic.put(f"/services/{w.physio}", {"service": {"availability_type": "resource"}})
    assert await hours(clinic, of_provider) == [["08:00", "16:00"]]
    await clinic.put(f"/services/{w.physio}", {"service": {"availability_type": "provider"}})
    assert await hours(clinic, of_provider) == [["10:00", "12:00"]]
    changed = unwrapped(await clinic.put(path, {"provider": {"opening_hours_tue": ["09:00", "10:00"]}}), "provider")
    assert week(changed) == [["10:00", "12:00"], ["09:00", "10:00"], *[None] * 5]
    scoped = {"resource_exception_date": {"opening_hours": ["13:00", "14:00"], "service_id": w.physio}}
    exception = f"/resources/{w.bo}/exception_dates/{day(clinic)}"
    assert unwrapped(await clinic.post(exception, scoped), "resource_exception_date")["service_id"] == w.physio
    assert await hours(clinic, of_provider) == [["13:00", "14:00"]]
    assert errors(await clinic.client.get(exception), 404) == NOT_FOUND
    assert unwrapped(await clinic.client.delete(path), "provider")["id"] == made["id"]
    assert errors(await clinic.client.get(path), 404) == NOT_FOUND


async def test_a_provider_that_cannot_be(clinic: Clinic) -> None:
    w = clinic.world
    assert errors(await clinic.post("/providers", {"provider": {"priority_value": 1}})) == {
        "service_id": ["can't be blank"],
        "resource_id": ["can't be blank"],
    }
    for name in ("service_id", "resource_id"):
        sent = {"resource_id": w.bo, "service_id": w.physio, name: 987654321}
        assert errors(await clinic.post("/providers", {"provider": sent})) == {name: ["must exist"]}
