"""Devices get tokens, and customers log in on them."""

from typing import Any

import httpx
import pytest

from kalends.actions.accounts.login_attempts import PER_ADDRESS_DEVICES
from kalends.actions.customers.passwords import change_customer_with_password
from kalends.engine.customers.customer import CustomerPatch
from tests.dialects.carecloud.festival import (
    CHECKED,
    CUSTOMER,
    DEVICE,
    SETUP,
    Festival,
    device_token,
    faults,
    refused,
    worked,
)
from tests.dialects.conftest import Connect
from tests.people import PASSWORD
from tests.world import NOW

KARI = {"login_type": "email", "login_value": "Kari@example.org", "password": PASSWORD}


async def with_password(festival: Festival) -> None:
    """Kari has a password."""
    await change_customer_with_password(festival.world.ctx(), festival.world.kari, CustomerPatch(), PASSWORD)


async def log_in(festival: Festival, **fields: Any) -> httpx.Response:
    return await festival.app.post(f"/tokens/{festival.token}/actions/login", json={**KARI, **fields})


async def test_a_device_gets_a_token_until_it_gets_the_next(festival: Festival, connect: Connect) -> None:
    sent = {"device": DEVICE, "setup": SETUP, "external_application_id": festival.application, "push_token": "x"}
    tokens = [worked(await festival.visitor.post("/tokens", json=sent), 201)["token_id"] for _ in range(2)]
    first, second = [connect(CUSTOMER, headers={"authorization": f"Bearer {token}"}, **CHECKED) for token in tokens]
    assert (await first.put(f"/tokens/{tokens[0]}", json={"setup": SETUP})).status_code == 401
    changed = {"setup": {**SETUP, "language_id": "cs"}, "push_token": "y"}
    assert (await second.put(f"/tokens/{tokens[1]}", json=changed)).status_code == 204
    details = await festival.world.db.fetchval(
        "select details from device where account_id = $1 and details ? 'device'", festival.world.account.id
    )
    assert details == {"device": {name: DEVICE[name] for name in list(DEVICE)[1:]}, **changed}


async def test_a_token_of_another_device_stays(festival: Festival) -> None:
    await device_token(festival.world, "another")
    assert (await festival.app.put(f"/tokens/{festival.token}", json={"setup": SETUP})).status_code == 204


async def test_all_faults_of_a_token_are_named(festival: Festival) -> None:
    sent = {"device": {"device_id": ""}, "setup": 7}
    assert faults(await festival.visitor.post("/tokens", json=sent)) == {
        "external_application_id": "required",
        "device_id": "empty",
        "device_system": "required",
        "device_name": "required",
        "device_type": "required",
        "setup": "invalid_value_format",
    } | dict.fromkeys(SETUP, "required")
    sent = {"device": DEVICE, "setup": SETUP, "external_application_id": "x"}
    assert faults(await festival.visitor.post("/tokens", json=sent)) == {"external_application_id": "not_found"}


@pytest.mark.parametrize(
    ("by", "value"), [("email", "KARI@example.org"), ("phone", "4722334455"), ("phone", "+47 22 33 44 55")]
)
async def test_a_customer_logs_in_and_out(festival: Festival, by: str, value: str) -> None:
    await with_password(festival)
    refused(await festival.app.get("/customers"), 403)
    kari = festival.opaque("customer", festival.world.kari)
    assert worked(await log_in(festival, login_type=by, login_value=value)) == {"customer_id": kari}
    customers = worked(await festival.app.get("/customers"))
    assert [row["customer_id"] for row in customers["customers"]] == [kari]
    worked(await festival.app.get(f"/customers/{kari}"))
    refused(await festival.app.get(f"/customers/{festival.opaque('customer', festival.world.ola)}"), 404)
    assert (await festival.app.post(f"/tokens/{festival.token}/actions/logout")).status_code == 204
    refused(await festival.app.get("/customers"), 403)


async def test_a_wrong_login_is_unauthorized_whatever_is_wrong(festival: Festival) -> None:
    await with_password(festival)
    wrong = [{"password": "wrong"}, {"login_value": "nobody@example.org"}, {"login_value": "ola@example.org"}]
    answers = [refused(await log_in(festival, **fields), 401) for fields in wrong]
    assert answers == [answers[0]] * 3
    assert faults(await log_in(festival, login_type="card")) == {"login_type": "not_allowed_value"}
    assert faults(await log_in(festival, login_type="phone")) == {"login_value": "invalid_value_format"}
    assert faults(await log_in(festival, login_type="x", password="")) == {
        "login_type": "not_allowed_value",
        "password": "empty",
    }


async def test_failed_logins_of_customers_are_counted(festival: Festival) -> None:
    await with_password(festival)
    for _ in range(5):
        refused(await log_in(festival, password="wrong"), 401)
    refused(await log_in(festival), 429)


async def test_customers_who_share_an_email_do_not_log_in_by_it(festival: Festival) -> None:
    world = festival.world
    await with_password(festival)
    twin = CustomerPatch(email="kari@example.org", sole=False)
    await change_customer_with_password(world.ctx(), world.kari, CustomerPatch(sole=False), None)
    await change_customer_with_password(world.ctx(), world.ola, twin, PASSWORD)
    refused(await log_in(festival), 401)
    worked(await log_in(festival, login_type="phone", login_value="+4722334455"))


async def test_a_new_password_ends_the_token(festival: Festival) -> None:
    await with_password(festival)
    worked(await log_in(festival))
    await with_password(festival)
    refused(await festival.app.get("/customers"), 401)


async def test_a_token_is_told_its_own_things_only(festival: Festival) -> None:
    other = await device_token(festival.world, "another")
    for path in (f"/tokens/{other}/actions/login", f"/tokens/{other}/actions/logout"):
        error = refused(await festival.app.post(path, json=KARI), 404)
        assert error["error_data"] == {"resource_name": "tokens", "resource_id": other}


async def test_new_devices_are_counted_by_address(festival: Festival) -> None:
    db, window = festival.world.db, PER_ADDRESS_DEVICES.window(NOW)
    counted = "update request_count set hits = $3 where subject = $1 and window_start = $2"
    sent = {"device": DEVICE, "setup": SETUP, "external_application_id": festival.application}
    worked(await festival.visitor.post("/tokens", json=sent), 201)
    await db.execute(counted, "device address 127.0.0.1", window, PER_ADDRESS_DEVICES.count)
    answer = await festival.visitor.post("/tokens", json=sent)
    await db.execute(counted, "device address 127.0.0.1", window, 0)
    refused(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
