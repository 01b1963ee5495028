"""Patient cases: made with their attendees, listed while they are open, archived."""

from typing import Any

from kalends.actions.customers.cases import get_case
from kalends.actions.customers.merge import merge_customers
from kalends.engine.customers.customer import CustomerPatch
from tests.acts import change
from tests.desk import broken, made, visit
from tests.dialects.cliniko.clinic import Clinic, errors


async def test_a_case_is_made_for_a_patient(clinic: Clinic) -> None:
    kari = str(clinic.world.kari)
    case = await clinic.make("/patient_cases", name="Knee", patient_id=kari, max_sessions=12, issue_date="2027-02-18")
    assert case == {**case, "name": "Knee", "max_sessions": 12, "issue_date": "2027-02-18", "attendee_ids": []}
    assert case["patient"]["links"]["self"].endswith(f"/patients/{kari}")
    assert await clinic.get(f"/patient_cases/{case['id']}") == case


async def test_a_case_needs_a_name_and_a_patient(clinic: Clinic) -> None:
    wrong = {"max_sessions": 201, "max_invoiceable_amount": "0", "referral_type": "owl"}
    assert errors(await clinic.post("/patient_cases", wrong)) == {
        "name": "can't be blank",
        "patient_id": "can't be blank",
        "max_sessions": "is out of range",
        "max_invoiceable_amount": "must be greater than 0",
        "referral_type": "is not included in the list",
    }
    response = await clinic.post("/patient_cases", {"name": "Knee", "patient_id": "99999999"})
    assert errors(response) == {"patient_id": "must exist"}


async def test_its_attendees_are_the_patients_own(clinic: Clinic) -> None:
    w = clinic.world
    item = await made(w, visit(w, customer_id=w.kari))
    other = await made(w, visit(w, resource_id=w.bo, customer_id=w.ola))
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), attendee_ids=[str(item.id)])
    path = f"/patient_cases/{case['id']}"
    assert case["attendee_ids"] == [str(item.id)]
    assert errors(await clinic.patch(path, attendee_ids=[str(other.id)])) == {"attendee_ids": "must exist"}
    assert (await clinic.patch(path, attendee_ids=None)).json()["attendee_ids"] == [str(item.id)]
    assert (await clinic.patch(path, attendee_ids=[])).json()["attendee_ids"] == []


async def test_an_attendee_leaves_the_case_with_its_patient(clinic: Clinic) -> None:
    w = clinic.world
    item = await made(w, visit(w, customer_id=w.kari))
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), attendee_ids=[str(item.id)])
    await change(w.ctx(), item.id, {"customer_id": w.ola})
    assert (await clinic.get(f"/patient_cases/{case['id']}"))["attendee_ids"] == []


async def test_a_merged_patients_cases_move_along(clinic: Clinic) -> None:
    w = clinic.world
    item = await made(w, visit(w, customer_id=w.kari))
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), attendee_ids=[str(item.id)])
    await merge_customers(w.ctx(), w.ola, w.kari, CustomerPatch())
    shown = await clinic.get(f"/patient_cases/{case['id']}")
    assert shown["patient"]["links"]["self"].endswith(f"/patients/{w.ola}")
    assert shown["attendee_ids"] == [str(item.id)]
    assert await broken(w) == []


async def test_open_cases(clinic: Clinic) -> None:
    kari = str(clinic.world.kari)
    names: dict[str, dict[str, Any]] = {
        "open": {},
        "closed": {"closed": True},
        "expired": {"expiry_date": "2027-02-28"},
        "last day": {"expiry_date": "2027-03-01"},
    }
    for name, fields in names.items():
        await clinic.make("/patient_cases", name=name, patient_id=kari, **fields)
    listed = (await clinic.get("/patient_cases/active"))["patient_cases"]
    assert [case["name"] for case in listed] == ["open", "last day"]
    assert len(await clinic.ids("/patient_cases", f"patient_id:={kari}", "expiry_date:?")) == 2


async def test_a_case_is_archived(clinic: Clinic) -> None:
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(clinic.world.kari))
    path = f"/patient_cases/{case['id']}"
    assert (await clinic.post(f"{path}/archive")).status_code == 204
    assert (await clinic.client.get(path)).status_code == 404
    assert (await clinic.patch(path, name="Foot")).status_code == 404
    assert (await clinic.get(path, "archived_at:?"))["archived_at"]


async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic) -> None:
    w = clinic.world
    item = await made(w, visit(w, customer_id=w.kari))
    fields = {"attendee_ids": [str(item.id)], "max_invoiceable_amount": "99.50", "referral": False}
    case = await clinic.make("/patient_cases", name="Knee", patient_id=str(w.kari), **fields)
    before = await get_case(w.ctx(), int(case["id"]))
    assert (await clinic.client.put(f"/patient_cases/{case['id']}", json=case)).json() == case
    assert await get_case(w.ctx(), int(case["id"])) == before
    assert errors(await clinic.patch(f"/patient_cases/{case['id']}", patient_id=str(w.ola))).keys() == {"patient_id"}
