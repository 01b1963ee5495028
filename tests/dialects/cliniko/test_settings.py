"""Users, the one whom a key stands for, and settings."""

from kalends.actions.accounts.users import create_user
from tests.dialects.cliniko.clinic import Clinic


async def test_users_are_the_staff(clinic: Clinic) -> None:
    ctx = clinic.world.ctx()
    assert (await clinic.client.get("/user")).status_code == 404
    olga, _ = await create_user(ctx, "olga@example.org", "owner", "Olga von Berg")
    nils, _ = await create_user(ctx, "nils@example.org", "readonly")
    assert await clinic.ids("/users") == [olga.id, nils.id]
    assert await clinic.ids("/users", sort="id:desc") == [nils.id, olga.id]
    shown = await clinic.get("/user")
    assert shown == await clinic.get(f"/users/{olga.id}")
    assert [shown[name] for name in ("first_name", "last_name", "role", "time_zone", "active")] == [
        *("Olga von", "Berg", "administrator", "Oslo", True)
    ]


async def test_settings_are_the_accounts(clinic: Clinic) -> None:
    account = (await clinic.get("/settings"))["account"]
    assert (account["name"], account["country"], account["currency_symbol"]) == ("Clinic", "Norway", "kr")
    public = (await clinic.get("/settings/public"))["account"]
    assert public.items() < account.items()
