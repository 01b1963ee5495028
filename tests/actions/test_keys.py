"""Keys are shown once, are for one door, and are taken back at once."""

import pytest

from kalends.actions.keys import create_key, list_keys, recognise, revoke_key
from kalends.engine.refusals import Forbidden, Unauthenticated
from kalends.store.db import Pool
from tests.world import open_clinic

DOOR, OTHER_DOOR = "front", "back"


async def test_a_key_tells_the_account_and_what_is_open_to_it(db: Pool) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR, "till", frozenset({clinic.site}))
    ctx, key_id = await recognise(db, clinic.now, DOOR, secret)
    assert (ctx.account, ctx.site_ids, key_id) == (clinic.account, frozenset({clinic.site}), key.id)
    assert ctx.who == f"key:{key.id}"


async def test_a_key_has_256_bits_and_is_stored_nowhere(db: Pool) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR)
    assert len(bytes.fromhex(secret)) == 32
    stored = await db.fetchval("select k::text from key k where account_id = $1 and id = $2", clinic.account.id, key.id)
    assert secret not in stored


async def test_a_key_is_for_one_door(db: Pool) -> None:
    clinic = await open_clinic(db)
    _, secret = await create_key(clinic.ctx(), DOOR)
    with pytest.raises(Forbidden):
        await recognise(db, clinic.now, OTHER_DOOR, secret)


@pytest.mark.parametrize("guess", ["", "x", "0" * 64, "\udcff"])
async def test_a_guess_is_nobody(db: Pool, guess: str) -> None:
    clinic = await open_clinic(db)
    with pytest.raises(Unauthenticated):
        await recognise(db, clinic.now, DOOR, guess)


@pytest.mark.parametrize("by", ["number", "secret"])
async def test_a_key_taken_back_is_refused(db: Pool, by: str) -> None:
    clinic = await open_clinic(db)
    key, secret = await create_key(clinic.ctx(), DOOR)
    named = str(key.id) if by == "number" else secret
    assert await revoke_key(db, clinic.now, named)
    assert not await revoke_key(db, clinic.now, named)
    with pytest.raises(Unauthenticated):
        await recognise(db, clinic.now, DOOR, secret)
    assert [one.revoked_at for one in await list_keys(clinic.ctx())] == [clinic.now]


async def test_keys_of_another_account_are_not_listed(db: Pool) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    await create_key(other.ctx(), DOOR)
    assert await list_keys(clinic.ctx()) == []
