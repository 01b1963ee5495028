"""Opaque ids are stable, reversible, and say nothing about how many there are."""

import asyncio
import itertools
from types import SimpleNamespace

import asyncpg
import msgspec
import pytest
from asyncpg.connection import LoggedQuery
from hypothesis import given
from hypothesis import strategies as st

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.dialects.kit.opaque_ids import OpaqueIds, opaque_id, opaque_ids
from kalends.engine.refusals import NotFound
from kalends.store.db import Db
from kalends.store.installation import load_opaque_id_secret
from kalends.web.auth import ID_BOUND
from kalends.web.call import Remembered
from kalends.web.installation import secret_of
from tests.web.calls import call_with
from tests.world import World

IDS = OpaqueIds(b"the secret of this installation!", 7)
FOR_EVER = ["ff9c47136d02f0efeb66ba", "e86284e0bf425565d6c07b", "b05c875dcd0f00e64910f8"]
NUMBERS = st.integers(1, ID_BOUND - 1)


@given(NUMBERS, st.sampled_from([16, 18, 22, 26]))
def test_an_id_comes_back(number: int, digits: int) -> None:
    ids = OpaqueIds(b"secret", 7, digits)
    text = ids.encode("booking", number)
    assert (len(text), ids.decode("booking", text), ids.parse("booking", text)) == (digits, number, number)


@given(NUMBERS, NUMBERS)
def test_two_ids_are_two_texts(first: int, second: int) -> None:
    assert (IDS.encode("booking", first) == IDS.encode("booking", second)) is (first == second)


def test_a_text_is_the_same_for_ever() -> None:
    assert [IDS.encode("booking", number) for number in (1, 2, ID_BOUND - 1)] == FOR_EVER


@given(NUMBERS)
def test_an_id_of_elsewhere_is_nobodys(number: int) -> None:
    text = IDS.encode("booking", number)
    others = (OpaqueIds(b"the secret of this installation!", 8), OpaqueIds(b"another secret", 7))
    assert [ids.decode("booking", text) for ids in others] == [None, None]
    assert IDS.decode("customer", text) is None


@given(st.text("0123456789abcdef", min_size=22, max_size=22))
def test_a_forged_text_is_nobodys(text: str) -> None:
    assert IDS.decode("booking", text) is None
    with pytest.raises(NotFound):
        IDS.parse("booking", text)


@pytest.mark.parametrize("text", ["", "7", "g" * 22, "A" * 22, "٢" * 22, "0" * 23, "0x" + "0" * 20, 7, None, ["a"]])
def test_another_form_is_nobodys(text: object) -> None:
    assert IDS.decode("booking", text) is None


def test_neighbours_have_nothing_in_common() -> None:
    """Of 88 bits about half change from one id to the next, and the order of texts is not that of ids."""
    texts = [IDS.encode("booking", number) for number in range(1, 1001)]
    blocks = [int(text, 16) for text in texts]
    changed = [(a ^ b).bit_count() for a, b in itertools.pairwise(blocks)]
    assert 43 < sum(changed) / len(changed) < 45
    rising = sum(a < b for a, b in itertools.pairwise(texts))
    assert 400 < rising < 600


@pytest.mark.parametrize("digits", [14, 17, 0])
def test_a_length_that_does_not_do(digits: int) -> None:
    with pytest.raises(ValueError, match="digits"):
        OpaqueIds(b"secret", 7, digits)


def test_fields_may_have_ids_in_three_forms() -> None:
    context = SimpleNamespace(opaque_ids=IDS)
    assert IDS.encode("booking", 7) == written(opaque_id("booking"), context)
    assert (written(codecs.identifier_text, context), codecs.identifier_text.read("7", context)) == ("7", 7)
    assert opaque_id("booking").read(IDS.encode("booking", 7), context) == 7
    assert opaque_id("booking").read("", context) is None
    with pytest.raises(Unreadable):
        opaque_id("booking").read("7", context)


def written(codec: Codec, context: object) -> object:
    assert codec.writer is not None
    return codec.writer(context)(7)


async def test_the_secret_is_drawn_once(db: Db) -> None:
    secret = await load_opaque_id_secret(db)
    assert len(secret) == 32
    assert await load_opaque_id_secret(db) == secret


async def test_a_process_asks_for_the_secret_once(clinic: World) -> None:
    statements: list[LoggedQuery] = []
    remembered = Remembered()
    assert isinstance(clinic.db, asyncpg.Pool)
    async with clinic.db.acquire() as own:
        ctx = msgspec.structs.replace(clinic.ctx(), db=own)
        with own.query_logger(statements.append):
            for _ in range(2):
                secret = await secret_of(msgspec.structs.replace(call_with(), remembered=remembered), ctx)
            await asyncio.sleep(0)  # the logger is called from the loop
    assert secret == await load_opaque_id_secret(clinic.db)
    assert [each.query for each in statements] == ["select opaque_id_secret from installation"]
    assert opaque_ids(secret, 7) is opaque_ids(secret, 7)
