"""What clients in the field send is understood."""

import base64
from typing import Any

import pytest

from tests.dialects.makeplans.clinic import BASE, Clinic, unwrapped

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "path",
    ["/bookings/", "//bookings", "/bookings//", "/bookings?", "/bookings.json", "/bookings.json?", "/bookings/.json"],
)
async def test_paths_are_spelled_in_many_ways(clinic: Clinic, path: str) -> None:
    made = await clinic.book(9)
    prefix = "http://clinic.example//makeplans/api//v1"
    response = await clinic.client.get(prefix + path)
    assert [row["booking"]["id"] for row in response.json()] == [made["id"]]


async def test_one_booking_with_a_suffix(clinic: Clinic) -> None:
    made = await clinic.book(9)
    for path in (f"/bookings/{made['id']}.json", f"//bookings//{made['id']}/"):
        assert unwrapped(await clinic.client.get(BASE + path))["id"] == made["id"]


async def test_the_key_may_be_the_user_of_basic(clinic: Clinic) -> None:
    key = clinic.client.headers["authorization"].removeprefix("Bearer ")
    for secret in (f"{key}:", key, f"{key}:x"):
        basic = "Basic " + base64.b64encode(secret.encode()).decode()
        response = await clinic.client.get("/bookings", headers={"authorization": basic})
        assert response.status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": JSON},
        {"headers": JSON, "content": b""},
        {"headers": JSON, "content": b" "},
        {"headers": JSON, "content": b"{}"},
        {},
        {"data": {"cancellation_send_email": "false"}},
        {"content": b'{"cancellation_send_email": false}'},
    ],
)
async def test_a_change_of_state_needs_no_body(clinic: Clinic, sent: dict[str, Any]) -> None:
    made = await clinic.book(9)
    response = await clinic.client.put(f"/bookings/{made['id']}/cancel", **sent)
    assert unwrapped(response)["state"] == "cancelled"


async def test_no_user_agent_is_fine(clinic: Clinic) -> None:
    request = clinic.client.build_request("GET", "/bookings")
    del request.headers["user-agent"]
    assert (await clinic.client.send(request)).status_code == 200


@pytest.mark.parametrize("yes", [True, "true", "1", 1, "True"])
@pytest.mark.parametrize("no", [False, "false", "0", 0, "", None])
async def test_booleans_are_written_in_many_ways(clinic: Clinic, yes: Any, no: Any) -> None:
    await clinic.book(9)
    over = {"booking": clinic.massage(9, public_booking=no), "ignore_capacity": yes}
    assert unwrapped(await clinic.post("/bookings", over))["state"] == "confirmed"
    over["ignore_capacity"] = no
    assert (await clinic.post("/bookings", over)).status_code == 400


async def test_what_is_unknown_is_passed_over(clinic: Clinic) -> None:
    made = await clinic.book(9, colour="blue", state="deleted", revision_count=9, person={"name": "x"})
    assert (made["state"], made["revision_count"], "colour" in made) == ("confirmed", 0, False)
    assert await clinic.listed(colour="blue", **{"a[b]": "c"}) == [made["id"]]


async def test_parameters_may_stand_in_the_query(clinic: Clinic) -> None:
    w = clinic.world
    query: dict[str, Any] = {
        "booking[booked_from]": clinic.at(9),
        "booking[resource_id]": w.ada,
        "booking[service_id]": w.massage,
        "booking[title]": "by query",
    }
    assert unwrapped(await clinic.client.post("/bookings", params=query))["title"] == "by query"


async def test_the_plus_of_an_offset_may_have_become_a_space(clinic: Clinic) -> None:
    made = await clinic.book(9)
    response = await clinic.client.get(f"/bookings?start={clinic.monday():%Y-%m-%d}T08:00:00+00:00")
    assert [row["booking"]["id"] for row in response.json()] in ([made["id"]], [])
    response = await clinic.client.get(f"/bookings?start={clinic.monday():%Y-%m-%d}T07:00:00+01:00")
    assert [row["booking"]["id"] for row in response.json()] == [made["id"]]


async def test_now_and_today_are_moments(clinic: Clinic) -> None:
    made = await clinic.book(9)
    assert await clinic.listed(start="today", since="today") == [made["id"]]
    assert await clinic.listed(end="now") == []
