"""Users log in to an application, devices get tokens, and customers log in on them."""

from tests.dialects.carecloud.festival import ENTERPRISE, OLGA, Festival, faults, refused, worked
from tests.dialects.conftest import Connect
from tests.people import hired

PER = "per@example.org"


async def test_a_user_logs_in_asks_and_logs_out(festival: Festival, connect: Connect) -> None:
    password = await hired(festival.world, "staff", PER)
    sent = {"user_external_application_id": festival.application, "login": PER, "password": password}
    data = worked(await festival.anybody.post("/users/actions/login", json=sent))
    assert data["valid_to"] == "2027-03-01 17:00:00"
    assert data["user"] == {
        "user_id": data["user"]["user_id"],
        "login": PER,
        "first_name": "",
        "last_name": "Olga",
        "email": PER,
        "user_role_ids": [festival.opaque("role", 3)],
        "last_login": "2027-03-01 10:00:00",
    }
    client = connect(ENTERPRISE, headers={"authorization": f"Bearer {data['bearer_token']}"})
    worked(await client.get("/customers"))
    out = {"user_external_application_id": festival.application, "bearer_token": data["bearer_token"]}
    assert (await client.post("/users/actions/logout", json=out)).status_code == 204
    refused(await client.get("/customers"), 401)


async def test_a_login_with_faults_names_all(festival: Festival) -> None:
    answer = await festival.anybody.post("/users/actions/login", json={"login": "", "password": 7})
    assert faults(answer) == {"user_external_application_id": "required", "login": "empty"}


async def test_who_is_unknown_gets_the_same_answer(festival: Festival) -> None:
    sent = {"user_external_application_id": festival.application, "login": OLGA, "password": "wrong"}
    answers = [
        refused(await festival.anybody.post("/users/actions/login", json={**sent, **other}), 401)
        for other in ({}, {"login": "nobody"}, {"user_external_application_id": "f" * 22})
    ]
    assert answers == [answers[0]] * 3
