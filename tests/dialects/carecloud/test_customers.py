"""Customers, as far as bookings need them."""

from typing import Any

import pytest

from kalends.actions.customers.change import block_customer, change_customer, remove_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.customers.customer import CustomerPatch
from tests.desk import told
from tests.dialects.carecloud.festival import Festival, faults, refused, worked

ADA: dict[str, Any] = {
    "gender": 2,
    "first_name": "Ada",
    "last_name": "Byron",
    "pre_nominals": "Dr.",
    "birthdate": "1815-12-10",
    "email": "ada@example.org",
    "phone": "420777888999",
    "language_id": "en",
    "store_id": "8bed991c68a470e7aaeffbf048",
    "address": {"address1": "Main Street", "address2": "7", "zip": "11000", "city": "Praha", "country_code": "cz"},
    "agreement": {"agreement_gtc": 1, "agreement_marketing_communication": 0},
    "consents": [{"consent_id": "8fd73167342d06899c4c015320", "consent_value": 2}],
}
SOURCE = {"customer_source_id": "86e05affc7a7abefcd513ab400", "external_id": "A66854921C"}


def new(**person: Any) -> dict[str, Any]:
    return {"customer": {"personal_information": ADA | person}, "customer_source": SOURCE, "autologin": False}


async def add(festival: Festival, **person: Any) -> str:
    answer = await festival.client.post("/customers", json=new(**person))
    return str(worked(answer, 201)["customer_id"])


async def names(festival: Festival, **params: Any) -> list[str]:
    """The first names on a page of customers, or the last if there is no first."""
    data = await festival.get("/customers", **params)
    return [row["personal_information"].get("first_name", "") for row in data["customers"]]


async def test_a_customer_is_shown_as_sent(festival: Festival) -> None:
    customer_id = await add(festival)
    customer = await festival.get(f"/customers/{customer_id}")
    assert customer == {
        "customer_id": customer_id,
        "personal_information": ADA,
        "last_change": "2027-03-01 10:00:00",
        "state": 1,
    }
    stored = await get_customer(festival.world.ctx(), festival.ids.parse("customer", customer_id))
    assert (stored.external_id, stored.gender, stored.phone, stored.country) == (
        "A66854921C",
        "female",
        "+420777888999",
        "CZ",
    )


async def test_what_is_written_back_changes_nothing(festival: Festival) -> None:
    world = festival.world
    odd = CustomerPatch(gender="unknown", country="Norge", locale=None, notes="n", email="Kari@Example.org")
    await change_customer(world.ctx(), world.kari, odd)
    kari = festival.opaque("customer", world.kari)
    before, entries = await festival.get(f"/customers/{kari}"), len(await told(world, "customer"))
    assert before["personal_information"]["language_id"] == "nb"
    assert (await festival.client.put(f"/customers/{kari}", json={"customer": before})).status_code == 204
    assert await festival.get(f"/customers/{kari}") == before
    assert len(await told(world, "customer")) == entries


async def test_an_email_that_clients_do_not_know_is_not_shown_and_stays(festival: Festival) -> None:
    world, path = festival.world, f"/customers/{festival.opaque('customer', festival.world.kari)}"
    odd = await change_customer(world.ctx(), world.kari, CustomerPatch(email="k\u00e4the@b\u00fccher.example"))
    shown = await festival.get(path)
    assert "email" not in shown["personal_information"]
    assert (await festival.client.put(path, json={"customer": shown})).status_code == 204
    assert await get_customer(world.ctx(), world.kari) == odd
    shown["personal_information"]["email"] = odd.email
    assert faults(await festival.client.put(path, json={"customer": shown})) == {"email": "invalid_value_format"}


async def test_what_is_left_out_is_lost(festival: Festival) -> None:
    customer_id = await add(festival)
    sent = {"personal_information": {"language_id": "cs", "last_name": "King"}}
    assert (await festival.client.put(f"/customers/{customer_id}", json={"customer": sent})).status_code == 204
    person = (await festival.get(f"/customers/{customer_id}"))["personal_information"]
    assert person == {"language_id": "cs", "last_name": "King", "address": {}}


async def test_all_faults_are_named(festival: Festival) -> None:
    sent: dict[str, Any] = new(
        email=7, gender=9, birthdate="1815-13-10", language_id="", consents=[{"consent_id": 1}], address=[]
    )
    sent = {**sent, "autologin": True, "customer_source": {}, "property_records": [{"property_id": "x"}]}
    answer = await festival.client.post("/customers", json=sent)
    assert faults(answer) == {
        "gender": "not_allowed_value",
        "birthdate": "invalid_value_format",
        "email": "invalid_value_format",
        "consents": "invalid_value_format",
        "address": "invalid_value_format",
        "language_id": "empty",
        "customer_source_id": "required",
        "password": "required",
        "property_records": "not_allowed_value",
    }
    values = {param["name"]: param.get("value") for param in refused(answer)["error_data"]["invalid_params"]}
    assert (values["gender"], values["birthdate"], values["language_id"]) == ("9", "1815-13-10", "")
    assert faults(await festival.client.post("/customers", json={})) == {
        "customer": "required",
        "personal_information": "required",
        "customer_source": "required",
        "language_id": "required",
        "autologin": "required",
    }


@pytest.mark.parametrize(
    ("person", "reasons"),
    [
        ({"email": "kari@example.org", "phone": None}, {"email": "already_exists"}),
        ({"email": "x"}, {"email": "invalid_value_format"}),
        ({"phone": "x"}, {"phone": "invalid_value_format"}),
        (
            {"phone": "x", "email": "x", "gender": 9},
            {"gender": "not_allowed_value", "email": "invalid_value_format", "phone": "invalid_value_format"},
        ),
        (dict.fromkeys(("email", "phone", "first_name", "last_name")), {"first_name": "required"}),
    ],
)
async def test_what_the_house_refuses(festival: Festival, person: dict[str, Any], reasons: dict[str, str]) -> None:
    assert faults(await festival.client.post("/customers", json=new(**person))) == reasons


async def test_a_password_has_a_length(festival: Festival) -> None:
    answer = await festival.client.post("/customers", json={**new(), "password": "xyzzy"})
    assert faults(answer) == {"password": "invalid_value_format"}
    assert "xyzzy" not in answer.text
    assert await names(festival, email=ADA["email"]) == []


async def test_a_list_is_filtered_sorted_and_paged(festival: Festival) -> None:
    world = festival.world
    await add(festival)
    ids = [festival.opaque("customer", number) for number in (world.kari, world.ola)]
    assert await names(festival) == ["Kari", "Ola", "Ada"]
    assert await names(festival, sort_field="customer_id", sort_direction="DESC") == ["Ada", "Ola", "Kari"]
    assert await names(festival, sort_field="personal_information") == ["Ada", "Kari", "Ola"]
    assert await names(festival, count=1, offset=1) == ["Ola"]
    for params, expected in (
        ({"email": "ADA@example.org"}, ["Ada"]),
        ({"phone": "4799887766"}, ["Ola"]),
        ({"phone": "+47 998 87 766"}, ["Ola"]),
        ({"phone": "004799887766"}, ["Ola"]),
        ({"first_name": "a", "last_name": "nord"}, ["Kari", "Ola"]),
        ({"birthdate": "10.12.1815"}, ["Ada"]),
        ({"email_list[]": ["ola@example.org", "Ada@example.org"]}, ["Ola", "Ada"]),
        ({"email_list": "ola@example.org"}, ["Ola"]),
        ({"customer_ids[]": ids}, ["Kari", "Ola"]),
        ({"customer_ids[]": ids, "email": "ola@example.org"}, ["Ola"]),
        ({"email": "", "customer_short_salutation": "true", "whatever": "x"}, ["Kari", "Ola", "Ada"]),
    ):
        assert await names(festival, **params) == expected
    assert (await festival.get("/customers", count=1))["total_items"] == 3


async def test_faults_of_a_list(festival: Festival) -> None:
    params: dict[str, Any] = {
        "count": 1001,
        "offset": -1,
        "sort_field": "x",
        "sort_direction": "up",
        "birthdate": "x",
        "phone": "12",
    }
    answer = await festival.client.get("/customers", params={**params, "customer_ids": "x", "customer_source_id": "x"})
    assert faults(answer) == {
        "count": "not_allowed_value",
        "offset": "not_allowed_value",
        "sort_field": "not_allowed_value",
        "sort_direction": "not_allowed_value",
        "birthdate": "invalid_value_format",
        "phone": "invalid_value_format",
        "customer_ids": "not_found",
        "customer_source_id": "not_allowed_value",
    }


async def test_who_is_deleted_is_shown_but_not_listed_and_not_changed(festival: Festival) -> None:
    world = festival.world
    ola, kari = (festival.opaque("customer", number) for number in (world.ola, world.kari))
    await remove_customer(world.ctx(), world.ola)
    await block_customer(world.ctx(), world.kari)
    assert await names(festival) == ["Kari"]
    states = [(await festival.get(f"/customers/{customer_id}"))["state"] for customer_id in (ola, kari)]
    assert states == [0, 2]
    answer = await festival.client.put(f"/customers/{ola}", json={"customer": {"personal_information": ADA}})
    assert faults(answer) == {"customer_id": "deleted"}


@pytest.mark.parametrize("customer_id", ["1", "x", "f" * 22, "%00"])
async def test_a_customer_that_is_not_there(festival: Festival, customer_id: str) -> None:
    error = refused(await festival.client.get(f"/customers/{customer_id}"), 404)
    if customer_id != "%00":
        assert error["error_data"] == {"resource_name": "customers", "resource_id": customer_id}
