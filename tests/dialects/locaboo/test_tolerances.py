"""What clients in the field send is understood, and what is not is answered in form."""

import json
from typing import Any

import pytest

from kalends.actions.catalog.custom_fields import add_field
from kalends.engine.catalog.custom_field import CustomFieldPatch
from tests.dialects.locaboo.booking import add, recurring, shown
from tests.dialects.locaboo.venue import Venue, refused, worked


@pytest.mark.parametrize(
    "path",
    ["/customer_list/?", "//customer_list?", "/customer_list//?", "/customer_list?&&", "/customer_list?limit=&x&"],
)
async def test_paths_and_queries_are_spelled_in_many_ways(venue: Venue, path: str) -> None:
    key, venue.client.params = venue.client.params, {}
    assert worked(await venue.client.get(f"http://venue.example//locaboo//api/v2{path}{key}"))["total"] == 2


@pytest.mark.parametrize("params", [{"colour": "blue"}, {"a[b][]": "c"}, {"limit": ""}, {"search": "", "x": ""}])
async def test_what_is_unknown_or_empty_is_passed_over(venue: Venue, params: dict[str, str]) -> None:
    assert (await venue.get("/customer_list", **params))["total"] == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b' {"last_name": "Ny"}'},
        {"content": b'\xef\xbb\xbf{"last_name": "Ny"}'},
        {"content": b"last_name=Ny"},
        {"content": b"", "headers": {"content-type": "application/json"}, "params": {"last_name": "Ny"}},
        {"data": {"last_name": "Ny"}},
        {"files": {"last_name": (None, "Ny")}},
        {"params": {"last_name": "Ny"}},
        {"json": {"last_name": "Ny"}, "params": {"last_name": "Gammel"}},
        {"json": {"last_name": "Ny", "unknown": {"deep": [1]}, "email": None}},
    ],
)
async def test_parameters_come_in_many_ways(venue: Venue, sent: dict[str, Any]) -> None:
    worked(await venue.client.post("/customer_add", **sent))
    assert (await venue.get("/customer_list", search="ny"))["data"][-1]["last_name"] == "Ny"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/customer_list", "GET, HEAD, POST"),
        ("GET", "/customer_add", "POST"),
        ("DELETE", "/booking_save", "GET, HEAD, POST"),
        ("PUT", "/booking/1", "GET, HEAD, POST"),
    ],
)
async def test_methods_that_are_not_there(venue: Venue, method: str, path: str, allowed: str) -> None:
    response = await venue.client.request(method, path)
    assert refused(response, 405) == "This call does not exist with this method"
    assert {*response.headers["allow"].split(", ")} - {"OPTIONS"} == {*allowed.split(", ")}


async def test_what_is_read_can_be_asked_for_with_post(venue: Venue) -> None:
    ident = await add(venue)
    key, venue.client.params = venue.client.params["api_secret_key"], {}
    days = {"date_from": venue.day(), "date_to": venue.day()}
    reads = {
        "/booking_list": days,
        "/availability": days,
        f"/booking/{ident}": {},
        "/profile": {},
        "/resource_list": {},
    }
    for path, params in reads.items():
        asked = await venue.client.get(path, params={**params, "api_secret_key": key})
        sent = await venue.client.post(path, data={**params, "api_secret_key": key})
        assert worked(sent) == worked(asked)


async def test_arrays_of_a_form_as_the_text_of_their_json(venue: Venue) -> None:
    w = venue.world
    seats = (await add_field(w.ctx(), CustomFieldPatch(title="Seats", kind="numeric"))).id
    week = [{"day": "mon", "from": "09:00", "to": "10:00"}]
    arrays = {
        "weekly_recurrence": week,
        "resource_parts": {w.hall: [w.left, w.right]},
        "category_fields": {w.hall: {seats: 21}},
        "inventory": {w.hall: {w.projectors: {"checked": "on", "quantity": 2}}},
        "persons": [w.kari, w.ola],
    }
    form = {
        **recurring(venue, "week", None, 7, title="[A]"),
        **{name: json.dumps(each) for name, each in arrays.items()},
    }
    booking = await shown(venue, worked(await venue.post_form("/booking_add", form))["data"][0]["id"])
    [main] = booking["resources"]
    assert (booking["title"], booking["persons"], len(main["instances"])) == ("[A]", [w.kari, w.ola], 4)
    assert main["inventory"][str(w.projectors)]["quantity"] == "2"
    assert main["custom_fields"][str(w.hall)][f"mf_{seats}"]["value"] == "21"
    both = json.dumps([w.left, w.right])
    [row] = (await venue.get("/booking_list", resource_id=both))["data"]
    assert row["id"] == booking["id"]


async def test_methods_that_ask_about_a_call(venue: Venue) -> None:
    assert (await venue.client.head("/customer_list")).status_code == 200
    response = await venue.client.options("/booking_save")
    assert (response.status_code, response.headers["allow"], response.content) == (204, "GET, HEAD, OPTIONS, POST", b"")


@pytest.mark.parametrize("path", ["/nothing", "/customer_list/1", "/booking/1/2", "/resource_list.json"])
async def test_paths_that_are_not_there(venue: Venue, path: str) -> None:
    assert refused(await venue.client.get(path), 404) == "There is no such call"


async def test_at_the_base_is_told_what_is_there(venue: Venue) -> None:
    for path in ("/", ""):
        page = (await venue.client.get(path)).json()
        assert "`GET /booking_list`" in page["coverage"]
        assert page["show_key"] == "the parameter api_secret_key"


@pytest.mark.parametrize("ident", ["x", "0", "-1", "9" * 30, "%D9%A1", "1%00"])
@pytest.mark.parametrize("path", ["/resource/{}", "/booking/{}", "/event_details/{}"])
async def test_ids_that_are_none(venue: Venue, path: str, ident: str) -> None:
    refused(await venue.client.get(path.format(ident)), 404)
