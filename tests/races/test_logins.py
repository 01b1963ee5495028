"""A login and a new password at one time: no session outlives the password that it was begun with."""

from kalends.actions.accounts.change_user import reset_password
from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.logins import log_in
from kalends.actions.context import Context
from kalends.engine.refusals import Unauthenticated
from tests.people import DOOR, attempt, hired
from tests.races.stage import Act, staged, tried
from tests.world import World

OLGA = "olga@example.org"


def logs_in(clinic: World, password: str) -> Act:
    async def act(ctx: Context) -> str:
        return (await log_in(ctx.db, ctx.now, attempt(clinic, OLGA, password)))[1]

    return act


async def resets(ctx: Context) -> str:
    return await reset_password(ctx, OLGA)


async def test_a_login_while_the_password_is_changed(clinic: World) -> None:
    _, second = await staged(clinic, resets, logs_in(clinic, await hired(clinic)))
    assert isinstance(second, Unauthenticated)


async def test_a_login_while_the_password_is_changed_after_all_not(clinic: World) -> None:
    _, secret = await staged(clinic, resets, logs_in(clinic, await hired(clinic)), kept=False)
    assert (await authenticate_secret(clinic.db, clinic.now, DOOR, secret)).principal.name == "Olga"


async def test_a_new_password_while_somebody_logs_in(clinic: World) -> None:
    secret, _ = await staged(clinic, logs_in(clinic, await hired(clinic)), resets)
    assert isinstance(await tried(authenticate_secret(clinic.db, clinic.now, DOOR, secret)), Unauthenticated)
