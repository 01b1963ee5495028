"""Behind the text that the journal has of somebody stands a name."""

from kalends.actions.accounts.actors import actor_names
from kalends.actions.accounts.keys import create_key
from kalends.actions.accounts.users import list_users
from tests.desk import statements_of
from tests.people import hired
from tests.world import World, open_clinic


async def test_keys_users_and_customers_have_names(clinic: World) -> None:
    key, _ = await create_key(clinic.ctx(), "front", "Till")
    await hired(clinic)
    (olga,) = await list_users(clinic.ctx())
    names = {f"key:{key.id}": "Till", f"user:{olga.id}": "Olga", f"customer:{clinic.kari}": "Kari Nordmann"}
    assert await actor_names(clinic.ctx(), [*names, *names]) == names


async def test_who_has_no_name_is_called_by_their_text(clinic: World) -> None:
    key, _ = await create_key(clinic.ctx(), "front")
    actors = [f"key:{key.id}", "apply", "key:x", "user:999999999999999999999", "guest:1", ""]
    assert await actor_names(clinic.ctx(), actors) == {actor: actor for actor in actors}


async def test_names_of_another_account_stay_there(clinic: World) -> None:
    other = await open_clinic(clinic.db)
    key, _ = await create_key(other.ctx(), "front", "Till")
    actors = [f"key:{key.id}", f"customer:{other.kari}"]
    assert await actor_names(clinic.ctx(), actors) == {actor: actor for actor in actors}


async def test_one_statement_asks_for_all_of_them(clinic: World) -> None:
    actors = [f"customer:{clinic.kari}", f"customer:{clinic.ola}", "key:1", "user:1"]
    assert len(await statements_of(clinic, lambda ctx: actor_names(ctx, actors))) == 1
    assert await statements_of(clinic, lambda ctx: actor_names(ctx, ["apply"])) == []
