"""Opaque ids: ids as hexadecimal text that never changes, and reveals neither how many there are nor their order.

An id is permuted by a Feistel network, keyed by the installation's secret, the account and the kind of object, so the
same number has a different text in each account and for each kind. The block is wider than an id: a text that was not
made with the same key decodes to an id only with a chance of 1 in 2^34 (22 digits). Nothing is stored.
Source: Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom functions" (1988).
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.engine.refusals import NotFound
from kalends.web.auth import ID_BOUND

DIGITS = 22
_ROUNDS = 6
_HEX = frozenset("0123456789abcdef")


class OpaqueIds:
    """The opaque ids of one account. They have `digits` hexadecimal digits, an even number of at least 16."""

    def __init__(self, secret: bytes, account_id: int, digits: int = DIGITS) -> None:
        if digits < 16 or digits % 2:
            raise ValueError(f"not an even number of digits from 16 on: {digits}")
        self.digits = digits
        self._half = digits * 2
        self._mask = (1 << self._half) - 1
        self._account_key = hashlib.blake2b(account_id.to_bytes(8, "big"), key=secret, digest_size=32).digest()
        self._rounds: dict[str, tuple[Any, ...]] = {}

    def encode(self, kind: str, number: int) -> str:
        """The text of an id of this kind of object, such as `booking`."""
        left, right = number >> self._half, number & self._mask
        for round_hash in self._round_hashes(kind):
            left, right = right, left ^ self._mix(round_hash, right)
        return f"{left << self._half | right:0{self.digits}x}"

    def decode(self, kind: str, text: object) -> int | None:
        """The id of a text; None if it has another form, or was made for another account, kind or installation."""
        if not isinstance(text, str) or len(text) != self.digits or not _HEX.issuperset(text):
            return None
        block = int(text, 16)
        left, right = block >> self._half, block & self._mask
        for round_hash in reversed(self._round_hashes(kind)):
            left, right = right ^ self._mix(round_hash, left), left
        number = left << self._half | right
        return number if 0 < number < ID_BOUND else None

    def parse(self, kind: str, text: str) -> int:
        """The id of a text in a path. Raises NotFound(kind)."""
        number = self.decode(kind, text)
        if number is None:
            raise NotFound(kind, text)
        return number

    def _round_hashes(self, kind: str) -> tuple[Any, ...]:
        """A keyed hash for each round. They are copied for each half of a block, which is faster than keying anew."""
        hashes = self._rounds.get(kind)
        if hashes is None:
            name, size = kind.encode(), (self._half + 7) // 8
            hashes = self._rounds[kind] = tuple(
                hashlib.blake2b(bytes((nr,)) + name + b"\0", key=self._account_key, digest_size=size)
                for nr in range(_ROUNDS)
            )
        return hashes

    def _mix(self, round_hash: Any, half: int) -> int:
        copy = round_hash.copy()
        copy.update(half.to_bytes((self._half + 7) // 8, "big"))
        return int.from_bytes(copy.digest(), "big") & self._mask


@lru_cache(maxsize=256)
def opaque_ids(secret: bytes, account_id: int) -> OpaqueIds:
    """The opaque ids of an account, with the keys that were made for its last requests."""
    return OpaqueIds(secret, account_id)


def opaque_id(kind: str) -> Codec:
    """An id of this kind as opaque text; a blank text is None. Unreadable: unknown.

    The context has the account's OpaqueIds as `opaque_ids`.
    """

    def read(value: Any, context: Any) -> int | None:
        if value == "":
            return None
        number: int | None = context.opaque_ids.decode(kind, value)
        if number is None:
            raise Unreadable("unknown")
        return number

    def writer(context: Any) -> Callable[[int], str]:
        return lambda number: str(context.opaque_ids.encode(kind, number))

    return Codec(read, writer)
