"""Webhooks, each for one event or, with a wildcard, for several."""

from typing import Any

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import Field, Line, renderer
from kalends.dialects.makeplans.fields.view import url

_event_name = codecs.text(50)


def _read_event(value: Any, context: WireContext) -> tuple[str, ...]:
    event = _event_name.read(value, context)
    return (event,) if event else ()


WEB_HOOK: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("target_url", "url", url),
    Field("event", "events", Codec(_read_event, lambda context: " ".join)),
    Field("active", "active", codecs.flag),
    # Our own addition: what its messages are to be signed with.
    Field("secret", "secret", codecs.text(256), "in"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
)

web_hook = renderer("WebHook", WEB_HOOK)
