"""Staff give customers a login for apps, a new password, and end it."""

from kalends.actions.accounts.logins import LoginAttempt, log_in
from kalends.actions.customers.history import customer_history
from kalends.actions.customers.logins import find_customer_login, give_customer_login
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.desk import HOUR
from tests.world import World


def attempt(clinic: World, login: str, password: str) -> LoginAttempt:
    return LoginAttempt(
        account=clinic.account.slug,
        staff=False,
        login=login,
        password=password,
        door="carecloud",
        address="",
        lifetime=HOUR,
    )


async def test_the_password_that_is_shown_once_opens_an_app(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/customers/{clinic.kari}")
    await marit.page.click("a:text-is('Login for apps')")
    assert await marit.page.input_value("[name=login]") == "kari@example.org"
    await marit.page.fill("[name=login]", "kari")
    await marit.page.click("button.primary")
    await marit.page.wait_for_selector(".secret")
    await marit.check()
    ctx, _ = await log_in(clinic.db, clinic.now, attempt(clinic, "kari", await marit.text(".secret")))
    assert ctx.principal.customer_id == clinic.kari
    verbs = [entry.verb for entry in await customer_history(clinic.ctx(), clinic.kari) if entry.kind != "customer"]
    assert verbs == ["add"]


async def test_a_login_is_ended(clinic: World, marit: Visitor) -> None:
    await give_customer_login(clinic.ctx(), clinic.kari, "kari")
    await marit.open(f"/customers/{clinic.kari}/login")
    await marit.check()
    await marit.page.click("button.danger")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    assert await find_customer_login(clinic.ctx(), clinic.kari) is None
    await marit.open(f"/customers/{clinic.kari}/history")
    assert "The login was removed" in await marit.text("tbody")


async def test_a_login_of_somebody_else_is_refused(clinic: World, address: str) -> None:
    await give_customer_login(clinic.ctx(), clinic.ola, "ola")
    path = f"/customers/{clinic.kari}/login"
    async with office_of(clinic, address) as office:
        assert "Login: is already somebody else’s" in await office.refused(path, path, login="OLA")
        assert "Login: is missing" in await office.refused(path, path, login=" ")
    assert await find_customer_login(clinic.ctx(), clinic.kari) is None


async def test_who_only_reads_gives_none(clinic: World, address: str) -> None:
    path = f"/customers/{clinic.kari}/login"
    async with office_of(clinic, address, "readonly") as office:
        await office.open(path, 403)
        assert (await office.send(path, login="kari")).status_code == 403
