"""Codecs of lists of ids, as texts of digits."""

from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, Unreadable

MOST_IDS = 1000


def _read_ids(value: Any, context: Any) -> list[int] | None:
    """The ids, each once. Unreadable: invalid, too_many, and as `codecs.identifier`."""
    if value == "":
        return None
    if not isinstance(value, list):
        raise Unreadable("invalid")
    if len(value) > MOST_IDS:
        raise Unreadable("too_many")
    ids = [codecs.identifier.read(item, context) for item in value if item is not None]
    return list(dict.fromkeys(id_ for id_ in ids if id_ is not None))


def _read_texts(value: Any, context: Any) -> list[str] | None:
    ids = _read_ids(value, context)
    return None if ids is None else [str(id_) for id_ in ids]


ids = Codec(_read_ids)
"""A list of ids."""
id_texts = Codec(_read_texts)
"""A list of ids of what is not there, as it is kept."""
