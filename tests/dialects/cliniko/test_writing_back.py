"""Clients send back what they read: nothing changes, whatever door a record came through."""

import pytest

from kalends.actions.bookings.blocks import add_block
from kalends.actions.catalog.services import add_service
from kalends.actions.customers.add import add_customer
from kalends.engine.bookings.block import BlockRequest
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from tests.acts import add_session
from tests.desk import hour_of, made, seat
from tests.dialects.cliniko.clinic import Clinic
from tests.dialects.cliniko.diary import DAY, HOUR, SOON, appointment, attendee, block, group, weekly

LISTS = (
    "patients",
    "patient_cases",
    "attendees",
    "group_appointments",
    "individual_appointments",
    "unavailable_blocks",
    "businesses",
    "appointment_types",
)


async def fill(clinic: Clinic) -> None:
    """Records of each kind, of this door and of others, which this one would not have made so."""
    w = clinic.world
    await attendee(clinic, await group(clinic, repeat_rule=weekly(1)), arrived=True)
    kept = await appointment(clinic, patient_arrived=True, repeat_rule=weekly(1))
    await block(clinic, notes="Lunch", repeat_rule=weekly(1))
    await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), attendee_ids=[kept["id"]])
    await clinic.make("/appointment_types", name="Taping", duration_in_minutes=15)
    await add_service(w.ctx(), ServicePatch(title="Sauna", duration=90, kind="attendance", session_capacity=20))
    session = await add_session(w.ctx(), {"service_id": w.yoga, "starts_at": SOON, "capacity": 9})
    for patch in (CustomerPatch(last_name="Moe"), CustomerPatch(company="Judo Club")):
        customer = await add_customer(w.ctx(), patch)
        await made(w, seat(w, session.id, customer_id=customer.id))
    await made(w, hour_of(w.hall, customer_id=w.ola))
    await add_block(w.ctx(), BlockRequest(site_id=w.site, starts_at=SOON + 2 * DAY, ends_at=SOON + 2 * DAY + HOUR))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic, method: str) -> None:
    await fill(clinic)
    changes = "select count(*) from journal where account_id = $1"
    before = await clinic.world.db.fetchval(changes, clinic.world.account.id)
    for plural in LISTS:
        records = (await clinic.get(f"/{plural}"))[plural]
        assert len(records) >= 1
        for record in records:
            answer = await clinic.client.request(method, f"/{plural}/{record['id']}", json=record)
            assert (answer.status_code, answer.json()) == (200, record)
    assert await clinic.world.db.fetchval(changes, clinic.world.account.id) == before
