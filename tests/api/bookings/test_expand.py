"""Ids in bookings and items are replaced by what they name."""

import httpx
from jsonschema import Draft202012Validator

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


async def test_customers_invoices_and_holds_are_expanded(api: httpx.AsyncClient, clinic: World) -> None:
    kari = f"cus_{clinic.kari}"
    child = (await api.post("/customers", json={"first_name": "Liv", "parent": kari})).json()["id"]
    shown = (await api.get(f"/customers/{child}?expand=parent")).json()
    assert shown["parent"]["id"] == kari
    listed = (await api.get("/customers?expand=parent&order=-added")).json()["data"]
    assert listed[0]["parent"]["id"] == kari
    hold = (await api.post("/holds", json={"lines": [massage(clinic)]})).json()["id"]
    held = (await api.get(f"/holds/{hold}?expand=items.resource,items.service")).json()
    assert (held["items"][0]["resource"]["title"], held["items"][0]["service"]["title"]) == ("Ada", "Massage")
    booking = await booked(api, massage(clinic, "2027-03-02T11:00:00"), customer=kari)
    await api.post("/invoices", json={"bookings": [booking["id"]]})
    invoices = (await api.get("/invoices?expand=customer")).json()["data"]
    assert [invoice["customer"]["id"] for invoice in invoices] == [kari] * len(invoices)


async def test_the_document_says_what_an_expanded_field_is(api: httpx.AsyncClient, clinic: World) -> None:
    booking = await booked(api, massage(clinic), customer=f"cus_{clinic.kari}")
    document = (await api.get("/openapi.json")).json()
    relations = "customer,items.customer,items.resource,items.service,items.session,items.site"
    expanded = (await api.get(f"/bookings/{booking['id']}", params={"expand": relations})).json()
    assert isinstance(expanded["items"][0]["site"], dict)
    for value in (booking, expanded):
        schema = {"$ref": "#/components/schemas/Booking", "components": document["components"]}
        assert list(Draft202012Validator(schema).iter_errors({**value})) == []
    resources = (await api.get("/resources?expand=parent.site,parent")).json()
    schema = {"$ref": "#/components/schemas/ResourceList", "components": document["components"]}
    assert list(Draft202012Validator(schema).iter_errors(resources)) == []
    broken = {**expanded, "customer": {"id": 7}}
    schema = {"$ref": "#/components/schemas/Booking", "components": document["components"]}
    assert list(Draft202012Validator(schema).iter_errors(broken)) != []
