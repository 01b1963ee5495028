"""Messages, templates, addresses that bounced and what customers refuse, through the API."""

import httpx
import pytest

from tests.api.conftest import Connect
from tests.world import World

HELLO = {"kind": "confirmation", "channel": "email", "subject": "Welcome", "body": "Hello {{ customer.name }}"}


async def booked(api: httpx.AsyncClient, clinic: World, hour: int) -> str:
    """The id of a new booking of Kari's, who is told of it by mail."""
    await api.patch("/account", json={"policy": {"notify_by_email": True}})
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": f"2027-03-02T{hour}:00"}
    sent = {"customer": f"cus_{clinic.kari}", "lines": [line]}
    made = await api.post("/bookings", json=sent)
    booking: str = made.json()["id"]
    return booking


async def test_messages_are_listed_page_by_page_shown_and_sent_once_more(api: httpx.AsyncClient, clinic: World) -> None:
    bookings = [await booked(api, clinic, hour) for hour in (10, 12, 14)]
    page = (await api.get("/messages", params={"limit": 2})).json()
    rest = (await api.get("/messages", params={"limit": 2, "cursor": page["next"]})).json()
    listed = page["data"] + rest["data"]
    assert ([message["booking"] for message in listed], rest["next"]) == (bookings[::-1], None)
    path = f"/messages/{listed[0]['id']}"
    assert (await api.get(path)).json() == listed[0]
    again = await api.post(f"{path}/resend")
    assert (again.status_code, again.json()["resent_of"]) == (201, listed[0]["id"])
    assert (await api.get(again.headers["location"])).json() == again.json()
    of_booking = await api.get("/messages", params={"booking": bookings[2], "state": "waiting"})
    assert of_booking.json()["data"] == [again.json(), listed[0]]
    assert (await api.get("/messages", params={"state": "failed"})).json()["data"] == []


async def test_messages_are_for_those_who_manage_all_sites(connect: Connect, clinic: World) -> None:
    for terms in ({"scopes": ["read", "book"]}, {"site_ids": frozenset({clinic.site})}):
        client = await connect(clinic, **terms)
        assert (await client.get("/messages")).status_code == 403
        assert (await client.put("/message-templates", json=HELLO)).status_code == 403


async def test_a_template_is_previewed_kept_changed_and_listed(api: httpx.AsyncClient, clinic: World) -> None:
    await booked(api, clinic, 10)
    asked = {"kind": "confirmation", "channel": "email"}
    built_in = (await api.post("/messages/preview", json=asked)).json()
    assert (built_in["template"], built_in["fault"]) == (None, "")
    draft = {"subject": HELLO["subject"], "body": HELLO["body"]}
    drafted = (await api.post("/messages/preview", json=asked | {"draft": draft})).json()
    assert (drafted["subject"], drafted["template"]) == ("Welcome", None)
    kept = (await api.put("/message-templates", json=HELLO)).json()
    shown = (await api.post("/messages/preview", json=asked)).json()
    assert shown == drafted | {"template": kept["id"]}
    changed = (await api.put("/message-templates", json=asked | {"active": False})).json()
    assert (changed["id"], changed["body"], changed["active"]) == (kept["id"], HELLO["body"], False)
    assert (await api.get("/message-templates")).json()["data"] == [changed]
    broken = await api.post("/messages/preview", json=asked | {"draft": {"body": "{{ nothing.at.all }}"}})
    assert broken.json()["fault"] != ""


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"body": "{% raise %}", "subject": "{{", "locale": "xx"}, {"/body", "/subject", "/locale"}),
        ({"body": " ", "locale": "xx"}, {"/body", "/locale"}),
        ({"kind": "digest", "channel": "post", "body": "x" * 10_001}, {"/kind", "/channel", "/body"}),
        ({"service": "svc_987654"}, {"/service"}),
    ],
)
async def test_all_that_is_wrong_with_a_template_is_told(
    api: httpx.AsyncClient, sent: dict[str, str], faults: set[str]
) -> None:
    answer = await api.put("/message-templates", json=HELLO | sent)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == faults


async def test_an_address_is_marked_listed_and_cleared_however_it_is_spelt(api: httpx.AsyncClient) -> None:
    path = "/bounced-addresses"
    for address in ("22 33 44 55", "Kari@Example.org", "kari@example.org"):
        assert (await api.put(path, json={"address": address, "reason": "550"})).status_code == 204
    first = (await api.get(path, params={"limit": 1, "count": True})).json()
    assert ([each["address"] for each in first["data"]], first["total"]) == (["+4722334455"], 2)
    second = (await api.get(path, params={"limit": 1, "cursor": first["next"]})).json()
    assert ([each["address"] for each in second["data"]], second["next"]) == (["kari@example.org"], None)
    assert (await api.delete(path, params={"address": "+47 22334455"})).status_code == 204
    assert (await api.get(path)).json()["data"] == second["data"]
    wrong = await api.delete(path, params={"address": "over there"})
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (422, "address")
    wrong = await api.put(path, json={"address": "kari@", "reason": "x" * 256})
    assert {fault["pointer"] for fault in wrong.json()["errors"]} == {"/address", "/reason"}


async def test_a_customer_refuses_messages_and_takes_them_again(api: httpx.AsyncClient, clinic: World) -> None:
    path, reminders = f"/customers/cus_{clinic.kari}/refused-messages", {"kind": "reminder", "channel": "email"}
    for _ in range(2):
        assert (await api.put(path, json=reminders)).status_code == 204
    (refused,) = (await api.get(path)).json()["data"]
    assert (refused["kind"], refused["channel"]) == ("reminder", "email")
    assert (await api.delete(path, params=reminders)).status_code == 204
    assert (await api.get(path)).json()["data"] == []
    needed = await api.put(path, json={"kind": "confirmation", "channel": "email"})
    assert [(fault["pointer"], fault["code"]) for fault in needed.json()["errors"]] == [("/kind", "fixed")]
    nobody = "/customers/cus_987654/refused-messages"
    assert (await api.get(nobody)).status_code == 404
    assert (await api.put(nobody, json=reminders)).status_code == 404
    assert (await api.delete(nobody, params=reminders)).status_code == 404
