"""Ids in bookings and items are replaced by what they name."""

import httpx

from tests.api.bookings.test_bookings import booked, massage
from tests.api.test_document import fits
from tests.world import World


async def test_customers_and_sessions_are_shown_in_full(api: httpx.AsyncClient, clinic: World) -> None:
    yoga = f"ses_{await clinic.class_of(3)}"
    booking = await booked(api, massage(clinic), {"session": yoga}, customer=f"cus_{clinic.kari}")
    path = f"/bookings/{booking['id']}"
    shown = (await api.get(path, params={"expand": "customer,items.session"})).json()
    assert fits({"$ref": "#/components/schemas/Booking"}, shown) == []
    assert shown["customer"] == (await api.get(f"/customers/cus_{clinic.kari}")).json()
    assert [item["session"] and item["session"]["free"] for item in shown["items"]] == [None, 2]
    assert shown["items"][0]["customer"] == f"cus_{clinic.kari}"
    listed = (await api.get("/items", params={"expand": "customer"})).json()["data"]
    assert {item["customer"]["first_name"] for item in listed} == {"Kari"}
    refused = await api.get(path, params={"expand": "items.resource.site"})
    assert refused.json()["errors"][0]["parameter"] == "expand"
