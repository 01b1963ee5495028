"""A closed account is there for nobody, and nothing is done for it; opened again, it is as it was."""

import pytest

from kalends.actions.accounts.accounts import close_account, open_account
from kalends.actions.accounts.logins import LoginAttempt, log_in
from kalends.actions.accounts.users import create_user
from kalends.store.accounts.accounts import AccountClosed
from tests.desk import DAY
from tests.web.toy import served, shell
from tests.world import NOW, World


async def test_doors_say_that_it_is_not_available(clinic: World, database_url: str) -> None:
    async with served(shell(database_url), await clinic.key("toy")) as client:
        await close_account(clinic.db, NOW, clinic.account.slug)
        refused = await client.get("/things/7")
        assert (refused.status_code, refused.json()) == (503, {"toy": "unavailable"})
        await open_account(clinic.db, clinic.account.slug)
        assert (await client.get("/things/7")).status_code == 200


async def test_nobody_logs_in(clinic: World) -> None:
    _, password = await create_user(clinic.ctx(), "marit@example.org", "owner")
    attempt = LoginAttempt(
        account=clinic.account.slug,
        staff=True,
        login="marit@example.org",
        password=password,
        door="console",
        address="192.0.2.1",
        lifetime=DAY,
    )
    await close_account(clinic.db, NOW, clinic.account.slug)
    with pytest.raises(AccountClosed):
        await log_in(clinic.db, NOW, attempt)
