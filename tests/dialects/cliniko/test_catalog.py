"""Businesses, practitioners and appointment types."""

from decimal import Decimal

import pytest

from kalends.actions.accounts.users import create_user
from kalends.actions.catalog.assignments import add_assignment, list_assignments
from kalends.actions.catalog.resources import add_resource, change_resource, remove_resource
from kalends.actions.catalog.services import add_service, change_service, get_service
from kalends.actions.catalog.sites import get_site
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from tests.dialects.cliniko.clinic import Clinic, errors

FULL = {
    "name": "Pilates",
    "duration_in_minutes": 50,
    "max_attendees": 8,
    "description": "On the mat",
    "category": "Groups",
    "color": "#AABBCC",
    "deposit_price": "12.50",
    "online_payments_mode": "optional",
    "online_bookings_lead_time_hours": 24,
    "telehealth_enabled": False,
    "appointment_reminder_template_ids": ["7", "12"],
    "billable_item_id": "5",
    "show_in_online_bookings": False,
}
NEW_YORK = "Eastern Time (US & Canada)"


async def test_a_business_is_a_site(clinic: Clinic) -> None:
    made = await clinic.make(
        "/businesses", business_name="Harbour", address_1="Quay 1", country_code="NO", time_zone=NEW_YORK, state="NY"
    )
    site = await get_site(clinic.world.ctx(), int(made["id"]))
    assert (site.name, site.street, site.time_zone) == ("Harbour", "Quay 1", "America/New_York")
    assert (made["time_zone"], made["time_zone_identifier"]) == (NEW_YORK, "America/New_York")
    assert (made["country"], made["label"], made["appointment_type_ids"]) == ("Norway", "Harbour", [])
    again = await clinic.patch(f"/businesses/{site.id}", **made)
    assert again.json() == made
    assert await get_site(clinic.world.ctx(), site.id) == site


async def test_the_zone_of_a_business_by_name_or_label(clinic: Clinic) -> None:
    path = f"/businesses/{clinic.world.site}"
    for sent, zone, label in (
        ({"time_zone": "Melbourne"}, "Australia/Melbourne", "Melbourne"),
        ({"time_zone": "Europe/Oslo"}, "Europe/Oslo", "Oslo"),
        ({"time_zone_identifier": "UTC", "time_zone": "Oslo"}, "Etc/UTC", "UTC"),
    ):
        shown = (await clinic.patch(path, **sent)).json()
        assert (shown["time_zone_identifier"], shown["time_zone"]) == (zone, label)
    assert errors(await clinic.patch(path, time_zone="Atlantis", business_name="")) == {
        "time_zone": "must exist",
        "business_name": "can't be blank",
    }
    assert errors(await clinic.patch(path, time_zone_identifier="Atlantis")) == {"time_zone_identifier": "must exist"}


async def test_an_archived_business_is_hidden_and_comes_back(clinic: Clinic) -> None:
    here = f"/businesses/{clinic.world.site}"
    assert (await clinic.post(f"{here}/archive")).status_code == 204
    assert (await clinic.client.delete(here)).status_code == 204
    assert await clinic.ids("/businesses") == []
    assert await clinic.ids("/businesses", "archived_at:?") == [clinic.world.site]
    assert (await clinic.client.get(here)).status_code == 404
    assert (await clinic.patch(here, city="Bergen")).status_code == 404
    hidden = await clinic.get(here, "deleted_at:*")
    assert hidden["archived_at"] == hidden["deleted_at"] is not None
    assert (await clinic.post(f"{here}/unarchive")).json()["archived_at"] is None
    assert await clinic.ids("/businesses") == [clinic.world.site]


async def test_what_a_business_offers(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/businesses/{w.site}"
    shown = await clinic.get(path)
    assert shown["appointment_type_ids"] == [str(id_) for id_ in sorted((w.massage, w.physio, w.sauna_visit, w.yoga))]
    assert await clinic.ids("/businesses", f"appointment_type_ids:~{w.massage}") == [w.site]
    left = [str(w.massage), str(w.yoga)]
    assert (await clinic.patch(path, appointment_type_ids=left)).json()["appointment_type_ids"] == left
    assert await clinic.ids(f"/practitioners/{w.ada}/appointment_types") == [w.massage]
    back = (await clinic.patch(path, appointment_type_ids=[*left, str(w.physio)])).json()
    assert back["appointment_type_ids"] == [str(w.massage), str(w.physio), str(w.yoga)]
    assert await clinic.ids(f"/practitioners/{w.bo}/appointment_types") == [w.massage, w.physio]
    unknown = await clinic.patch(path, appointment_type_ids=["999999"])
    assert errors(unknown) == {"appointment_type_ids": "must exist"}
    nobody = await clinic.client.post("/businesses", json={"business_name": "Annex", "appointment_type_ids": left})
    assert errors(nobody) == {"appointment_type_ids": "needs a practitioner who works at this business"}


async def test_what_a_business_can_not_be(clinic: Clinic) -> None:
    wrong = {"business_name": "Annex", "country_code": "Norway", "email_reply_to": "front desk"}
    assert errors(await clinic.client.post("/businesses", json=wrong)) == {
        "country_code": "is not included in the list"
    }
    path = f"/businesses/{clinic.world.site}"
    assert errors(await clinic.patch(path, email_reply_to="front desk")) == {"email_reply_to": "is invalid"}
    assert errors(await clinic.patch(path, country_code="XX")) == {"country_code": "is not included in the list"}
    shown = (await clinic.patch(path, country_code="no", email_reply_to="desk@example.org")).json()
    assert (shown["country_code"], shown["email_reply_to"]) == ("NO", "desk@example.org")
    shown = (await clinic.patch(path, country_code="", email_reply_to=None)).json()
    assert (shown["country_code"], shown["email_reply_to"]) == (None, None)


async def serving(clinic: Clinic, service_id: int) -> list[int]:
    """The resources that are named to serve a service."""
    return sorted(each.resource_id for each in await list_assignments(clinic.world.ctx(), [service_id]))


async def test_rooms_go_on_to_serve_a_type(clinic: Clinic) -> None:
    w = clinic.world
    await add_assignment(w.ctx(), ServiceAssignmentPatch(service_id=w.massage, resource_id=w.hall))
    await clinic.patch(f"/appointment_types/{w.massage}", practitioner_ids=[str(w.bo)])
    assert await serving(clinic, w.massage) == [w.bo, w.hall]
    await clinic.patch(f"/appointment_types/{w.massage}", business_ids=[str(w.site)])
    assert await serving(clinic, w.massage) == [w.ada, w.bo, w.hall]
    await clinic.patch(f"/appointment_types/{w.massage}", practitioner_ids=[])
    assert await serving(clinic, w.massage) == [w.hall]


async def test_practitioners_are_people_in_use(clinic: Clinic) -> None:
    w = clinic.world
    user, _ = await create_user(w.ctx(), "bo@example.org", "staff", "Bo")
    details = {"cliniko": {"first_name": "Bo", "last_name": "Dahl", "title": "Dr", "designation": "Physio"}}
    await change_resource(w.ctx(), w.bo, ResourcePatch(user_id=user.id, details=details, public=False))
    jens = await add_resource(w.ctx(), ResourcePatch(title="Jens Peter Moe"))
    assert await clinic.ids("/practitioners") == [w.ada, w.bo, jens.id]
    await remove_resource(w.ctx(), w.ada)
    assert await clinic.ids("/practitioners") == [w.bo, jens.id]
    assert await clinic.ids("/practitioners/inactive") == [w.ada]
    assert await clinic.ids("/practitioners", f"user_id:={user.id}", "show_in_online_bookings:=false") == [w.bo]
    bo, ada, moe = [await clinic.get(f"/practitioners/{id_}") for id_ in (w.bo, w.ada, jens.id)]
    assert [bo[name] for name in ("first_name", "last_name", "title", "active")] == ["Bo", "Dahl", "Dr", True]
    assert bo["user"]["links"]["self"].endswith(f"/users/{user.id}")
    assert (ada["first_name"], ada["last_name"], ada["active"]) == ("Ada", None, False)
    assert (moe["first_name"], moe["last_name"]) == ("Jens Peter", "Moe")
    assert (await clinic.client.get(f"/practitioners/{w.hall}")).status_code == 404


async def test_practitioners_of_a_type_and_of_a_business(clinic: Clinic) -> None:
    w = clinic.world
    assert await clinic.ids(f"/appointment_types/{w.physio}/practitioners") == [w.ada]
    assert await clinic.ids(f"/businesses/{w.site}/practitioners") == [w.ada, w.bo]
    await remove_resource(w.ctx(), w.ada)
    assert await clinic.ids(f"/appointment_types/{w.physio}/practitioners/inactive") == [w.ada]
    assert await clinic.ids(f"/businesses/{w.site}/practitioners/inactive") == [w.ada]
    assert (await clinic.client.get("/businesses/999999/practitioners")).status_code == 404


async def test_a_type_for_many_is_attended(clinic: Clinic) -> None:
    made = await clinic.make("/appointment_types", **FULL)
    service = await get_service(clinic.world.ctx(), int(made["id"]))
    assert (service.kind, service.session_capacity, service.duration, service.notice) == ("attendance", 8, 50, 24 * 60)
    assert {name: made[name] for name in FULL if name in made} == {
        name: value for name, value in FULL.items() if name in made
    }
    assert made["billable_item"]["links"]["self"].endswith("/billable_items/5")
    assert made["online_payments_enabled"] is True
    again = await clinic.patch(f"/appointment_types/{service.id}", **made)
    assert again.json() == made
    assert await get_service(clinic.world.ctx(), service.id) == service
    alone = (await clinic.patch(f"/appointment_types/{service.id}", max_attendees=1)).json()
    assert alone["max_attendees"] == 1
    assert (await get_service(clinic.world.ctx(), service.id)).kind == "appointment"


async def test_what_other_doors_set_stays_when_it_is_written_back(clinic: Clinic) -> None:
    w = clinic.world
    for patch, attendees, minutes in (
        (ServicePatch(notice=90, price=Decimal(10), most_units=4), 4, 60),
        (ServicePatch(duration=2 * 1440, session_capacity=500), 99, 1439),
    ):
        before = await change_service(w.ctx(), w.yoga, patch)
        shown = await clinic.get(f"/appointment_types/{w.yoga}")
        assert (shown["max_attendees"], shown["duration_in_minutes"]) == (attendees, minutes)
        assert shown["online_bookings_lead_time_hours"] is None
        await clinic.client.put(f"/appointment_types/{w.yoga}", json=shown)
        assert await get_service(w.ctx(), w.yoga) == before


async def test_who_serves_a_type(clinic: Clinic) -> None:
    w = clinic.world
    usual = {"name": "Taping", "duration_in_minutes": 15}
    for sent, people in (
        ({}, [w.ada, w.bo]),
        ({"practitioner_ids": []}, []),
        ({"practitioner_ids": [str(w.bo)]}, [w.bo]),
        ({"business_ids": [str(w.site)]}, [w.ada, w.bo]),
        ({"business_ids": []}, []),
        ({"business_ids": [str(w.site)], "practitioner_ids": [w.ada, w.ada]}, [w.ada]),
    ):
        made = await clinic.make("/appointment_types", **usual, **sent)
        assert await clinic.ids(f"/appointment_types/{made['id']}/practitioners") == people
    path = f"/appointment_types/{made['id']}"
    for nobody in ("999999", str(w.hall)):
        assert errors(await clinic.patch(path, practitioner_ids=[nobody])) == {"practitioner_ids": "must exist"}
    assert errors(await clinic.patch(path, business_ids=["999999"])) == {"business_ids": "must exist"}
    assert list(errors(await clinic.patch(path, practitioner_ids=[w.bo], business_ids=[]))) == ["business_ids"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 256), ("duration_in_minutes", 0), ("duration_in_minutes", 1440),
        ("max_attendees", 0), ("max_attendees", 100), ("color", "red"), ("online_bookings_lead_time_hours", 3),
        ("online_payments_mode", "cash"), ("deposit_price", "-1"), ("deposit_price", 4_000_000_000),
        ("practitioner_ids", "7"), ("appointment_reminder_template_ids", ["x"]), ("telehealth_enabled", "perhaps"),
    ],
)  # fmt: skip
async def test_what_a_type_can_not_be(clinic: Clinic, field: str, value: object) -> None:
    response = await clinic.client.post("/appointment_types", json={**FULL, field: value})
    assert list(errors(response)) == [field]
    response = await clinic.patch(f"/appointment_types/{clinic.world.massage}", **{field: value})
    assert list(errors(response)) == [field]


async def test_all_that_is_missing_of_a_type_is_said_at_once(clinic: Clinic) -> None:
    response = await clinic.client.post("/appointment_types", json={"color": "red"})
    assert sorted(errors(response)) == ["color", "duration_in_minutes", "name"]


async def test_types_by_what_is_kept_of_them(clinic: Clinic) -> None:
    made = await clinic.make("/appointment_types", **FULL)
    ours = [int(made["id"])]
    for condition in (
        "category:=Groups", "category:~~gr%", "online_payments_mode:=optional",
        "appointment_reminder_template_ids:~12", "show_in_online_bookings:=false",
    ):  # fmt: skip
        assert await clinic.ids("/appointment_types", condition) == ours
    assert made["id"] not in await clinic.ids("/appointment_types", "category:!?")
    assert (await clinic.ids("/appointment_types", sort="category"))[0] == ours[0]


async def test_a_type_is_archived(clinic: Clinic) -> None:
    w = clinic.world
    path = f"/appointment_types/{w.physio}"
    product = await add_service(w.ctx(), ServicePatch(title="Tape", kind="product"))
    assert (await clinic.post(f"{path}/archive")).status_code == 204
    assert (await clinic.client.delete(path)).status_code == 204
    assert w.physio not in await clinic.ids("/appointment_types")
    assert (await clinic.get(path, "archived_at:*"))["archived_at"] is not None
    for gone in (path, f"/appointment_types/{product.id}"):
        assert (await clinic.client.get(gone)).status_code == 404
        assert (await clinic.patch(gone, name="X")).status_code == 404
    assert (await clinic.post(f"/appointment_types/{product.id}/archive")).status_code == 404
