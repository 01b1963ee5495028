"""Staff log in with a password, stay so while they work, and log out."""

import msgspec
import pytest

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.logins import keep_logged_in
from kalends.web.sessions import LONGEST
from tests.console.browsing import Visitor
from tests.console.conftest import EMAIL, Visit
from tests.desk import DAY, HOUR, MINUTE
from tests.world import World

WRONG = "Account, e-mail address and password do not belong together."


async def test_who_logs_in_gets_to_the_page_that_was_asked_for(clinic: World, password: str, visit: Visit) -> None:
    visitor = await visit()
    assert await visitor.open("/account") == 200
    assert visitor.path == "/login?next=%2Faccount"
    await visitor.check()
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    assert visitor.path == "/account"
    assert EMAIL in await visitor.text()


async def test_a_wrong_password_is_told_and_what_was_typed_stays(clinic: World, password: str, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open("/login")
    await visitor.log_in(clinic.account.slug, EMAIL, password + "x")
    assert WRONG in await visitor.text("#summary")
    await visitor.focuses("summary")
    assert await visitor.page.input_value("[name=email]") == EMAIL
    assert await visitor.page.input_value("[name=password]") == ""
    await visitor.check()


async def test_empty_fields_are_named_all_at_once(visit: Visit) -> None:
    visitor = await visit()
    await visitor.open("/login")
    await visitor.page.press("[name=account]", "Enter")
    await visitor.page.wait_for_selector("#summary")
    assert (await visitor.text("#summary ul")).splitlines() == [
        "Account: is missing",
        "E-mail address: is missing",
        "Password: is missing",
    ]
    await visitor.page.click("text=E-mail address: is missing")
    await visitor.focuses("email")
    await visitor.check()


async def test_guesses_are_slowed(clinic: World, password: str, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open("/login")
    for _ in range(6):
        await visitor.log_in(clinic.account.slug, EMAIL, "guessed wrong")
    assert "Too many attempts. Try again in" in await visitor.text("#summary")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    assert visitor.path == "/login"


async def test_the_cookie_is_out_of_reach(marit: Visitor) -> None:
    cookies = {cookie["name"]: cookie for cookie in await marit.context.cookies()}
    session = cookies["__Host-kalends-console"]
    assert (session["httpOnly"], session["secure"], session["sameSite"]) == (True, True, "Lax")
    assert await marit.page.evaluate("document.cookie") == ""


async def test_who_logs_out_is_out_and_the_account_is_remembered(clinic: World, marit: Visitor) -> None:
    secret = next(c for c in await marit.context.cookies() if c["name"] == "__Host-kalends-console")
    await marit.page.click("text=Marit Fjord")
    await marit.page.click("text=Log out")
    await marit.page.wait_for_selector("[role=status]")
    assert await marit.text("[role=status]") == "You are logged out."
    assert await marit.page.input_value("[name=account]") == clinic.account.slug
    await marit.check()
    name, value, domain = secret["name"], secret["value"], secret["domain"]
    await marit.context.add_cookies([{"name": name, "value": value, "domain": domain, "path": "/", "secure": True}])
    await marit.open("/account")
    assert marit.path == "/login?next=%2Faccount"


async def test_log_out_everywhere_ends_all_logins(clinic: World, marit: Visitor, password: str, visit: Visit) -> None:
    elsewhere = await visit()
    await elsewhere.open("/login")
    await elsewhere.log_in(clinic.account.slug, EMAIL, password)
    await marit.open("/account")
    await marit.page.click("text=Log out on all devices")
    await marit.page.wait_for_selector("[role=status]")
    await elsewhere.open("/account")
    assert elsewhere.path == "/login?next=%2Faccount"


@pytest.mark.parametrize("path", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
async def test_the_form_leads_nowhere_else(clinic: World, password: str, visit: Visit, path: str) -> None:
    visitor = await visit()
    await visitor.open(f"/login?next={path}")
    await visitor.log_in(clinic.account.slug, EMAIL, password)
    assert visitor.path == f"/sites/{clinic.site}/day/2027-03-01"


async def test_a_login_lasts_while_it_is_used_but_not_for_ever(clinic: World, marit: Visitor) -> None:
    secret = next(c["value"] for c in await marit.context.cookies() if c["name"] == "__Host-kalends-console")
    ctx = await authenticate_secret(clinic.db, clinic.now, "console", secret)
    lifetime = "select expires_at - created_at from access_token where id = $1"
    assert await clinic.db.fetchval(lifetime, ctx.principal.token_id) == 7 * HOUR
    for later, lasts in ((MINUTE, 7 * HOUR), (5 * HOUR, 12 * HOUR), (7 * DAY - HOUR, LONGEST)):
        await keep_logged_in(msgspec.structs.replace(ctx, now=clinic.now + later), 7 * HOUR, LONGEST)
        assert abs(await clinic.db.fetchval(lifetime, ctx.principal.token_id) - lasts) < MINUTE
