"""Passwords: hashed and verified by argon2id in a few threads, so that neither requests nor memory suffer.

Source of the parameters: OWASP Password Storage Cheat Sheet, argon2id with 19 MiB, 2 passes, 1 lane. Hashes say their
own parameters, so those may be raised; older hashes go on being verified.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kalends.engine.refusals import Fault, Invalid

SHORTEST, LONGEST = 10, 1000  # characters; a hash takes longer the longer the password is

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$sp0SKBXUIS++Kyc5qo/c9g$ULfL3Rr/85laiGZq2+Zycc9YzawmbBgX709fNIqkJcA"
"""Verified in place of a hash that is not there, so that an unknown login takes as long as a wrong password."""


def check_password(password: str) -> None:
    """Raises Invalid (password: too_short or too_long)."""
    if len(password) < SHORTEST:
        raise Invalid(Fault("password", "too_short"))
    if len(password) > LONGEST:
        raise Invalid(Fault("password", "too_long"))


def random_password() -> str:
    """A first password: 96 random bits in 16 characters that can be typed."""
    return secrets.token_urlsafe(12)


async def hash_password(password: str) -> str:
    """The password's hash, with a salt of its own. Takes about 25 ms of a core."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _encoded(password))


async def is_password(password: str, password_hash: str | None) -> bool:
    """Whether this is the password that was hashed; never where there is no hash. Takes as long in every case."""
    known = password_hash is not None and len(password) <= LONGEST
    fits = await asyncio.get_running_loop().run_in_executor(
        _THREADS, _verify, password_hash if known and password_hash else NOBODYS_HASH, _encoded(password[:LONGEST])
    )
    return known and fits


def _verify(password_hash: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _encoded(password: str) -> bytes:
    return password.encode(errors="surrogatepass")
