"""Ids as hexadecimal text that is the same for ever and reveals nothing: neither how many there are nor which is older.

An id is permuted by a Feistel network, keyed by the installation's secret, the account and the kind of object, so the
same number is another text in each account and for each kind. The block is wider than an id: what was not made with
the same key is, but for 1 in 2^34 (22 digits), not the text of any id. Nothing is stored.
Source: Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom functions" (1988).
"""

import hashlib
from collections.abc import Callable
from typing import Any

from kalends.dialects.kit.codecs import Codec, Unreadable
from kalends.engine.refusals import NotFound

ID_BITS = 53
"""No id is larger, so that every JSON parser reads it exactly."""
DIGITS = 22
_ROUNDS = 6
_HEX = frozenset("0123456789abcdef")


class OpaqueIds:
    """The opaque ids of one account, of so many hexadecimal digits: an even number from 16 on."""

    def __init__(self, secret: bytes, account_id: int, digits: int = DIGITS) -> None:
        if digits < 16 or digits % 2:
            raise ValueError(f"not an even number of digits from 16 on: {digits}")
        self.digits = digits
        self._half = digits * 2
        self._mask = (1 << self._half) - 1
        self._account_key = hashlib.blake2b(account_id.to_bytes(8, "big"), key=secret, digest_size=32).digest()
        self._rounds: dict[str, tuple[Any, ...]] = {}

    def encode(self, kind: str, number: int) -> str:
        """The text of the id of an object of this kind, such as `booking`."""
        left, right = number >> self._half, number & self._mask
        for keyed in self._keyed(kind):
            left, right = right, left ^ self._mixed(keyed, right)
        return f"{left << self._half | right:0{self.digits}x}"

    def decode(self, kind: str, text: object) -> int | None:
        """The id whose text this is; None when it is nobody's: of another form, account, kind or installation."""
        if not isinstance(text, str) or len(text) != self.digits or not _HEX.issuperset(text):
            return None
        block = int(text, 16)
        left, right = block >> self._half, block & self._mask
        for keyed in reversed(self._keyed(kind)):
            left, right = right ^ self._mixed(keyed, left), left
        number = left << self._half | right
        return number if 0 < number < 1 << ID_BITS else None

    def parse(self, kind: str, text: str) -> int:
        """The id in a path. Raises NotFound."""
        number = self.decode(kind, text)
        if number is None:
            raise NotFound(kind, text)
        return number

    def _keyed(self, kind: str) -> tuple[Any, ...]:
        """A hash for each round, to which the half of a block is added; copying it is quicker than keying another."""
        keyed = self._rounds.get(kind)
        if keyed is None:
            name, size = kind.encode(), (self._half + 7) // 8
            keyed = self._rounds[kind] = tuple(
                hashlib.blake2b(bytes((nr,)) + name + b"\0", key=self._account_key, digest_size=size)
                for nr in range(_ROUNDS)
            )
        return keyed

    def _mixed(self, keyed: Any, half: int) -> int:
        mixing = keyed.copy()
        mixing.update(half.to_bytes((self._half + 7) // 8, "big"))
        return int.from_bytes(mixing.digest(), "big") & self._mask


def opaque_id(kind: str) -> Codec:
    """An id of this kind as opaque text; the context has the account's OpaqueIds as `opaque_ids`."""

    def read(value: Any, wire_context: Any) -> int | None:
        if value == "":
            return None
        number: int | None = wire_context.opaque_ids.decode(kind, value)
        if number is None:
            raise Unreadable("unknown")
        return number

    def writer(wire_context: Any) -> Callable[[int], str]:
        return lambda number: str(wire_context.opaque_ids.encode(kind, number))

    return Codec(read, writer)
