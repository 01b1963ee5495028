"""Staff add passkeys and log in with them, with an authenticator that the browser plays."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import CDPSession

from kalends.actions.accounts.change_user import disable_user, reset_password
from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL, Visit
from tests.console.office import office_of
from tests.world import World

PAGE = "/account/passkeys"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
async def marit_at(clinic: World, password: str, visit: Visit) -> Visitor:
    """Marit, logged in by the name of this machine, as passkeys are not for numbers; her laptop can make them."""
    visitor = await visit()
    visitor.base = visitor.base.replace("127.0.0.1", "localhost")
    device: CDPSession = await visitor.context.new_cdp_session(visitor.page)
    await device.send("WebAuthn.enable")
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    return visitor


async def add(visitor: Visitor, name: str = "My laptop") -> None:
    await visitor.open(PAGE)
    await visitor.page.fill("[name=name]", name)
    await visitor.page.click("text=Add a passkey")
    await visitor.page.wait_for_selector("[role=alert]:visible, .cards")


async def log_in_with_it(visitor: Visitor) -> None:
    await visitor.context.clear_cookies()
    await visitor.open("/login?next=/account")
    await visitor.page.click("text=Log in with a passkey")
    await visitor.page.wait_for_selector("#summary, dl.facts")


async def test_a_passkey_is_added_and_opens_the_console(marit_at: Visitor) -> None:
    await marit_at.open(PAGE)
    await marit_at.check()
    await add(marit_at)
    assert "My laptop" in await marit_at.text(".cards")
    await marit_at.check()
    await log_in_with_it(marit_at)
    assert urlsplit(marit_at.page.url).path == "/console/account"
    await marit_at.open(PAGE)
    assert "Last used on 1 Mar 2027" in await marit_at.text(".cards")


async def test_a_passkey_that_was_removed_opens_nothing(marit_at: Visitor) -> None:
    await add(marit_at)
    await marit_at.page.click("text=Remove")
    await marit_at.page.wait_for_selector("text=Add a passkey")
    await log_in_with_it(marit_at)
    assert "does not open anything here" in await marit_at.text("#summary")
    await marit_at.check()


async def test_a_user_who_is_disabled_stays_out(clinic: World, marit_at: Visitor) -> None:
    await add(marit_at)
    await disable_user(clinic.ctx(), EMAIL)
    await log_in_with_it(marit_at)
    assert "does not open anything here" in await marit_at.text("#summary")


async def test_a_new_password_from_an_owner_ends_the_passkeys(clinic: World, marit_at: Visitor) -> None:
    await add(marit_at)
    await reset_password(clinic.ctx(), EMAIL)
    await log_in_with_it(marit_at)
    assert "does not open anything here" in await marit_at.text("#summary")


async def test_a_passkey_needs_a_name(marit_at: Visitor) -> None:
    await add(marit_at, " ")
    assert "Name: is missing" in await marit_at.text("#summary")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": 1, "rawId": [], "response": 7}', "x" * 30_000])
@pytest.mark.parametrize("ticket", ["", "a_b_c", "00_ffffffffffffffffffffffff_00", "é__"])
async def test_what_no_browser_sends_opens_nothing(clinic: World, address: str, credential: str, ticket: str) -> None:
    cookie = {b"cookie": f"__Host-kalends-console-passkey={ticket}".encode("latin-1")}
    async with office_of(clinic, address, "staff") as office:
        answer = await office.client.post("/login/passkey", data={"credential": credential}, headers=cookie)
        assert answer.status_code == 422
        assert "credential" in await office.refused(PAGE, name="Mine", credential=credential)
