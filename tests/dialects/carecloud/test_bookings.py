"""Bookings: made on time slots, shown, listed, replaced, deleted."""

from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.statuses import add_standard_statuses
from kalends.actions.catalog.custom_fields import add_field, set_service_values
from kalends.actions.catalog.services import change_service
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.service import ServicePatch
from tests.desk import DAY, broken
from tests.dialects.carecloud.festival import Festival, faults, refused, worked
from tests.dialects.carecloud.test_tokens import log_in, with_password

UTM = {"utm_source": "google", "utm_medium": "email", "utm_campaign": "spring_sale"}
AT = "2027-03-01 10:00:00"


@pytest.fixture
async def statuses(festival: Festival) -> dict[str, str]:
    """The ids of the standard statuses by name; up to 20 seats of yoga are booked at once."""
    ctx = festival.world.ctx()
    await change_service(ctx, festival.world.yoga, ServicePatch(most_units=20))
    return {status.name: festival.opaque("booking_status", status.id) for status in await add_standard_statuses(ctx)}


async def slot(festival: Festival, seats: int = 10, days: int = 1) -> str:
    world = festival.world
    return festival.opaque("session", await world.class_of(seats, world.now + days * DAY))


def new(*slots: str, **fields: Any) -> dict[str, Any]:
    items = [{"time_slot_id": each, "created_at": AT} for each in slots]
    return {"booking": {"booking_items": items, "created_at": AT, **fields}}


async def book(festival: Festival, *slots: str, **fields: Any) -> str:
    answer = await festival.client.post("/bookings", json=new(*slots, **fields))
    return str(worked(answer, 201)["booking_id"])


def kari(festival: Festival) -> str:
    return festival.opaque("customer", festival.world.kari)


async def test_a_booking_is_shown_as_it_was_made(festival: Festival, statuses: dict[str, str]) -> None:
    at = await slot(festival)
    booking_id = await book(festival, at, customer_id=kari(festival), utm=UTM, data={"size": 20, "unit": "cm"})
    booking = await festival.get(f"/bookings/{booking_id}")
    (item,) = booking.pop("booking_items")
    assert booking == {
        "booking_id": booking_id,
        "customer_id": kari(festival),
        "booking_status": statuses["Confirmed"],
        "utm": UTM,
        "data": {"size": 20, "unit": "cm"},
        "created_at": AT,
        "last_change": AT,
        "state": 1,
    }
    ticket = festival.opaque("service", festival.world.yoga)
    assert item.pop("booking_ticket") == await festival.get(f"/booking-tickets/{ticket}")
    assert item.pop("booking_item_id")
    assert item == {
        "customer_id": kari(festival),
        "time_slot_id": at,
        "valid_from": "2027-03-02 10:00:00",
        "valid_to": "2027-03-02 11:00:00",
        "capacity_taken": 1,
        "booking_item_status": statuses["Confirmed"],
        "additional_properties": [],
        "created_at": AT,
        "last_change": AT,
        "state": 1,
    }


@pytest.mark.usefixtures("statuses")
async def test_customers_do_not_find_what_they_are_not_shown(festival: Festival) -> None:
    await change_service(festival.world.ctx(), festival.world.yoga, ServicePatch(public=False))
    at = await slot(festival)
    await with_password(festival)
    worked(await log_in(festival))
    (name,) = faults(await festival.app.post("/bookings", json=new(at)))
    assert name.endswith("time_slot_id")
    await book(festival, at, customer_id=kari(festival))


@pytest.mark.parametrize("data", ["text", '{"size": 20}', ["a", "b"], {"a": {"b": [1, None]}}, []])
async def test_data_is_kept_as_it_was_sent(festival: Festival, statuses: dict[str, str], data: Any) -> None:
    booking_id = await book(festival, await slot(festival), data=data)
    assert (await festival.get(f"/bookings/{booking_id}")).get("data") == data


async def test_items_are_there_as_far_as_they_are_asked_for(festival: Festival, statuses: dict[str, str]) -> None:
    await book(festival, await slot(festival))
    for params, keys in (
        ({}, None),
        ({"add_booking_items": "none"}, None),
        ({"add_booking_items": "items-only"}, {"booking_ticket"}),
        ({"add_booking_items": "full"}, {"booking_ticket", "additional_properties"}),
    ):
        (booking,) = (await festival.get("/bookings", **params))["bookings"]
        assert [{"booking_ticket", "additional_properties"} & item.keys() for item in booking["booking_items"]] == (
            [] if keys is None else [keys]
        )


async def test_properties_are_kept_with_the_item(festival: Festival, statuses: dict[str, str]) -> None:
    ctx = festival.world.ctx()
    fields = [
        await add_field(ctx, CustomFieldPatch(title=kind, kind=kind, options=options, subject="service"))
        for kind, options in (("text", ()), ("numeric", ()), ("select", ("A", "B")), ("checkbox", ()))
    ]
    ids = [festival.opaque("custom_field", field.id) for field in fields]
    (enum,) = [
        row for row in (await festival.get("/booking-ticket-properties"))["booking_ticket_properties"] if row["items"]
    ]
    values = ["vegan", 1.5, [{"id": enum["items"][1]["id"]}], True]
    records = [{"property_id": id_, "property_value": value} for id_, value in zip(ids, values, strict=True)]
    body = new(await slot(festival))
    body["booking"]["booking_items"][0]["additional_properties"] = records
    booking_id = worked(await festival.client.post("/bookings", json=body), 201)["booking_id"]
    (item,) = (await festival.get(f"/bookings/{booking_id}"))["booking_items"]
    shown = {record["property_id"]: record["property_value"] for record in item["additional_properties"]}
    assert shown == dict(zip(ids, ["vegan", 1.5, [enum["items"][1]], True], strict=True))
    records[2] = {"property_id": ids[2], "property_value": "C"}
    records[1] = {"property_id": "0" * 22, "property_value": 1}
    assert faults(await festival.client.post("/bookings", json=body)) == {
        "booking_items[0].additional_properties[1].property_id": "not_found",
        "booking_items[0].additional_properties[2].property_value": "not_allowed_value",
    }


async def test_all_faults_are_told_at_once(festival: Festival, statuses: dict[str, str]) -> None:
    items: list[Any] = [{"capacity_taken": 0}, {"time_slot_id": "xyz", "created_at": "yesterday"}]
    body = {"booking": {"booking_items": items, "customer_id": "7", "booking_status": "nil", "data": 7, "utm": "x"}}
    answer = await festival.client.post("/bookings", json=body)
    assert faults(answer) == {
        "customer_id": "not_found",
        "booking_status": "not_found",
        "data": "invalid_value_format",
        "utm": "invalid_value_format",
        "booking_items[0].capacity_taken": "not_allowed_value",
        "booking_items[0].time_slot_id": "required",
        "booking_items[1].time_slot_id": "not_found",
        "booking_items[1].created_at": "invalid_value_format",
    }
    values = {param["name"]: param.get("value") for param in refused(answer)["error_data"]["invalid_params"]}
    assert (values["customer_id"], values["booking_items[1].time_slot_id"]) == ("7", "xyz")
    bodies: Any = ({}, "required"), ({"booking": 7}, "invalid_value_format")
    for sent, reason in bodies:
        assert faults(await festival.client.post("/bookings", json=sent)) == {"booking": reason}
    for sent in ({}, *({"booking_items": items} for items in (None, [], "x", [7]))):
        answer = await festival.client.post("/bookings", json={"booking": sent})
        assert set(faults(answer)) == {"booking_items"}


async def test_items_on_one_slot_countgether_and_all_or_none_are_booked(
    festival: Festival, statuses: dict[str, str]
) -> None:
    few, many = await slot(festival, seats=2), await slot(festival, seats=9)
    answer = await festival.client.post("/bookings", json=new(many, few, few, few))
    assert faults(answer) == {f"booking_items[{index}].time_slot_id": "not_allowed_value" for index in (1, 2, 3)}
    assert {param["value"] for param in refused(answer)["error_data"]["invalid_params"]} == {few}
    await book(festival, many, few, few)
    body = new(many)
    body["booking"]["booking_items"][0]["capacity_taken"] = 9
    answer = await festival.client.post("/bookings", json=body)
    assert faults(answer) == {"booking_items[0].time_slot_id": "not_allowed_value"}
    body["booking"]["booking_items"][0]["capacity_taken"] = 8
    worked(await festival.client.post("/bookings", json=body), 201)
    assert await broken(festival.world) == []


async def test_items_are_understood_in_a_form_too(festival: Festival, statuses: dict[str, str]) -> None:
    field = await add_field(festival.world.ctx(), CustomFieldPatch(title="Food", subject="service"))
    item, at = "booking[booking_items][0]", await slot(festival)
    record = f"{item}[additional_properties][0]"
    form = {f"{item}[time_slot_id]": at, f"{item}[capacity_taken]": "2", f"{record}[property_value]": "vegan"}
    form[f"{record}[property_id]"] = festival.opaque("custom_field", field.id)
    booking_id = worked(await festival.client.post("/bookings", data=form), 201)["booking_id"]
    (booked,) = (await festival.get(f"/bookings/{booking_id}"))["booking_items"]
    assert (booked["time_slot_id"], booked["capacity_taken"]) == (at, 2)
    assert [each["property_value"] for each in booked["additional_properties"]] == ["vegan"]
    form[f"{item}[time_slot_id]"] = "x"
    (param,) = refused(await festival.client.post("/bookings", data=form))["error_data"]["invalid_params"]
    assert (param["name"], param["value"]) == ("booking_items[0].time_slot_id", "x")


async def test_lists_are_filtered_sorted_and_paged(festival: Festival, statuses: dict[str, str]) -> None:
    at, ola = await slot(festival), festival.opaque("customer", festival.world.ola)
    first = await book(festival, at, customer_id=kari(festival))
    second = await book(festival, at, at, customer_id=ola, booking_status=statuses["Pending"])

    async def ids(**params: Any) -> list[str]:
        data = await festival.get("/bookings", **params)
        return [booking["booking_id"] for booking in data["bookings"]]

    assert await ids(customer_id=ola) == [second]
    assert await ids(booking_status=statuses["Confirmed"]) == [first]
    assert await ids(booking_statuses=statuses["Pending"]) == [second]
    assert await ids(**{"booking_statuses[]": [statuses["Pending"], statuses["Confirmed"]]}) == [first, second]
    assert await ids(**{"booking_statuses[]": statuses["Pending"], "customer_id": kari(festival)}) == []
    assert await ids(sort_field="booking_items", sort_direction="DESC") == [second, first]
    page = await festival.get("/bookings", count=1, offset=1)
    assert ([booking["booking_id"] for booking in page["bookings"]], page["total_items"]) == ([second], 2)
    for field in ("booking_id", "customer_id", "booking_items", "booking_status", "utm", "data", "created_at", "state"):
        assert sorted(await ids(sort_field=field, sort_direction="ASC")) == sorted([first, second])


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"count": "0"}, {"count": "not_allowed_value"}),
        ({"count": "1001"}, {"count": "not_allowed_value"}),
        ({"offset": "-1"}, {"offset": "not_allowed_value"}),
        ({"sort_field": "secret"}, {"sort_field": "not_allowed_value"}),
        ({"sort_direction": "UP"}, {"sort_direction": "not_allowed_value"}),
        ({"sort_field": ["state", "data"]}, {"sort_field": "not_allowed_value"}),
        ({"sort_direction[]": "ASC"}, {"sort_direction": "not_allowed_value"}),
        ({"add_booking_items": "true"}, {"add_booking_items": "not_allowed_value"}),
        (
            {"customer_id": "7", "booking_statuses[]": "8"},
            {"customer_id": "not_found", "booking_statuses": "not_found"},
        ),
    ],
)
async def test_what_a_list_can_not_be_asked(festival: Festival, params: dict[str, Any], fault: dict[str, str]) -> None:
    assert faults(await festival.client.get("/bookings", params=params)) == fault


async def test_what_is_left_out_of_a_replacement_is_lost_and_items_stay(
    festival: Festival, statuses: dict[str, str]
) -> None:
    booking_id = await book(festival, await slot(festival), customer_id=kari(festival), utm=UTM, data="x")
    path, before = f"/bookings/{booking_id}", await festival.get(f"/bookings/{booking_id}")
    same = {"customer_id": kari(festival), "booking_status": before["booking_status"], "data": "x"}
    worked(await festival.client.put(path, json={"booking": same}), 204)
    assert await festival.get(path) == before
    worked(await festival.client.put(path, json={"booking": {"booking_status": statuses["Cancelled"]}}), 204)
    after = await festival.get(path)
    assert {"customer_id", "data"} & after.keys() == set()
    assert (after["utm"], after["state"], len(after["booking_items"])) == (UTM, 2, 1)
    worked(await festival.client.put(path, json={"booking": {}}), 204)
    assert (await festival.get(path))["booking_status"] == statuses["Confirmed"]
    bad = {"booking": {"customer_id": "7", "booking_status": "8", "data": 9}}
    assert set(faults(await festival.client.put(path, json=bad))) == {"customer_id", "booking_status", "data"}


async def test_what_is_deleted_frees_its_capacity_and_is_not_touched_again(
    festival: Festival, statuses: dict[str, str]
) -> None:
    at = await slot(festival, seats=1)
    booking_id = await book(festival, at)
    path = f"/bookings/{booking_id}"
    worked(await festival.client.delete(path), 204)
    deleted = await festival.get(path)
    assert (deleted["state"], [item["state"] for item in deleted["booking_items"]]) == (0, [0])
    assert (await festival.get("/bookings"))["total_items"] == 0
    assert faults(await festival.client.delete(path)) == {"booking_id": "deleted"}
    assert faults(await festival.client.put(path, json={"booking": {}})) == {"booking_id": "deleted"}
    await book(festival, at)


async def test_what_another_door_changes_is_seen_here(festival: Festival, statuses: dict[str, str]) -> None:
    booking_id = await book(festival, await slot(festival))
    item = (await festival.get(f"/bookings/{booking_id}"))["booking_items"][0]["booking_item_id"]
    await change_item_state(festival.world.ctx(), festival.ids.parse("item", item), "cancel")
    booking = await festival.get(f"/bookings/{booking_id}")
    assert (booking["state"], booking["booking_status"]) == (2, statuses["Cancelled"])


async def test_ids_of_nothing_are_404(festival: Festival) -> None:
    for method in ("get", "delete", "put"):
        body: dict[str, Any] = {"json": {"booking": {}}} if method == "put" else {}
        error = refused(await getattr(festival.client, method)("/bookings/77", **body), 404)
        assert error["error_data"] == {"resource_name": "bookings", "resource_id": "77"}


async def test_statuses_have_names_in_the_language_of_the_request(festival: Festival, statuses: dict[str, str]) -> None:
    for language, name in (("cs", "Potvrzeno"), ("en", "Confirmed"), ("de", "Bestätigt")):
        headers = {"accept-language": language}
        answer = await festival.client.get(f"/booking-statuses/{statuses['Confirmed']}", headers=headers)
        assert worked(answer) == {
            "booking_status_id": statuses["Confirmed"],
            "name": name,
            "created_at": AT,
            "last_change": AT,
            "state": 1,
        }
    listed = await festival.get("/booking-statuses", sort_field="name", sort_direction="DESC", count=2)
    assert ([row["name"] for row in listed["booking_statuses"]], listed["total_items"]) == (["Pending", "Confirmed"], 3)
    refused(await festival.client.get("/booking-statuses/77"), 404)


async def test_values_of_tickets_do_not_show_on_items(festival: Festival, statuses: dict[str, str]) -> None:
    field = await add_field(festival.world.ctx(), CustomFieldPatch(title="Level", subject="service"))
    await set_service_values(festival.world.ctx(), festival.world.yoga, {field.id: "2"})
    booking_id = await book(festival, await slot(festival))
    assert (await festival.get(f"/bookings/{booking_id}"))["booking_items"][0]["additional_properties"] == []


async def test_customers_book_see_and_cancel_their_own(festival: Festival, statuses: dict[str, str]) -> None:
    at, ola = await slot(festival), festival.opaque("customer", festival.world.ola)
    theirs = await book(festival, at, customer_id=ola)
    await with_password(festival)
    worked(await log_in(festival))
    app = festival.app
    own = worked(await app.post("/bookings", json=new(at)), 201)["booking_id"]
    data = worked(await app.get("/bookings", params={"add_booking_items": "full"}))
    assert ([row["booking_id"] for row in data["bookings"]], data["total_items"]) == ([own], 1)
    assert data["bookings"][0]["customer_id"] == kari(festival)
    for method in ("get", "delete"):
        refused(await getattr(app, method)(f"/bookings/{theirs}"), 404)
    assert faults(await app.post("/bookings", json=new(at, customer_id=ola))) == {
        "customer_id": "not_belong_to_logged_in_customer"
    }
    assert faults(await app.get("/bookings", params={"customer_id": ola})) == {
        "customer_id": "not_belong_to_logged_in_customer"
    }
    answer = await app.post("/bookings", json=new(at, booking_status=statuses["Pending"]))
    assert faults(answer) == {"booking_status": "not_allowed_value"}
    refused(await app.put(f"/bookings/{own}", json={"booking": {}}), 403)
    worked(await app.delete(f"/bookings/{own}"), 204)
    assert (await festival.get(f"/bookings/{own}"))["state"] == 2
    assert faults(await app.delete(f"/bookings/{own}")) == {"booking_id": "deleted"}
