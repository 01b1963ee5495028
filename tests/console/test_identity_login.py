"""Staff log in by the identity provider of their account: a real one, over HTTP, which is told to misbehave."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from joserfc.jwk import OctKey, RSAKey

from kalends.actions.accounts import identity_login
from kalends.actions.accounts.change_user import disable_user
from kalends.actions.accounts.identity_provider import change_identity_provider, get_identity_provider
from kalends.actions.accounts.users import list_users
from kalends.actions.context import Context
from kalends.engine.accounts.identity_provider import IdentityProviderPatch
from kalends.engine.accounts.rate_limit import Limit
from kalends.engine.refusals import Forbidden
from kalends.web.config import WebSettings
from tests.console.conftest import EMAIL, Visit, served
from tests.console.office import office_of, readable
from tests.desk import PATIENCE
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, DAY_SECONDS, OpenIdProvider, providing
from tests.world import NOW, World

STALE = "took too long, or was begun in another window"
NOT_RIGHT = "What your login service sent is not right."


@pytest.fixture
async def provider(clinic: World, password: str) -> AsyncIterator[OpenIdProvider]:
    """The provider by which the clinic's staff log in."""
    async with providing() as running:
        patch = IdentityProviderPatch(
            active=True, name="Studio", issuer=running.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
        await change_identity_provider(private(clinic), patch)
        yield running


@pytest.fixture(scope="module")
async def trusting(database_url: str) -> AsyncIterator[str]:
    """A server whose operator allows private addresses."""
    async with served(database_url, WebSettings(private_urls=True)) as url:
        yield url


@pytest.fixture
async def browser_of_marit(trusting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"{trusting}/console", headers={"accept-language": "en"}, timeout=PATIENCE
    ) as client:
        yield client


def private(clinic: World) -> Context:
    return msgspec.structs.replace(clinic.ctx(), private_urls=True)


async def left(client: httpx.AsyncClient, clinic: World, **query: str) -> str:
    """Leave for the provider, with the cookie in hand; where it sends the browser back to."""
    answer = await client.get("/login/provider", params={"account": clinic.account.slug, **query})
    assert answer.status_code == 303, readable(answer.text)
    client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    async with httpx.AsyncClient(timeout=PATIENCE) as at_provider:
        back = await at_provider.get(answer.headers["location"])
    location: str = back.headers["location"]
    return location


async def refused(client: httpx.AsyncClient, clinic: World) -> str:
    """Try to log in; what the page says then."""
    answer = await client.get(await left(client, clinic))
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    return readable(answer.text)


async def test_an_owner_sets_it_up_and_logs_in_by_it(clinic: World, password: str, visit: Visit, trusting: str) -> None:
    marit = await visit()
    marit.base = f"{trusting}/console"
    await marit.open("/login")
    await marit.log_in(clinic.account.slug, EMAIL, password)
    await marit.open("/settings/identity-provider")
    assert f"{trusting}/console/login/provider/{clinic.account.id}" in await marit.text()
    async with providing() as provider:
        fields = {"name": "Studio", "issuer": provider.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        for name, value in fields.items():
            await marit.page.fill(f"[name={name}]", value)
        await marit.page.check("[name=active]")
        await marit.page.click("main form button")
        await marit.page.wait_for_selector("[role=status]")
        await marit.check()
        await marit.context.clear_cookies()
        await marit.open(f"/login?account={clinic.account.slug}&next=/account")
        await marit.check()
        await marit.page.click("text=Log in with Studio")
        await marit.page.wait_for_url("**/console/account")
    assert "Marit Fjord" in await marit.text()
    assert [user.email for user in await list_users(clinic.ctx())] == [EMAIL]


async def test_only_owners_set_it_up(clinic: World, address: str) -> None:
    path, secret = "/settings/identity-provider", "between us"
    async with office_of(clinic, address, "manager") as manager:
        await manager.open(path, 403)
    async with office_of(clinic, address) as owner:
        wrong = await owner.refused(path, active="yes", issuer="http://10.0.0.1", email_domains="example")
        assert "Address of the service (issuer): is not valid" in wrong
        assert "Client ID: is missing" in wrong
        assert "Only e-mail addresses of these domains: is not valid" in wrong
        fields = {"issuer": "https://login.example", "client_id": "kalends", "active": "yes"}
        await owner.done(path, **fields, client_secret=secret)
        await owner.done(path, **fields, email_domains="studio.example, example.org")
        provider = await get_identity_provider(clinic.ctx())
        assert (provider.client_secret, provider.email_domains) == (secret, ("studio.example", "example.org"))
        refused = await owner.send(path, **fields, email_domains="example", client_secret=secret)
        assert (refused.status_code, secret in refused.text) == (422, False)
        for page in (path, "/journal"):
            assert secret not in (await owner.client.get(page)).text
    key = msgspec.structs.replace(clinic.ctx().principal, kind="key")
    with pytest.raises(Forbidden):
        await change_identity_provider(
            msgspec.structs.replace(clinic.ctx(), principal=key), IdentityProviderPatch(active=False)
        )


async def test_only_an_account_that_has_one_has_a_button(clinic: World, trusting: str) -> None:
    async with httpx.AsyncClient(base_url=f"{trusting}/console", timeout=PATIENCE) as client:
        login = (await client.get("/login", params={"account": clinic.account.slug})).text
        assert "/login/provider" not in login
        for account in (clinic.account.slug, "nobody"):
            answer = await client.get("/login/provider", params={"account": account})
            assert "/console/login?account=" in answer.headers["location"]


@pytest.mark.parametrize("there", ["javascript:alert(1)", "//elsewhere.example", "https://a.example:x/", ""])
async def test_nobody_is_sent_to_an_address_that_is_none(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, there: str
) -> None:
    provider.described = {"authorization_endpoint": there}
    answer = await browser_of_marit.get("/login/provider", params={"account": clinic.account.slug})
    assert answer.status_code == 422
    assert "login service" in readable(answer.text)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another login"},
        {"nonce": None},
        {"aud": "somebody else"},
        {"aud": ["somebody else", "another"]},
        {"aud": [CLIENT_ID, "another"]},
        {"azp": "somebody else"},
        {"exp": int(NOW.timestamp()) - DAY_SECONDS},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + DAY_SECONDS},
        {"iss": "https://elsewhere.example"},
    ],
    ids=str,
)
async def test_a_token_that_is_not_right(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, claims: Mapping[str, Any]
) -> None:
    provider.claims = dict(claims)
    assert NOT_RIGHT in await refused(browser_of_marit, clinic)
    provider.claims = {}
    assert (await browser_of_marit.get(await left(browser_of_marit, clinic))).status_code == 303


async def test_a_token_that_the_provider_has_not_signed(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient
) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert NOT_RIGHT in await refused(browser_of_marit, clinic)
    provider.key, provider.algorithm = OctKey.import_key(CLIENT_SECRET), "HS256"
    assert NOT_RIGHT in await refused(browser_of_marit, clinic)


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "crv": "BP-256", "x": "AA", "y": "AA", "kid": "two"},
        {"kty": "OKP", "crv": "Ed1174", "x": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": "AQAB", "e": "?", "kid": 7},
        {"kty": ["RSA"]},
    ],
    ids=str,
)
async def test_a_key_that_nobody_can_read_does_not_keep_anybody_out(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, key: object
) -> None:
    provider.more_keys = [key]
    assert (await browser_of_marit.get(await left(browser_of_marit, clinic))).status_code == 303


async def test_a_login_is_finished_once_and_by_the_browser_that_began_it(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, trusting: str
) -> None:
    back = await left(browser_of_marit, clinic)
    async with httpx.AsyncClient(headers={"accept-language": "en"}, timeout=PATIENCE) as another:
        assert STALE in readable((await another.get(back)).text)
        await left(browser_of_marit, clinic)
        assert STALE in readable((await browser_of_marit.get(back)).text)
    back = await left(browser_of_marit, clinic)
    assert (await browser_of_marit.get(back)).status_code == 303
    again = await left(browser_of_marit, clinic)
    state = parse_qs(urlsplit(again).query)["state"][0]
    assert (await browser_of_marit.get(again)).status_code == 303
    provider.asked["code"] = {"state": state}
    assert STALE in readable((await browser_of_marit.get(again)).text)
    for account_id in ("0", str(10**30)):
        answer = await browser_of_marit.get(f"{trusting}/console/login/provider/{account_id}?code=x&state={state}")
        assert answer.status_code in (404, 422)


async def test_nobody_has_the_provider_asked_without_end(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_login, "PER_ADDRESS_BEGUN", Limit(1, 900))
    await clinic.db.execute("delete from request_count")
    await left(browser_of_marit, clinic)
    answer = await browser_of_marit.get("/login/provider", params={"account": clinic.account.slug})
    assert "Too many attempts" in readable(answer.text)


async def test_who_is_no_user_does_not_become_one(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient
) -> None:
    provider.email = "stranger@example.org"
    assert "There is no user here with the e-mail address" in await refused(browser_of_marit, clinic)
    provider.email = EMAIL.upper()
    provider.is_verified = False
    assert "has not verified your e-mail address" in await refused(browser_of_marit, clinic)
    provider.is_verified = True
    await change_identity_provider(private(clinic), IdentityProviderPatch(email_domains=("@Studio.example",)))
    assert "of that domain are not accepted" in await refused(browser_of_marit, clinic)
    await change_identity_provider(private(clinic), IdentityProviderPatch(email_domains=("example.org",)))
    assert (await browser_of_marit.get(await left(browser_of_marit, clinic))).status_code == 303
    (user,) = await list_users(clinic.ctx())
    await disable_user(clinic.ctx(), EMAIL)
    assert "There is no user here" in await refused(browser_of_marit, clinic)
    assert [each.id for each in await list_users(clinic.ctx())] == [user.id]


async def test_an_address_that_only_userinfo_tells(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient
) -> None:
    provider.in_userinfo = True
    assert (await browser_of_marit.get(await left(browser_of_marit, clinic))).status_code == 303
    provider.claims = {"sub": "18"}
    assert NOT_RIGHT in await refused(browser_of_marit, clinic)


async def test_a_provider_that_says_no_or_nothing(
    clinic: World, provider: OpenIdProvider, browser_of_marit: httpx.AsyncClient, address: str
) -> None:
    provider.error = {"error": "access_denied"}
    assert "did not log you in" in await refused(browser_of_marit, clinic)
    provider.error = {"code": "made up"}
    assert "did not log you in" in await refused(browser_of_marit, clinic)
    begin = f"/console/login/provider?account={clinic.account.slug}"
    async with httpx.AsyncClient(base_url=address, headers={"accept-language": "en"}, timeout=PATIENCE) as client:
        assert "does not answer as it should" in readable((await client.get(begin)).text)  # a private address
    await change_identity_provider(private(clinic), IdentityProviderPatch(issuer=f"{provider.url}/elsewhere"))
    answer = await browser_of_marit.get("/login/provider", params={"account": clinic.account.slug})
    assert "does not answer as it should" in readable(answer.text)
    assert (await get_identity_provider(clinic.ctx())).client_secret == CLIENT_SECRET
