"""Owners add, change and disable users, and give them new passwords."""

from kalends.actions.accounts.users import create_user, get_user, list_users
from kalends.engine.accounts.user import StaffNotices
from tests.console.browsing import Visitor
from tests.console.conftest import Visit
from tests.console.office import office_of, readable
from tests.world import World

PAGE = "/settings/users"


async def test_a_new_user_logs_in_with_the_password_that_is_shown_once(
    clinic: World, marit: Visitor, visit: Visit
) -> None:
    await marit.open(f"{PAGE}/new")
    await marit.page.fill("[name=name]", "Nils Berg")
    await marit.page.fill("[name=email]", "nils@example.org")
    await marit.page.check("[name=role][value=manager]")
    await marit.page.click("text=Add the user")
    await marit.page.wait_for_selector(".secret")
    await marit.check()
    nils = await visit()
    await nils.open("/login")
    await nils.log_in(clinic.account.slug, "nils@example.org", await marit.text(".secret"))
    assert nils.path == f"/sites/{clinic.site}/day/2027-03-01"


async def test_what_is_wrong_with_a_user_stands_at_the_fields(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        text = await office.refused(PAGE, f"{PAGE}/new", name="x" * 300, email="nowhere", role="king", site_ids="77")
        assert "Role: is not" in text
        text = await office.refused(PAGE, f"{PAGE}/new", name="N", email="owner@example.org", role="staff")
        assert "E-mail address: " in text
    assert len(await list_users(clinic.ctx())) == 1


async def test_a_user_is_changed_with_the_mail_that_they_get(clinic: World, address: str) -> None:
    user, _ = await create_user(clinic.ctx(), "nils@example.org", "staff", "Nils")
    page = f"{PAGE}/{user.id}"
    sent = {"name": "Nils Berg", "email": "nils@example.org", "role": "readonly", "site_ids": str(clinic.site)}
    told = {"own_notices": "yes", "facts": ["booked", "cancelled"], "digest_minute": "07:30"}
    async with office_of(clinic, address) as office:
        assert await office.done(page, page, **sent, **told) == PAGE
    changed = await get_user(clinic.ctx(), user.id)
    assert (changed.name, changed.role, *(changed.site_ids or ())) == ("Nils Berg", "readonly", clinic.site)
    assert changed.notices == StaffNotices(facts=("booked", "cancelled"), digest_minute=450)


async def test_who_is_disabled_is_out_and_can_be_let_in_again(clinic: World, address: str) -> None:
    user, _ = await create_user(clinic.ctx(), "nils@example.org", "staff", "Nils")
    page = f"{PAGE}/{user.id}"
    async with office_of(clinic, address) as office:
        await office.done(f"{page}/disable")
        assert "Nils" not in await office.open(PAGE)
        assert "Disabled" in await office.open(f"{PAGE}?which=all")
        await office.done(f"{page}/enable")
        assert "Nils" in await office.open(PAGE)


async def test_the_last_owner_stays(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        (owner,) = await list_users(clinic.ctx())
        assert "owner" in await office.refused(f"{PAGE}/{owner.id}/disable")
        sent = {"name": owner.name, "email": owner.email, "role": "staff"}
        assert "Role: " in await office.refused(f"{PAGE}/{owner.id}", **sent)


async def test_a_new_password_ends_all_logins(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office, office_of(clinic, address, "staff") as nils:
        (user,) = [user for user in await list_users(clinic.ctx()) if user.role == "staff"]
        answer = await office.send(f"{PAGE}/{user.id}/password", f"{PAGE}/{user.id}")
        assert "This is the new password" in readable(answer.text)
        assert (await nils.client.get("/account")).status_code == 303


async def test_users_of_other_accounts_are_not_there(clinic: World, address: str) -> None:
    async with office_of(clinic, address) as office:
        await office.open(f"{PAGE}/999999", 404)
