"""A client that is generated from the vendor's document works with the door as it is."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.carecloud.festival import CHECKED, CUSTOMER, DEVICE, ENTERPRISE, SETUP, Festival
from tests.dialects.conftest import Connect
from tests.dialects.generated import Generated, generate
from tests.people import PASSWORD, hired

PER = "per@example.org"


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    document = Path(__file__).parent / "openapi.json"
    return generate(document, "carecloud_client", tmp_path_factory.mktemp("carecloud"))


def client_of(generated: Generated, connect: Connect, base_url: str, token: str = "") -> Any:
    """The generated client, on the tests' transport; without a token the one that shows none."""
    if not token:
        client = generated.client.Client(base_url=base_url)
    else:
        client = generated.client.AuthenticatedClient(base_url=base_url, token=token)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return client.set_async_httpx_client(connect(base_url, headers=headers, **CHECKED))


async def call(generated: Generated, operation: str, client: Any, status: int, *ids: str, **sent: Any) -> Any:
    """The parsed answer of an operation, which has this status."""
    answer = await generated.operation(operation).asyncio_detailed(*ids, client=client, **sent)
    assert answer.status_code == status, answer.content
    return answer.parsed


async def test_an_enterprise_from_login_to_logout(festival: Festival, generated: Generated, connect: Connect) -> None:
    models = generated.models
    login = models.PostUserLoginBody(festival.application, PER, await hired(festival.world, "manager", PER))
    anybody = client_of(generated, connect, ENTERPRISE)
    logged_in = (await call(generated, "post_user_login", anybody, 200, body=login)).data
    assert (logged_in.user.login, logged_in.user.email) == (PER, PER)
    client = client_of(generated, connect, ENTERPRISE, logged_in.bearer_token)

    person = models.PersonalInformation(language_id="en", first_name="Ada", email="ada@example.org")
    body = models.PostCustomerBody(
        customer=models.Customer(personal_information=person),
        customer_source=models.CustomerSourceRecord(customer_source_id="86e05affc7a7abefcd513ab400"),
        autologin=False,
    )
    customer_id = (await call(generated, "post_customer", client, 201, body=body)).data.customer_id
    page = (await call(generated, "get_customers", client, 200, customer_ids=[customer_id], count=5)).data
    assert (page.total_items, page.customers[0].personal_information.first_name) == (1, "Ada")
    shown = (await call(generated, "get_customer", client, 200, customer_id)).data
    shown.personal_information.last_name = "Byron"
    await call(generated, "put_customer", client, 204, customer_id, body=models.PutCustomerBody(customer=shown))
    assert (await call(generated, "get_customer", client, 404, "x")).error.error_data.resource_name == "customers"

    logout = models.PostUserLogoutBody(festival.application, logged_in.bearer_token)
    await call(generated, "post_user_logout", client, 204, body=logout)
    await call(generated, "get_customers", client, 401)


async def test_a_customer_on_a_device(festival: Festival, generated: Generated, connect: Connect) -> None:
    models = generated.models
    kari = festival.opaque("customer", festival.world.kari)
    present = {"customer": await festival.get(f"/customers/{kari}"), "password": PASSWORD}
    assert (await festival.client.put(f"/customers/{kari}", json=present)).status_code == 204

    body = models.PostTokenBody(models.Device(**DEVICE), models.Setup(**SETUP), festival.application)
    token = (await call(generated, "post_token", client_of(generated, connect, CUSTOMER), 201, body=body)).data.token_id
    client = client_of(generated, connect, CUSTOMER, token)
    login = models.PostTokenLoginBody(models.PostTokenLoginBodyLoginType.EMAIL, "kari@example.org", PASSWORD)
    answer = await call(generated, "post_token_login", client, 200, token, body=login)
    assert answer.data.customer_id == kari
    page = (await call(generated, "get_customers", client, 200)).data
    assert [customer.customer_id for customer in page.customers] == [kari]
    await call(generated, "put_token", client, 204, token, body=models.PutTokenBody(models.Setup(**SETUP)))
    await call(generated, "post_token_logout", client, 204, token)
    await call(generated, "get_customers", client, 403)


async def test_what_needs_no_token(generated: Generated, connect: Connect) -> None:
    for base_url in (ENTERPRISE, CUSTOMER):
        client = client_of(generated, connect, base_url)
        assert (await call(generated, "get_tests_connection", client, 200, test_string="ab")).data.test_string == "ba"
        assert (await call(generated, "get_languages", client, 200)).data.languages[0].language_id == "en"
    assert isinstance(client.get_async_httpx_client(), httpx.AsyncClient)
