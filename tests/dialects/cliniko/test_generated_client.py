"""A client that is generated from the vendor's document works with the door as it is."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.cliniko.clinic import BASE, Clinic
from tests.dialects.cliniko.diary import SICK, SOON
from tests.dialects.generated import Generated, generate

DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    folder = tmp_path_factory.mktemp("cliniko")
    document = folder / "openapi.json"
    described = json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))
    document.write_text(json.dumps(with_nulls(described)), encoding="utf-8")
    return generate(document, "cliniko_client", folder, literal_enums=True)


def with_nulls(value: Any) -> Any:
    """The document with null among the values of what it calls nullable, as OpenAPI 3.0 wants it: without, generated
    clients can't read the nulls that the vendor sends, either."""
    if isinstance(value, list):
        return [with_nulls(element) for element in value]
    if not isinstance(value, dict):
        return value
    schema = {name: with_nulls(inner) for name, inner in value.items()}
    if schema.get("nullable") is True and isinstance(schema.get("enum"), list):
        schema["enum"] = [*schema["enum"], None]
    return schema


def read(time: dict[str, str]) -> datetime:
    """An available time, whose list the document does not call one, so that it stays as it is."""
    return datetime.fromisoformat(time["appointment_start"])


class Session:
    """A session with the generated client, on the tests' transport."""

    def __init__(self, generated: Generated, clinic: Clinic) -> None:
        self.models = generated.models
        self.generated = generated
        self.client = generated.client.Client(base_url=BASE).set_async_httpx_client(clinic.client)

    async def call(self, operation: str, status: int, *ids: str, **sent: Any) -> Any:
        """The parsed answer of an operation, which has this status."""
        answer = await self.generated.operation(operation).asyncio_detailed(*ids, client=self.client, **sent)
        assert answer.status_code == status, answer.content
        return answer.parsed


async def test_a_group_from_patient_to_cancellation(clinic: Clinic, generated: Generated) -> None:
    session, w = Session(generated, clinic), clinic.world
    models = session.models
    types = await session.call("list_appointment_types_get", 200, q=["show_in_online_bookings:=true"], sort=["id"])
    yoga = next(kind for kind in types.appointment_types if kind.max_attendees > 1)
    (site,) = (await session.call("list_businesses_get", 200)).businesses
    (ada, *_) = (await session.call("list_practitioners_for_business_get", 200, site.id)).practitioners
    liv = await session.call(
        "create_patient_post", 201, body=models.CreatePatientPostBody(first_name="Liv", last_name="Berg")
    )
    rule = models.CreateGroupAppointmentPostBodyRepeatRuleType0(
        number_of_repeats=2, repeat_type="Weekly", repeating_interval=1
    )
    planned = models.CreateGroupAppointmentPostBody(
        appointment_type_id=yoga.id,
        business_id=site.id,
        practitioner_id=ada.id,
        starts_at=SOON,
        max_attendees=5,
        repeat_rule=rule,
    )
    group = await session.call("create_group_appointment_post", 201, body=planned)
    assert (group.starts_at, group.repeat_rule.number_of_repeats) == (SOON, 2)
    seat = models.CreateAttendeePostBody(booking_id=group.id, patient_id=liv.id, notes="First time")
    made = await session.call("create_attendee_post", 201, body=seat)
    changed = await session.call(
        "update_attendee_patch", 200, made.id, body=models.UpdateAttendeePatchBody(arrived=True)
    )
    assert (changed.arrived, changed.notes) == (True, "First time")
    filters = [f"booking_id:={group.id}", f"patient_id:={liv.id}"]
    listed = await session.call("list_attendees_get", 200, q=filters, sort=["created_at:desc"], per_page=1)
    assert ([attendee.id for attendee in listed.attendees], listed.total_entries) == ([made.id], 1)
    reason = models.CancelAttendeePatchBody(cancellation_reason=SICK, cancellation_note="A cold")
    await session.call("cancel_attendee_patch", 204, made.id, body=reason)
    hidden = await session.call("get_attendee_get", 200, made.id, q=["cancelled_at:?"])
    assert (hidden.cancellation_note, hidden.cancellation_reason_description) == ("A cold", "Sick")
    assert w.ada == int(ada.id)


async def test_an_appointment_at_a_free_time(clinic: Clinic, generated: Generated) -> None:
    session, w = Session(generated, clinic), clinic.world
    day = (SOON + DAY).date()
    place = str(w.site), str(w.ada), str(w.massage)
    times = await session.call("get_all_available_times_get", 200, *place, from_=day, to=day)
    first = await session.call("get_next_available_time_get", 200, *place, from_=day, to=day)
    assert first.appointment_start == read(times.available_times[0])
    wanted: datetime = first.appointment_start
    body = session.models.CreateIndividualAppointmentPostBody(
        appointment_type_id=place[2],
        business_id=place[0],
        practitioner_id=place[1],
        patient_id=str(w.kari),
        starts_at=wanted,
    )
    made = await session.call("create_individual_appointment_post", 201, body=body)
    taken = await session.call("get_all_available_times_get", 200, *place, from_=day, to=day)
    assert wanted not in map(read, taken.available_times)
    await session.call("archive_individual_appointment_post", 204, made.id)
    back = await session.call("get_next_available_time_get", 200, *place, from_=day, to=day)
    assert back.appointment_start == wanted
    wrong = session.models.CreateIndividualAppointmentPostBody()
    refused = await session.call("create_individual_appointment_post", 422, body=wrong)
    assert "starts_at" in refused.errors.additional_properties
