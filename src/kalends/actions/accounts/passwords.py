"""Hash and verify passwords with argon2id, in two threads: that bounds memory and keeps the event loop free.

Source of the parameters: OWASP Password Storage Cheat Sheet, argon2id with 19 MiB, 2 passes, 1 lane. A hash contains
its parameters, so they can be raised later and older hashes still verify.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kalends.engine.refusals import Fault, Invalid

SHORTEST, LONGEST = 10, 1000  # characters; the upper bound limits the time that hashing takes

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$sp0SKBXUIS++Kyc5qo/c9g$ULfL3Rr/85laiGZq2+Zycc9YzawmbBgX709fNIqkJcA"
"""Verified when there is no hash, so that an unknown login takes as long as a wrong password."""


def check_password(password: str) -> None:
    """Raise Invalid(password: too_short, too_long) for a password of a length that is not allowed."""
    if len(password) < SHORTEST:
        raise Invalid(Fault("password", "too_short"))
    if len(password) > LONGEST:
        raise Invalid(Fault("password", "too_long"))


def random_password() -> str:
    """Generate an initial password: 96 random bits as 16 characters that can be typed."""
    return secrets.token_urlsafe(12)


async def hash_password(password: str) -> str:
    """Hash a password with a new salt. Takes about 25 ms of CPU time."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _encoded(password))


async def is_password(password: str, password_hash: str | None) -> bool:
    """Return whether the password has this hash; False without a hash. Takes the same time in every case."""
    possible = password_hash is not None and len(password) <= LONGEST
    verified = await asyncio.get_running_loop().run_in_executor(
        _THREADS, _verify, password_hash if possible and password_hash else NOBODYS_HASH, _encoded(password[:LONGEST])
    )
    return possible and verified


def _verify(password_hash: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _encoded(password: str) -> bytes:
    return password.encode(errors="surrogatepass")
