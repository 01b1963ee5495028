"""A body is told all that is wrong with it at once: what can't be read, what is not in form, and ids of nothing."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Connect
from tests.world import World

NOBODY = {kind: f"{kind}_999999" for kind in ("res", "svc", "ses", "cus", "site")}
UNREADABLE = {"colour": "red"}
BAD = {"email": "nobody", "phone": "none", "time_zone": "Europe/Nowhere"}


@pytest.mark.parametrize(
    ("method", "path", "sent", "faults"),
    [
        ("POST", "/sites", {"name": " ", "time_zone": BAD["time_zone"], "email": BAD["email"]}, {"name", "time_zone"}),
        ("PATCH", "/account", {"name": "", "time_zone": "Nowhere", "currency": "kr"}, {"time_zone", "currency"}),
        ("POST", "/customers", {"email": "nobody", "phone": "none", "parent": NOBODY["cus"]}, {"phone", "parent"}),
        ("POST", "/users", {"email": "nobody", "role": "boss", "sites": [NOBODY["site"]]}, {"email", "sites/0"}),
        ("POST", "/resources", {"title": "", "site": NOBODY["site"], "parent": NOBODY["res"]}, {"site", "parent"}),
        ("POST", "/services", {"title": " "}, {"title"}),
        ("POST", "/extras", {"title": "", "resources": [NOBODY["res"]]}, {"title", "resources/0"}),
        ("POST", "/custom-fields", {"title": ""}, {"title"}),
        ("POST", "/prices", {"service": NOBODY["svc"], "amount": {}}, {"service"}),
        ("POST", "/webhooks", {"url": "gopher://x", "events": []}, {"url", "events"}),
        ("POST", "/keys", {"name": 7, "sites": [NOBODY["site"]]}, {"name", "sites/0"}),
        ("POST", "/invoices", {"customer": NOBODY["cus"]}, {"customer"}),
        ("POST", "/sessions", {"from": "soon", "service": NOBODY["svc"], "also": [NOBODY["res"]]}, {"from", "also/0"}),
        ("POST", "/sessions/recurring", {"recurrence": {"rrule": "FREQ=NEVER"}}, {"recurrence/rrule", "from"}),
        ("POST", "/holds", {"lines": [{"resource": NOBODY["res"], "from": "soon"}]}, {"lines/0/resource"}),
        ("POST", "/series", {"line": {"service": NOBODY["svc"]}, "recurrence": {"rrule": "DAILY"}}, {"line/service"}),
        ("POST", "/blocks", {"resource": NOBODY["res"]}, {"resource", "from"}),
        (
            "POST",
            "/bookings",
            {"lines": [{"session": NOBODY["ses"]}], "customer_details": {"email": "nobody", "phone": "none"}},
            {"lines/0/session", "customer_details/email", "customer_details/phone"},
        ),
    ],
)
async def test_all_that_is_wrong_is_told_at_once(
    api: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], faults: set[str]
) -> None:
    answer = await api.request(method, path, json={**sent, **UNREADABLE})
    assert answer.status_code == 422, answer.text
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert len(pointers) == len(set(pointers))
    assert {"/colour", *(f"/{name}" for name in faults)} <= set(pointers)


async def test_what_is_right_is_not_told_with_what_is_wrong(api: httpx.AsyncClient, clinic: World) -> None:
    sent = {"first_name": "Liv", "email": "liv@example.org", "phone": "99 88 77 66", "parent": f"cus_{clinic.kari}"}
    answer = await api.post("/customers", json={**sent, **UNREADABLE})
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/colour"]


async def test_a_key_of_a_site_does_not_learn_what_there_is_elsewhere(
    api: httpx.AsyncClient, connect: Connect, clinic: World
) -> None:
    north = (await api.post("/sites", json={"name": "North"})).json()["id"]
    there = await connect(clinic, site_ids=frozenset({int(north.removeprefix("site_"))}))
    for resource in (f"res_{clinic.ada}", NOBODY["res"]):
        answer = await there.post("/blocks", json={"resource": resource, **UNREADABLE})
        assert "/resource" in [fault["pointer"] for fault in answer.json()["errors"]]
