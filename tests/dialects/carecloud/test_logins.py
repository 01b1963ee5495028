"""Users log in to an application and out again, with a token or the deprecated Basic form."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from kalends.actions.accounts.change_user import disable_user, reset_password
from kalends.actions.accounts.users import create_program_user
from kalends.engine.accounts.hourly_password import hourly_password, shared_secret
from kalends.engine.accounts.principal import KEY_SCOPES
from tests.dialects.carecloud.festival import CHECKED, ENTERPRISE, OLGA, Festival, faults, refused, token_of, worked
from tests.dialects.conftest import Connect
from tests.people import hired
from tests.world import open_clinic

PER = "per@example.org"


async def logged_in(festival: Festival, login: str, password: str, status: int = 200) -> httpx.Response:
    sent = {"user_external_application_id": festival.application, "login": login, "password": password}
    answer = await festival.anybody.post("/users/actions/login", json=sent)
    assert answer.status_code == status, answer.text
    return answer


async def test_a_user_logs_in_asks_and_logs_out(festival: Festival, connect: Connect) -> None:
    data = worked(await logged_in(festival, PER, await hired(festival.world, "staff", PER)))
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
    client = connect(ENTERPRISE, headers={"authorization": f"Bearer {data['bearer_token']}"}, **CHECKED)
    worked(await client.get("/customers"))
    out = {"user_external_application_id": festival.application, "bearer_token": data["bearer_token"]}
    assert (await client.post("/users/actions/logout", json=out)).status_code == 204
    refused(await client.get("/customers"), 401)


async def test_the_store_of_a_user_is_the_only_site(festival: Festival) -> None:
    world = festival.world
    user, password = await create_program_user(world.ctx(), "Till", KEY_SCOPES, frozenset({world.site}))
    data = worked(await logged_in(festival, user.email, password))
    assert data["user"]["store_id"] == festival.opaque("site", world.site)
    assert (data["user"]["last_name"], data["user"]["login"]) == ("Till", user.email)


async def test_a_login_with_faults_names_all(festival: Festival) -> None:
    answer = await festival.anybody.post("/users/actions/login", json={"login": "", "password": {}})
    assert faults(answer) == {
        "user_external_application_id": "required",
        "login": "empty",
        "password": "invalid_value_format",
    }
    assert "value" not in refused(answer)["error_data"]["invalid_params"][0]


async def test_who_is_unknown_gets_the_same_answer(festival: Festival) -> None:
    sent = {"user_external_application_id": festival.application, "login": OLGA, "password": "wrong"}
    answers = [
        refused(await festival.anybody.post("/users/actions/login", json={**sent, **other}), 401)
        for other in ({}, {"login": "nobody"}, {"user_external_application_id": "f" * 22})
    ]
    assert answers == [answers[0]] * 3


async def test_an_application_is_of_one_account(festival: Festival) -> None:
    other = await open_clinic(festival.world.db)
    await logged_in(festival, PER, await hired(other, "staff", PER), 401)


async def test_failed_logins_are_counted(festival: Festival) -> None:
    password = await hired(festival.world, "staff", PER)
    for _ in range(5):
        await logged_in(festival, PER, "wrong", 401)
    answer = await logged_in(festival, PER, password, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert refused(answer, 429)["exception"] == "too_many_requests_exception"


async def test_a_new_password_ends_all_tokens(festival: Festival) -> None:
    worked(await festival.client.get("/customers"))
    await reset_password(festival.world.ctx(), OLGA)
    refused(await festival.client.get("/customers"), 401)


async def test_one_ends_ones_own_sessions_only(festival: Festival) -> None:
    other = await token_of(festival.world, "staff", PER)
    out = {"user_external_application_id": festival.application, "bearer_token": other}
    assert faults(await festival.client.post("/users/actions/logout", json=out)) == {"bearer_token": "not_found"}
    out["user_external_application_id"] = "0" * 22
    names = {"user_external_application_id": "not_found"}
    assert faults(await festival.client.post("/users/actions/logout", json=out)) == names
    assert set(faults(await festival.client.post("/users/actions/logout"))) == {*names, "bearer_token"}


async def test_a_password_of_the_hour(festival: Festival, connect: Connect) -> None:
    """Source: CareCloud reference, basicAuth."""
    world = festival.world
    user, password = await create_program_user(world.ctx(), "Till", KEY_SCOPES, hourly=True)
    secret = shared_secret(password)
    for hours, status in ((0, 200), (-1, 200), (1, 401), (-2, 401)):
        sent = hourly_password(secret, world.now + timedelta(hours=hours))
        client = connect(ENTERPRISE, auth=(user.email, sent), **CHECKED)
        for _ in range(2):
            assert (await client.get("/customers")).status_code == status
    await disable_user(world.ctx(), user.email)
    answer = await connect(ENTERPRISE, auth=(user.email, hourly_password(secret, world.now))).get("/customers")
    refused(answer, 401)


async def test_the_right_password_of_the_hour_may_come_many_times_at_once(festival: Festival, connect: Connect) -> None:
    user, password = await create_program_user(festival.world.ctx(), "Till", KEY_SCOPES, hourly=True)
    client = connect(ENTERPRISE, auth=(user.email, hourly_password(shared_secret(password), festival.world.now)))
    answers = await asyncio.gather(*[client.get("/customers") for _ in range(20)])
    assert [answer.status_code for answer in answers] == [200] * 20


async def test_a_password_of_the_hour_is_new_when_the_password_is(festival: Festival, connect: Connect) -> None:
    world = festival.world
    user, first = await create_program_user(world.ctx(), "Till", KEY_SCOPES, hourly=True)
    second = await reset_password(world.ctx(), user.email)
    for password, status in ((first, 401), (second, 200)):
        sent = hourly_password(shared_secret(password), world.now)
        assert (await connect(ENTERPRISE, auth=(user.email, sent)).get("/customers")).status_code == status


async def test_whoever_did_not_ask_for_it_has_no_password_of_the_hour(festival: Festival, connect: Connect) -> None:
    password = await hired(festival.world, "staff", PER)
    client = connect(ENTERPRISE, auth=(PER, hourly_password(shared_secret(password), festival.world.now)))
    for _ in range(5):
        refused(await client.get("/customers"), 401)
    refused(await client.get("/customers"), 429)


async def test_a_token_may_be_the_password_of_basic(festival: Festival, connect: Connect) -> None:
    token = await token_of(festival.world, "staff", PER)
    worked(await connect(ENTERPRISE, auth=("user", token), **CHECKED).get("/customers"))


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic x", "Basic eDp5", "Digest x"])
async def test_no_token(festival: Festival, connect: Connect, authorization: str) -> None:
    client = connect(ENTERPRISE, headers={"authorization": authorization}, **CHECKED)
    error = refused(await client.get("/customers"), 401)
    assert (error["type"], error["exception"]) == ("about:blank", "unauthorized_exception")
