"""A booking is made."""

import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.catalog.services import change_service
from kalends.engine.catalog.service import ServicePatch
from tests.dialects.makeplans.clinic import Clinic, errors, unwrapped
from tests.dialects.makeplans.conftest import Open


async def test_a_booking_comes_back_with_all_that_was_said_about_it(clinic: Clinic) -> None:
    w = clinic.world
    sent = {
        "title": "First visit",
        "notes": "Very handsome customer",
        "external_id": "A-17",
        "external_url": "https://example.org/17",
        "external_host_url": "https://example.org/host/17",
        "booked_by_person_id": w.ola,
        "count": 1,
        "coupon_id": 7,
        "status": "checked_in",
        "paid_amount": "115.50",
        "paid_at": clinic.at(8),
        "reminder_at": clinic.at(7),
        "reminded_at": clinic.at(7, 30),
        "custom_data": {"problems": "Right leg", "member": True, "signed_at": clinic.at(6), "visits": 3},
    }
    made = await clinic.book(9, **sent)
    offset = f"{clinic.monday():%z}"[:3] + ":00"
    stamp = f"{clinic.monday():%Y-%m-%d}T%s{offset}"
    assert {name: made[name] for name in sent} == {
        **sent,
        "paid_amount": "115.5",
        "paid_at": stamp % "08:00:00",
        "reminder_at": stamp % "07:00:00",
        "reminded_at": stamp % "07:30:00",
        "custom_data": {"problems": "Right leg", "member": True, "signed_at": stamp % "06:00:00", "visits": "3"},
    }
    assert (made["booked_from"], made["booked_to"]) == (stamp % "09:00:00", stamp % "10:00:00")
    assert (made["state"], made["active"], made["revision_count"]) == ("confirmed", True, 0)
    assert (made["collection_id"], made["event_id"], made["event"], made["expires_at"]) == (None, None, None, None)
    assert (made["person"]["name"], made["person"]["phone_number_formatted"]) == ("Kari Nordmann", "+4722334455")
    assert made["resource"] == {"id": w.ada, "title": "Ada"}
    assert made["service"] == {"id": w.massage, "title": "Massage"}
    assert "verification_code" not in made


async def test_what_is_only_for_output_is_passed_over(clinic: Clinic) -> None:
    made = await clinic.book(9, location_url="https://example.org/room", location_host_url="x", verification_method="s")
    assert (made["location_url"], made["location_host_url"], made["verification_method"]) == (None, None, None)


async def test_a_form_books_as_well_as_json(clinic: Clinic) -> None:
    w = clinic.world
    form = {
        "booking[service_id]": w.massage,
        "booking[booked_from]": clinic.at(14),
        "booking[booked_to]": clinic.at(15),
        "booking[person_attributes][name]": "Harald Hårfagre",
        "booking[person_attributes][phone_number]": "+47 91 23 45 67",
        "booking[person_attributes][custom_data][member_id]": "83632",
        "booking[custom_data][problems]": "Right leg",
        "booking[public_booking]": "true",
        "confirm": "false",
    }
    made = unwrapped(await clinic.client.post("/bookings", data=form))
    assert made["resource_id"] in (w.ada, w.bo)
    assert made["person"]["name"] == "Harald Hårfagre"
    assert made["person"]["custom_data"] == {"member_id": "83632"}
    assert made["custom_data"] == {"problems": "Right leg"}


async def test_a_person_is_matched_by_email(clinic: Clinic) -> None:
    person = {"name": "Kari N.", "email": "KARI@example.org"}
    made = await clinic.book(9, person_id=None, person_attributes=person)
    assert made["person_id"] == clinic.world.kari


async def test_a_free_resource_is_picked_for_a_service(clinic: Clinic) -> None:
    w = clinic.world
    wish = {"service_id": w.massage, "booked_from": clinic.at(9)}
    picked = [unwrapped(await clinic.post("/bookings", {"booking": wish}))["resource_id"] for _ in range(2)]
    assert sorted(picked) == [w.ada, w.bo]
    assert errors(await clinic.post("/bookings", {"booking": wish})) == {
        "resource_id": ["Not available for booking at this time"]
    }


async def test_a_booking_without_a_person_is_busy_time(clinic: Clinic) -> None:
    busy = await clinic.book(9, person_id=None, service_id=None)
    assert (busy["person_id"], busy["person"], busy["service"]) == (None, None, None)
    assert errors(await clinic.post("/bookings", {"booking": clinic.massage(9)})) == {
        "resource_id": ["Not available for booking at this time"]
    }


async def test_capacity_is_ignored_on_purpose_but_never_in_public(clinic: Clinic) -> None:
    await clinic.book(9)
    again = {"booking": clinic.massage(9), "ignore_capacity": True}
    assert unwrapped(await clinic.post("/bookings", again))["state"] == "confirmed"
    public = {**again, "booking": clinic.massage(9, public_booking=True)}
    assert "resource_id" in errors(await clinic.post("/bookings", public))


async def test_the_public_keeps_to_the_opening_hours(clinic: Clinic) -> None:
    late = clinic.massage(20)
    assert unwrapped(await clinic.post("/bookings", {"booking": late}))["state"] == "confirmed"
    late = clinic.massage(22, public_booking="1")
    assert errors(await clinic.post("/bookings", {"booking": late})) == {
        "resource_id": ["Not available for booking at this time"],
        "booked_from": ["is outside opening hours"],
    }


async def test_the_public_does_not_find_what_it_is_not_shown(clinic: Clinic) -> None:
    w = clinic.world
    for service in (w.massage, w.yoga):
        await change_service(w.ctx(), service, ServicePatch(public=False))
    event = {"event_id": await w.class_of(2), "person_id": w.kari}
    for field, wish in (("service_id", clinic.massage(9)), ("event_id", event)):
        hidden = await clinic.post("/bookings", {"booking": {**wish, "public_booking": True}})
        assert errors(hidden) == {field: ["must exist"]}
        assert unwrapped(await clinic.post("/bookings", {"booking": wish}))["state"] == "confirmed"


async def test_an_event_gives_the_times(clinic: Clinic) -> None:
    w = clinic.world
    event = await w.class_of(10, clinic.monday().replace(hour=18))
    wish = {"event_id": event, "person_id": w.kari, "booked_from": "nonsense", "count": 1}
    assert errors(await clinic.post("/bookings", {"booking": wish})) == {"booked_from": ["is invalid"]}
    wish["booked_from"] = clinic.at(3)
    made = unwrapped(await clinic.post("/bookings", {"booking": wish}))
    assert made["booked_from"].startswith(f"{clinic.monday():%Y-%m-%d}T18:00:00")
    assert (made["booking_type"], made["service_id"]) == ("attendance", w.yoga)
    assert made["event"] == {"id": event, "title": "Yoga"}


async def test_a_full_event_says_so(clinic: Clinic) -> None:
    event = await clinic.world.class_of(1, clinic.monday().replace(hour=18))
    wish = {"booking": {"event_id": event, "person_id": clinic.world.kari}}
    unwrapped(await clinic.post("/bookings", wish))
    assert errors(await clinic.post("/bookings", wish)) == {"event_id": ["Not available for booking at this time"]}


async def test_more_than_the_maximum_count(clinic: Clinic) -> None:
    w = clinic.world
    wish = clinic.massage(9, resource_id=w.sauna, service_id=w.sauna_visit, count=5)
    assert errors(await clinic.post("/bookings", {"booking": wish})) == {
        "count": ["More than maximum count per booking"]
    }
    assert "count" in errors(await clinic.post("/bookings", {"booking": wish, "ignore_capacity": True}))
    assert (await clinic.book(9, resource_id=w.sauna, service_id=w.sauna_visit, count="4"))["count"] == 4


async def test_confirm_false_begins_with_a_verification(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    wish = {"booking": clinic.massage(9), "confirm": "false"}
    made = unwrapped(await clinic.post("/bookings", wish))
    assert (made["state"], made["active"], made["verification_method"]) == ("awaiting_verification", True, "email")
    assert made["expires_at"] is not None


async def test_a_hold_ends_when_it_is_told_to_but_not_before_it_begins(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    wish = {"booking": clinic.massage(9, expires_at="2020-01-01"), "confirm": False}
    assert errors(await clinic.post("/bookings", wish)) == {"expires_at": ["must be in the future"]}
    assert (
        await clinic.world.db.fetchval("select count(*) from outbox where account_id = $1", clinic.world.account.id)
        == 0
    )
    wish["booking"] = clinic.massage(9, expires_at=clinic.at(8))
    made = unwrapped(await clinic.post("/bookings", wish))
    assert made["expires_at"][:16] == clinic.at(8).replace(" ", "T")
    assert (await clinic.book(11, expires_at=clinic.at(8)))["expires_at"] is None


async def test_confirm_false_waits_for_a_confirmation(clinic_with: Open) -> None:
    clinic = await clinic_with(confirm_manually=True)
    wish = {"booking": clinic.massage(9)}
    assert unwrapped(await clinic.post("/bookings", wish, confirm="0"))["state"] == "awaiting_confirmation"


async def test_confirm_false_without_rules_confirms(clinic: Clinic) -> None:
    wish = {"booking": clinic.massage(9), "confirm": False}
    assert unwrapped(await clinic.post("/bookings", wish))["state"] == "confirmed"


async def test_a_verification_needs_an_address(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="email")
    wish = clinic.massage(9, person_id=None, person_attributes={"name": "Per Uten"})
    assert errors(await clinic.post("/bookings", {"booking": wish, "confirm": False})) == {
        "person": ["is invalid"],
        "person_attributes": {"email": ["cannot be empty"]},
    }


@pytest.mark.parametrize("channel", ["email", "sms"])
async def test_a_known_person_is_verified_by_the_address_that_is_sent(clinic_with: Open, channel: str) -> None:
    clinic = await clinic_with(verification=channel)
    contacts = {"email": "eve@example.org", "phone_number": "41 00 00 00"}
    known = "phone_number" if channel == "email" else "email"
    eve = unwrapped(await clinic.post("/people", {"person": {"name": "Eve", known: contacts[known]}}), "person")
    sent = {**contacts, "name": "E.", "custom_data": {"shoe": "43"}, "notes": "Rings twice", "opt_in_marketing": True}
    wish = {"booking": clinic.massage(9, person_id=None, person_attributes=sent), "confirm": False}
    made = unwrapped(await clinic.post("/bookings", wish))
    assert (made["state"], made["person_id"]) == ("awaiting_verification", eve["id"])
    filled = {**eve, **contacts, "custom_data": {"shoe": "43"}, "notes": "Rings twice", "opt_in_marketing": True}
    changing = {"updated_at", "phone_number_formatted", "phonenumber"}
    person = unwrapped(await clinic.client.get(f"/people/{eve['id']}"), "person")
    assert {name: person[name] for name in person.keys() - changing} == {
        name: filled[name] for name in filled.keys() - changing
    }
    assert made["person"] == person


async def test_a_phone_that_cannot_be_dialled_is_no_address(clinic_with: Open) -> None:
    clinic = await clinic_with(verification="sms")
    wish = clinic.massage(9, person_id=None, person_attributes={"name": "Per", "phone_number": "4711"})
    assert errors(await clinic.post("/bookings", {"booking": wish, "confirm": False})) == {
        "person": ["is invalid"],
        "person_attributes": {"phone_number": ["is invalid"]},
    }


async def test_who_made_it_is_told_by_name(clinic: Clinic) -> None:
    _, secret = await create_key(clinic.world.ctx(), "makeplans", name="Website")
    bearer = {"authorization": f"Bearer {secret}"}
    made = unwrapped(await clinic.client.post("/bookings", json={"booking": clinic.massage(9)}, headers=bearer))
    assert (made["created_by"], made["updated_by"]) == ("Website", "Website")
    assert (await clinic.client.get("/bookings")).json()[0]["booking"]["created_by"] == "Website"


async def test_extended_gives_related_objects_in_full(clinic: Clinic) -> None:
    wish = {"booking": clinic.massage(9), "extended": True}
    made = unwrapped(await clinic.post("/bookings", wish))
    assert made["resource"]["opening_hours_mon"] == ["08:00", "16:00"]
    assert made["resource"]["opening_hours_sun"] is None
    assert made["service"]["interval"] == 60


async def test_a_reminder_is_set_by_the_rules(clinic: Clinic) -> None:
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9)}, add_reminder_sms="true"))
    assert made["reminder_at"].startswith(f"{clinic.monday(-1):%Y-%m-%d}T12:00:00")


async def test_messages_are_promised_as_the_flags_say(clinic: Clinic) -> None:
    flags = {"confirmation_send_email": True, "confirmation_send_sms": "1", "notification_send_email": "false"}
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), **flags}))
    rows = await clinic.world.db.fetch("select template, channel from outbox where item_id = $1", made["id"])
    assert sorted(map(tuple, rows)) == [("confirmation", "email"), ("confirmation", "sms")]


async def test_what_the_house_has_no_use_for_is_kept(clinic: Clinic) -> None:
    made = unwrapped(await clinic.post("/bookings", {"booking": clinic.massage(9), "add_messages": True}))
    assert made["add_messages"] is True
    assert "add_messages" not in await clinic.book(11)
