"""Whoever reads or changes a patient is written down, and nobody else's notes are."""

from decimal import Decimal

from kalends.actions.accounts.actors import actor_names
from kalends.actions.catalog.prices import set_prices
from kalends.actions.customers.cases import add_case
from kalends.actions.customers.history import customer_history
from kalends.engine.catalog.price import Price
from kalends.engine.customers.case import CasePatch
from kalends.notices.history import history_sentence
from tests.acts import issue_invoice
from tests.desk import HOUR, SOON, made, seat, visit
from tests.dialects.cliniko.clinic import Clinic


async def history(clinic: Clinic, customer_id: int) -> list[str]:
    """What is printed about a customer, without the time and who it was."""
    ctx = clinic.world.ctx()
    entries = await customer_history(ctx, customer_id)
    names = await actor_names(ctx, (entry.actor for entry in entries))
    return [history_sentence(entry, names).split(" UTC: ")[1].split(" ", 1)[1] for entry in entries]


async def test_who_reads_a_patient_is_written_down(clinic: Clinic) -> None:
    kari, ola = clinic.world.kari, clinic.world.ola
    await clinic.get(f"/patients/{kari}")
    await clinic.get("/patients", "first_name:=Ola")
    await clinic.get("/patients", "first_name:=Nobody")
    assert [line for line in await history(clinic, kari) if "read" in line] == [
        f"read customer {kari} through cliniko."
    ]
    assert [line for line in await history(clinic, ola) if "read" in line] == [f"read customer {ola} through cliniko."]


async def test_a_change_names_its_fields_and_no_values(clinic: Clinic) -> None:
    kari = clinic.world.kari
    await clinic.patch(f"/patients/{kari}", notes="Bad knee", city="Oslo")
    lines = await history(clinic, kari)
    assert lines[-2:] == [
        f"changed customer {kari} through cliniko: city, notes.",
        f"read customer {kari} through cliniko.",
    ]
    assert "knee" not in "".join(lines)


async def test_what_is_the_patients_is_listed_too(clinic: Clinic) -> None:
    w = clinic.world
    item = await made(w, visit(w, customer_id=w.kari))
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), attendee_ids=[str(item.id)])
    lines = "\n".join(await history(clinic, w.kari))
    assert f"added case {case['id']} through cliniko" in lines
    assert f"changed item {item.id} through cliniko: case id" in lines
    assert await history(clinic, w.ola) == [line for line in await history(clinic, w.ola) if "item" not in line]


async def test_a_group_shows_all_who_attend(clinic: Clinic) -> None:
    w = clinic.world
    group = await w.class_with((w.hall,), starts_at=SOON, ends_at=SOON + HOUR)
    await made(w, seat(w, group))
    for path in (f"/group_appointments/{group}", f"/bookings/{group}", f"/group_appointments/{group}/attendees"):
        await clinic.get(path)
    reads = [line for line in await history(clinic, w.kari) if "read customer" in line]
    assert len(reads) == 3
    assert [line for line in await history(clinic, w.ola) if "read" in line] == []


async def test_every_kind_of_record_that_shows_a_patient_is_written_down(clinic: Clinic) -> None:
    w = clinic.world
    rate = Price(per="booking", amount=Decimal(100), tax_rate=Decimal(25))
    await set_prices(w.ctx(), [rate], resource_id=w.ada)
    item = await made(w, visit(w))
    invoice = await issue_invoice(w.ctx(), [item.booking_id])
    case = await add_case(w.ctx(), CasePatch(customer_id=w.kari, name="Knee"))
    records = (
        f"patients/{w.kari}",
        f"patient_cases/{case.id}",
        f"attendees/{item.id}",
        f"individual_appointments/{item.id}",
        f"bookings/{item.id}",
        f"invoices/{invoice.id}",
    )
    for number, record in enumerate(records):
        await clinic.get(f"/{record}")
        await clinic.get(f"/{record.partition('/')[0]}")
        reads = [line for line in await history(clinic, w.kari) if "read customer" in line]
        assert len(reads) == 2 * (number + 1), record
