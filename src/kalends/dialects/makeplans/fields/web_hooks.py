"""Webhooks, each for one event or, with a wildcard, for several."""

from collections.abc import Mapping
from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import Field, Line, renderer
from kalends.dialects.makeplans.fields.view import url

KINDS: Mapping[str, str] = {"booking": "item", "event": "session", "person": "customer"}
"""The vendor's names of what events are about, and the engine's."""
_WORDS = {**KINDS, "modified": "changed"}
# Each word stands for the other, so that whatever name was sent is shown as it was sent.
_SWAPPED = _WORDS | {engine: wire for wire, engine in _WORDS.items()}

_event_name = codecs.text(50)


def translated_event(name: str) -> str:
    """The vendor's name of an event of the engine, or the other way round: `booking.modified` is `item.changed`."""
    return ".".join(_SWAPPED.get(word, word) for word in name.split("."))


def _read_event(value: Any, context: WireContext) -> tuple[str, ...]:
    """The engine's events; a wildcard for the kind stands for the kinds that the vendor knows, and for no others."""
    name = _event_name.read(value, context)
    kind, _, past = name.partition(".")
    if kind == "*":
        return tuple(f"{each}.{translated_event(past or '*')}" for each in KINDS.values())
    return (translated_event(name),) if name else ()


def _write_event(events: tuple[str, ...]) -> str:
    if len(events) == 1:
        return translated_event(events[0])
    past = translated_event(events[0].partition(".")[2])
    return "*" if past == "*" else f"*.{past}"


WEB_HOOK: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("target_url", "url", url),
    Field("event", "events", Codec(_read_event, lambda context: _write_event)),
    Field("active", "active", codecs.flag),
    # Our own addition: what its messages are to be signed with.
    Field("secret", "secret", codecs.text(256), "in"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
)

web_hook = renderer("WebHook", WEB_HOOK)
