"""Patients: made, found, changed, archived."""

from datetime import date

from kalends.actions.customers.add import add_customer, match_or_new_customer
from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.customers.customer import CustomerPatch
from tests.dialects.cliniko.clinic import Clinic, errors
from tests.world import NOW

THEY = dict.fromkeys(
    ("accusative", "nominative", "predicative_possessive", "pronominal_possessive", "reflexive"), "they"
)


async def test_a_patient_is_a_customer(clinic: Clinic) -> None:
    made = await clinic.make(
        "/patients", first_name="Liv", last_name="Berg", date_of_birth="1980-05-17", address_1="Storgata 1", title="Dr"
    )
    stored = await get_customer(clinic.world.ctx(), int(made["id"]))
    assert (stored.name, stored.date_of_birth, stored.street) == ("Liv Berg", date(1980, 5, 17), "Storgata 1")
    assert await clinic.get(f"/patients/{made['id']}") == made
    assert (made["title"], made["created_at"], made["label"]) == ("Dr", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "Liv Berg")
    assert made["links"]["self"] == f"http://clinic.example/cliniko/v1/patients/{made['id']}"


async def test_a_new_patient_has_an_address(clinic: Clinic) -> None:
    response = await clinic.client.post("/patients", json={"first_name": "Liv", "last_name": "Berg"})
    assert response.headers["location"] == response.json()["links"]["self"]


async def test_all_that_is_wrong_is_said_at_once(clinic: Clinic) -> None:
    wrong = {"last_name": " ", "date_of_birth": "soon", "patient_phone_numbers": [{"phone_type": "Owl"}]}
    response = await clinic.client.post("/patients", json=wrong)
    assert response.json() == {
        "message": "Validation Failed",
        "errors": {
            "first_name": "can't be blank",
            "last_name": "can't be blank",
            "date_of_birth": "is invalid",
            "patient_phone_numbers": "is not included in the list",
        },
    }


async def test_put_and_patch_change_what_they_name(clinic: Clinic) -> None:
    kari = f"/patients/{clinic.world.kari}"
    assert (await clinic.patch(kari, last_name="Berg", address_2="c/o Dahl")).json()["last_name"] == "Berg"
    changed = (await clinic.client.put(kari, json={"first_name": "Karin"})).json()
    assert (changed["first_name"], changed["last_name"], changed["address_2"]) == ("Karin", "Berg", "c/o Dahl")


async def test_names_are_changed_and_not_taken_away(clinic: Clinic) -> None:
    kari = f"/patients/{clinic.world.kari}"
    blank = await clinic.patch(kari, first_name="", last_name=" ")
    assert errors(blank) == {"first_name": "can't be blank", "last_name": "can't be blank"}
    nulls = (await clinic.patch(kari, first_name=None, last_name=None, city="Oslo")).json()
    assert (nulls["first_name"], nulls["last_name"], nulls["city"]) == ("Kari", "Nordmann", "Oslo")


async def test_writing_back_what_was_read_changes_nothing(clinic: Clinic) -> None:
    made = await clinic.make(
        "/patients",
        first_name="Liv",
        last_name="Berg",
        patient_phone_numbers=[{"number": "22 33 44 66", "phone_type": "Work"}, {"number": "99887755"}],
        reminder_type="SMS & Email",
        pronouns=THEY,
    )
    before = await get_customer(clinic.world.ctx(), int(made["id"]))
    again = await clinic.client.patch(f"/patients/{made['id']}", json=made)
    assert again.json() == made
    assert await get_customer(clinic.world.ctx(), int(made["id"])) == before


async def test_the_first_number_is_the_phone(clinic: Clinic) -> None:
    kari = f"/patients/{clinic.world.kari}"
    assert (await clinic.get(kari))["patient_phone_numbers"] == [
        {"number": "22 33 44 55", "phone_type": "Mobile", "normalized_number": "4722334455"}
    ]
    phones = [{"number": "99 88 77 11", "phone_type": "Home"}, {"number": "4711", "phone_type": "Work"}]
    shown = (await clinic.patch(kari, patient_phone_numbers=phones)).json()["patient_phone_numbers"]
    assert [(phone["number"], phone["phone_type"]) for phone in shown] == [("99 88 77 11", "Home"), ("4711", "Work")]
    assert (await get_customer(clinic.world.ctx(), clinic.world.kari)).phone_e164 == "+4799887711"
    assert (await clinic.patch(kari, patient_phone_numbers=[])).json()["patient_phone_numbers"] == []


async def test_an_archived_patient_is_hidden_until_asked_for(clinic: Clinic) -> None:
    kari, ola = clinic.world.kari, clinic.world.ola
    assert (await clinic.post(f"/patients/{kari}/archive")).status_code == 204
    assert await clinic.ids("/patients") == [ola]
    assert await clinic.ids("/patients", "archived_at:*") == [kari, ola]
    assert await clinic.ids("/patients", "archived_at:?") == [kari]
    assert await clinic.ids("/patients", "archived_at:!?") == [ola]
    assert await clinic.ids("/patients/archived") == [kari]
    assert (await clinic.client.get(f"/patients/{kari}")).status_code == 404
    assert (await clinic.get(f"/patients/{kari}", "archived_at:*"))["archived_at"] is not None
    assert (await clinic.patch(f"/patients/{kari}", first_name="K")).status_code == 404


async def test_an_archived_patient_comes_back(clinic: Clinic) -> None:
    kari = f"/patients/{clinic.world.kari}"
    assert (await clinic.client.delete(kari)).status_code == 204
    assert (await clinic.client.delete(kari)).status_code == 204
    assert (await clinic.post(f"{kari}/unarchive")).json()["archived_at"] is None
    assert (await clinic.get(kari))["first_name"] == "Kari"


async def test_what_is_not_there(clinic: Clinic) -> None:
    for response in (
        await clinic.client.get("/patients/0"),
        await clinic.client.get("/patients/kari"),
        await clinic.client.get("/medical_alerts"),
        await clinic.patch("/patients/999999", first_name="K"),
    ):
        assert (response.status_code, response.json()) == (404, {"message": "Not found"})


async def test_a_number_of_a_card_and_an_address_for_invoices_have_a_form(clinic: Clinic) -> None:
    path = f"/patients/{clinic.world.kari}"
    wrong = {"dva_card_number": "12345", "invoice_email": "accounts"}
    assert errors(await clinic.patch(path, **wrong)) == dict.fromkeys(wrong, "is invalid")
    right = {"dva_card_number": "NBUR9080", "invoice_email": "accounts@example.org"}
    assert (await clinic.patch(path, **right)).json().items() >= right.items()
    assert (await clinic.patch(path, dva_card_number="", invoice_email=None)).status_code == 200


async def test_an_email_that_is_taken_or_wrong(clinic: Clinic) -> None:
    response = await clinic.patch(f"/patients/{clinic.world.kari}", email="nobody")
    assert errors(response) == {"email": "is invalid"}
    response = await clinic.patch(f"/patients/{clinic.world.kari}", email="Ola@example.org")
    assert errors(response) == {"email": "has already been taken"}


async def test_a_patient_is_found_by_every_door(clinic: Clinic) -> None:
    kari = await get_customer(clinic.world.ctx(), clinic.world.kari)
    assert kari.phone_e164 is not None
    same = CustomerPatch(first_name="K.", phone="+47 22 33 44 55")
    assert (await match_or_new_customer(clinic.world.ctx(), same))[0].id == kari.id
    await clinic.patch(f"/patients/{kari.id}", patient_phone_numbers=[{"number": "91 91 91 91"}])
    assert (await match_or_new_customer(clinic.world.ctx(), same))[1]


async def test_what_came_through_another_door_is_written_back_unchanged(clinic: Clinic) -> None:
    ctx = clinic.world.ctx()
    club = await add_customer(ctx, CustomerPatch(company="Ski club", gender="x", country="NO"))
    shown = await clinic.get(f"/patients/{club.id}")
    assert (shown["first_name"], shown["label"]) == ("", "Ski club")
    assert (await clinic.client.patch(f"/patients/{club.id}", json=shown)).json() == shown
    assert await get_customer(ctx, club.id) == club


async def test_an_email_that_clients_do_not_know_is_not_shown_and_stays(clinic: Clinic) -> None:
    ctx, path = clinic.world.ctx(), f"/patients/{clinic.world.kari}"
    odd = await change_customer(ctx, clinic.world.kari, CustomerPatch(email="k\u00e4the@b\u00fccher.example"))
    shown = await clinic.get(path)
    assert shown["email"] is None
    assert (await clinic.client.patch(path, json=shown)).json() == shown
    assert await get_customer(ctx, odd.id) == odd
    assert errors(await clinic.patch(path, email=odd.email)) == {"email": "is invalid"}
    assert (await clinic.patch(path, email="kathe@example.org")).json()["email"] == "kathe@example.org"
    assert (await clinic.patch(path, email=None)).json()["email"] is None
    assert (await get_customer(ctx, odd.id)).email is None
