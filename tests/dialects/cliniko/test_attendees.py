"""Attendees: booked, found, changed, cancelled, archived."""

from decimal import Decimal

import pytest

from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import get_item
from kalends.actions.catalog.services import change_service
from kalends.actions.customers.cases import add_case
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.case import CasePatch
from tests.acts import issue_invoice
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.dialects.cliniko.diary import DAY, OTHER, SICK, SOON, appointment, at, attendee, group, linked, weekly


async def test_an_attendee_is_a_seat_in_a_group_session(clinic: Clinic) -> None:
    yoga = await group(clinic)
    made = await attendee(clinic, yoga, notes="Bad knee", arrived=True)
    item = (await get_item(clinic.world.ctx(), int(made["id"]))).item
    assert (item.kind, item.session_id, item.customer_id) == ("seat", int(yoga["id"]), clinic.world.kari)
    assert (item.notes, item.status, item.starts_at) == ("Bad knee", "checked_in", SOON)
    assert await clinic.get(f"/attendees/{made['id']}") == made
    assert (await clinic.get(f"/group_appointments/{yoga['id']}"))["patient_ids"] == [str(clinic.world.kari)]


async def test_every_attribute_is_there(clinic: Clinic) -> None:
    yoga = await group(clinic)
    made = await attendee(clinic, yoga)
    path = f"/attendees/{made['id']}"
    links = {name: linked(made[name]) for name in ("booking", "patient", "patient_case", "invoices", "patient_forms")}
    assert links == {
        "booking": f"/bookings/{yoga['id']}",
        "patient": f"/patients/{clinic.world.kari}",
        "patient_case": "",
        "invoices": f"{path}/invoices",
        "patient_forms": f"{path}/patient_forms",
    }
    rest = {name: value for name, value in made.items() if name not in {*links, "links", "created_at", "updated_at"}}
    assert rest == {
        "archived_at": None,
        "arrived": None,
        "booking_ip_address": None,
        "cancellation_note": None,
        "cancellation_reason": None,
        "cancellation_reason_description": "",
        "cancellation_url": None,
        "cancelled_at": None,
        "deleted_at": None,
        "email_reminder_sent": False,
        "id": made["id"],
        "invoice_status": None,
        "notes": None,
        "online_booking_policy_accepted": None,
        "sent_email_reminders_count": 0,
        "sent_sms_reminders_count": 0,
        "sms_reminder_sent": False,
        "telehealth_url": None,
        "treatment_note_status": None,
    }


async def test_what_is_missing_or_wrong_is_said_at_once(clinic: Clinic) -> None:
    response = await clinic.post("/attendees", {"arrived": "perhaps", "patient_case_id": "one"})
    assert errors(response) == {
        "booking_id": "can't be blank",
        "patient_id": "can't be blank",
        "arrived": "is invalid",
        "patient_case_id": "is not a number",
    }


async def test_who_or_what_is_not_there(clinic: Clinic) -> None:
    yoga, massage = await group(clinic), await appointment(clinic, starts_at=at(days=1))
    kari = str(clinic.world.kari)
    for booking_id, patient_id, field in (
        (yoga["id"], "1000000", "patient_id"),
        ("1000000", kari, "booking_id"),
        (massage["id"], kari, "booking_id"),
    ):
        response = await clinic.post("/attendees", {"booking_id": booking_id, "patient_id": patient_id})
        assert list(errors(response)) == [field]


async def test_what_is_archived_takes_nobody(clinic: Clinic) -> None:
    """The group is what was named, whether its type or its business is archived."""
    world, yoga = clinic.world, await group(clinic)
    for path in (f"/appointment_types/{world.yoga}", f"/businesses/{world.site}"):
        await clinic.client.post(f"{path}/archive")
        response = await clinic.post("/attendees", {"booking_id": yoga["id"], "patient_id": str(world.kari)})
        assert errors(response) == {"booking_id": "is not active"}


async def test_a_full_group_takes_nobody_else(clinic: Clinic) -> None:
    yoga = await group(clinic, max_attendees=2)
    for patient_id in (clinic.world.kari, clinic.world.ola):
        await attendee(clinic, yoga, patient_id=str(patient_id))
    response = await clinic.post("/attendees", {"booking_id": yoga["id"], "patient_id": str(clinic.world.kari)})
    assert list(errors(response)) == ["booking_id"]
    assert len(await clinic.ids("/attendees")) == 2


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_arrived_has_three_values(clinic: Clinic, method: str) -> None:
    made = await attendee(clinic, await group(clinic))
    path = f"/attendees/{made['id']}"
    for arrived, status in ((True, "checked_in"), (False, "no_show"), (None, None)):
        changed = await clinic.client.request(method, path, json={"arrived": arrived})
        assert changed.json()["arrived"] is arrived
        assert (await get_item(clinic.world.ctx(), int(made["id"]))).item.status == status


async def test_who_is_being_treated_has_arrived(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic))
    item_id = int(made["id"])
    await set_status(clinic.world.ctx(), item_id, "in_progress")
    read = await clinic.get(f"/attendees/{item_id}")
    assert read["arrived"] is True
    assert (await clinic.patch(f"/attendees/{item_id}", arrived=True)).json() == read
    assert (await get_item(clinic.world.ctx(), item_id)).item.status == "in_progress"


async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic), notes="Knee", arrived=False)
    before = await get_item(clinic.world.ctx(), int(made["id"]))
    assert (await clinic.client.put(f"/attendees/{made['id']}", json=made)).json() == made
    assert await get_item(clinic.world.ctx(), int(made["id"])) == before


async def test_only_notes_arrival_and_case_can_be_changed(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic), notes="Knee")
    other = await group(clinic, starts_at=at(days=1))
    path = f"/attendees/{made['id']}"
    moved = await clinic.patch(path, booking_id=other["id"], patient_id=str(clinic.world.ola), notes=None)
    assert moved.json() == {**made, "notes": None}


async def test_a_case_is_the_patients_own(clinic: Clinic) -> None:
    world = clinic.world
    knee = (await add_case(world.ctx(), CasePatch(customer_id=world.kari, name="Knee"))).id
    made = await attendee(clinic, await group(clinic), patient_case_id=str(knee))
    assert linked(made["patient_case"]) == f"/patient_cases/{knee}"
    assert await clinic.ids(f"/patient_cases/{knee}/attendees") == [int(made["id"])]
    assert await clinic.ids("/attendees", f"patient_case_id:={knee}") == [int(made["id"])]
    group_id = int(linked(made["booking"]).rpartition("/")[2])
    assert await clinic.ids(f"/patient_cases/{knee}/bookings") == [group_id]
    olas = await attendee(clinic, {"id": str(group_id)}, patient_id=str(world.ola))
    response = await clinic.patch(f"/attendees/{olas['id']}", patient_case_id=str(knee))
    assert list(errors(response)) == ["patient_case_id"]
    assert linked((await clinic.patch(f"/attendees/{made['id']}", patient_case_id=None)).json()["patient_case"]) == ""


async def test_an_attendee_is_cancelled_for_a_reason(clinic: Clinic) -> None:
    yoga = await group(clinic, max_attendees=2)
    made = await attendee(clinic, yoga)
    path = f"/attendees/{made['id']}"
    response = await clinic.patch(f"{path}/cancel", cancellation_reason=SICK, cancellation_note="A cold")
    assert response.status_code == 204
    assert (await clinic.client.get(path)).status_code == 404
    shown = await clinic.get(path, "cancelled_at:*")
    assert shown["cancelled_at"] is not None
    assert shown["cancellation_reason"] == SICK
    assert shown["cancellation_reason_description"] == "Sick"
    assert shown["cancellation_note"] == "A cold"
    assert await clinic.ids("/attendees") == []
    assert await clinic.ids("/attendees/cancelled") == [int(made["id"])]
    assert await clinic.ids("/attendees", "cancelled_at:?") == [int(made["id"])]
    assert (await clinic.get(f"/group_appointments/{yoga['id']}"))["patient_ids"] == []


async def test_who_is_confirmed_again_elsewhere_is_not_cancelled_for_any_reason(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic))
    await clinic.patch(f"/attendees/{made['id']}/cancel", cancellation_reason=SICK)
    await change_item_state(clinic.world.ctx(), int(made["id"]), "reopen")
    shown = await clinic.get(f"/attendees/{made['id']}")
    assert (shown["cancellation_reason"], shown["cancellation_reason_description"]) == (None, "")


async def test_the_repeats_are_cancelled_too_this_one_and_the_later(clinic: Clinic) -> None:
    await group(clinic, repeat_rule=weekly(2))
    groups = (await clinic.get("/group_appointments"))["group_appointments"]
    karis = [await attendee(clinic, each) for each in groups]
    ola = await attendee(clinic, groups[2], patient_id=str(clinic.world.ola))
    body = {"cancellation_reason": OTHER, "apply_to_repeats": True}
    assert (await clinic.patch(f"/attendees/{karis[1]['id']}/cancel", **body)).status_code == 204
    assert await clinic.ids("/attendees") == [int(karis[0]["id"]), int(ola["id"])]
    reasons = (await clinic.get("/attendees/cancelled"))["attendees"]
    assert [each["cancellation_reason_description"] for each in reasons] == ["Other", "Other"]


async def test_an_appointment_is_cancelled_elsewhere(clinic: Clinic) -> None:
    made = await appointment(clinic)
    response = await clinic.patch(f"/attendees/{made['id']}/cancel", cancellation_reason=SICK)
    assert errors(response) == {"base": "can only be cancelled as an individual appointment"}
    assert await clinic.ids("/attendees") == [int(made["id"])]


async def test_what_is_wrong_with_a_cancellation(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic))
    path = f"/attendees/{made['id']}/cancel"
    assert errors(await clinic.client.patch(path)) == {"cancellation_reason": "can't be blank"}
    wrong = await clinic.patch(path, cancellation_reason=11, apply_to_repeats="maybe", cancellation_note=["x"])
    assert errors(wrong) == {
        "cancellation_reason": "is not included in the list",
        "apply_to_repeats": "is invalid",
        "cancellation_note": "is invalid",
    }
    assert (await clinic.patch(path, cancellation_reason=SICK)).status_code == 204
    assert (await clinic.patch(path, cancellation_reason=SICK)).status_code == 404


@pytest.mark.parametrize(("method", "suffix"), [("POST", "/archive"), ("DELETE", "")])
async def test_an_archived_attendee_gives_its_seat_back(clinic: Clinic, method: str, suffix: str) -> None:
    yoga = await group(clinic, max_attendees=2)
    made = await attendee(clinic, yoga)
    await attendee(clinic, yoga, patient_id=str(clinic.world.ola))
    path = f"/attendees/{made['id']}"
    for _ in range(2):
        assert (await clinic.client.request(method, path + suffix)).status_code == 204
    assert (await clinic.client.get(path)).status_code == 404
    assert (await clinic.patch(path, notes="x")).status_code == 404
    for condition in ("archived_at:*", "deleted_at:*"):
        shown = await clinic.get(path, condition)
        assert shown["archived_at"] == shown["deleted_at"] is not None
        assert shown["cancelled_at"] is None
    assert await clinic.ids("/attendees/deleted") == [int(made["id"])]
    await attendee(clinic, yoga)


async def test_who_comes_to_an_appointment_is_its_attendee(clinic: Clinic) -> None:
    made = await appointment(clinic)
    shown = await clinic.get(f"/attendees/{made['id']}")
    assert linked(shown["booking"]) == f"/bookings/{made['id']}"
    assert await clinic.ids(f"/individual_appointments/{made['id']}/attendees") == [int(made["id"])]
    await clinic.patch(f"/attendees/{made['id']}", arrived=True)
    assert (await clinic.get(f"/individual_appointments/{made['id']}"))["patient_arrived"] is True


async def test_lists_below_other_records(clinic: Clinic) -> None:
    first, second = await group(clinic), await group(clinic, starts_at=at(days=1))
    massage = await appointment(clinic, starts_at=at(days=2))
    made = [await attendee(clinic, each) for each in (first, second)]
    assert await clinic.ids(f"/group_appointments/{second['id']}/attendees") == [int(made[1]["id"])]
    ids = [int(first["id"]), int(massage["id"])]
    assert await clinic.ids("/attendees", f"booking_id:={ids[0]},{ids[1]}") == [ids[1], int(made[0]["id"])]
    assert await clinic.ids("/attendees", f"appointment_id:={ids[1]}") == [ids[1]]
    assert await clinic.ids("/attendees", f"patient_id:={clinic.world.ola}") == []
    for path in ("/group_appointments/0", "/individual_appointments/0", f"/individual_appointments/{first['id']}"):
        assert (await clinic.client.get(f"{path}/attendees")).status_code == 404


async def test_there_are_no_patient_forms(clinic: Clinic) -> None:
    made = await attendee(clinic, await group(clinic))
    forms = await clinic.get(f"/attendees/{made['id']}/patient_forms", "completed_at:?")
    assert (forms["patient_forms"], forms["total_entries"]) == ([], 0)
    assert (await clinic.client.get("/attendees/0/patient_forms")).status_code == 404


async def test_the_status_of_the_invoice(clinic: Clinic) -> None:
    await change_service(clinic.world.ctx(), clinic.world.massage, ServicePatch(price=Decimal(800)))
    made = await appointment(clinic)
    booking_id = (await get_item(clinic.world.ctx(), int(made["id"]))).item.booking_id
    await issue_invoice(clinic.world.ctx(SOON + DAY), [booking_id])
    assert (await clinic.get(f"/attendees/{made['id']}"))["invoice_status"] == 10
    assert (await clinic.get("/bookings"))["bookings"][0]["invoice_status"] == 10


async def test_reminders_are_counted(clinic: Clinic) -> None:
    world = clinic.world
    made = await attendee(clinic, await group(clinic))
    item = (await get_item(world.ctx(), int(made["id"]))).item
    for channel, state in (("email", "sent"), ("email", "sent"), ("sms", "waiting")):
        await world.db.execute(
            """
            insert into outbox (account_id, booking_id, item_id, item_revision, audience, channel, template, locale,
                data, created_at, due_at, state, finished_at)
            values ($1, $2, $3, 0, 'customer', $4, 'reminder', 'nb', '{}', $5::timestamptz, $5, $6::text,
                case when $6 = 'sent' then $5::timestamptz end)
            """,
            world.account.id,
            item.booking_id,
            item.id,
            channel,
            world.now,
            state,
        )
    shown = await clinic.get(f"/attendees/{made['id']}")
    assert (shown["sent_email_reminders_count"], shown["email_reminder_sent"]) == (2, True)
    assert (shown["sent_sms_reminders_count"], shown["sms_reminder_sent"]) == (0, False)
