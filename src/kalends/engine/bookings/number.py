"""Reservation numbers: short texts such as `a2se8w` by which people name an item, and which reveal nothing of it.

A number is the item's id, permuted by a Feistel network that is keyed by the installation's secret and the account, and
written with digits and small letters: 6 characters for ids below 36^6, 11 for the others. Nothing is stored, and two
items never have the same number. Source: Luby and Rackoff, "How to construct pseudorandom permutations from
pseudorandom functions" (1988); Black and Rogaway, "Ciphers with arbitrary finite domains" (2002), cycle walking.
"""

import hashlib
from functools import lru_cache

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ROUNDS = 4
_SHORT, _LONG = 6, 11
_SHORT_BOUND = 36**_SHORT
_SHORT_HALF, _LONG_HALF = 16, 27  # bits; 36^6 < 2^32, and 2^54 < 36^11


@lru_cache(maxsize=65_536)
def number_of(secret: bytes, account_id: int, item_id: int) -> str:
    """The number of an item of the account; `secret` is the installation's."""
    if item_id >= _SHORT_BOUND:
        return _text(_permuted(secret, account_id, item_id, _LONG_HALF), _LONG)
    number = _permuted(secret, account_id, item_id, _SHORT_HALF)
    while number >= _SHORT_BOUND:
        number = _permuted(secret, account_id, number, _SHORT_HALF)
    return _text(number, _SHORT)


def item_id_of(secret: bytes, account_id: int, number: str) -> int | None:
    """The id of the item with this number, in small or capital letters; None for a text that is no number."""
    text = number.strip().lower()
    if len(text) not in (_SHORT, _LONG) or not set(text) <= set(_DIGITS):
        return None
    value = int(text, 36)
    if len(text) == _LONG:
        item_id = _restored(secret, account_id, value, _LONG_HALF) if value < 1 << 2 * _LONG_HALF else 0
        return item_id if _SHORT_BOUND <= item_id < 1 << 53 else None
    item_id = _restored(secret, account_id, value, _SHORT_HALF)
    while item_id >= _SHORT_BOUND:
        item_id = _restored(secret, account_id, item_id, _SHORT_HALF)
    return item_id


def _permuted(secret: bytes, account_id: int, number: int, half: int) -> int:
    left, right = number >> half, number & ((1 << half) - 1)
    for nr in range(_ROUNDS):
        left, right = right, left ^ _mix(secret, account_id, nr, right, half)
    return left << half | right


def _restored(secret: bytes, account_id: int, number: int, half: int) -> int:
    left, right = number >> half, number & ((1 << half) - 1)
    for nr in reversed(range(_ROUNDS)):
        left, right = right ^ _mix(secret, account_id, nr, left, half), left
    return left << half | right


def _mix(secret: bytes, account_id: int, nr: int, value: int, half: int) -> int:
    data = b"reservation" + account_id.to_bytes(8, "big") + bytes((nr, half)) + value.to_bytes(4, "big")
    digest = hashlib.blake2b(data, key=secret[:64], digest_size=4).digest()
    return int.from_bytes(digest, "big") & ((1 << half) - 1)


def _text(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
