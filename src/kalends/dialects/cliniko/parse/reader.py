"""Reads request bodies: times in UTC, fields that may not be left out."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.view import UTC
from kalends.dialects.kit import reader
from kalends.dialects.kit.codecs import WireContext
from kalends.engine.limits import length_faults


class Reader(reader.Reader):
    """A reader whose times are in UTC."""

    def __init__(self, ctx: Context, sent: Mapping[str, Any]) -> None:
        super().__init__(ctx, sent)
        self.wire_context = WireContext(UTC, ctx.now)

    def check_present(self, fields: Mapping[str, Any], *names: str) -> None:
        """Adds a fault `blank` for each of these engine fields that is missing, null or blank."""
        self.add_blank_faults(*(name for name in names if not str(fields.get(name) or "").strip()))

    def check_end(self, fields: Mapping[str, Any]) -> None:
        """Adds a fault for an end that does not come after its start, or too late."""
        start, end = fields.get("starts_at"), fields.get("ends_at")
        if start is not None and end is not None:
            self.faults += length_faults(start, end)


def without_shown(fields: Mapping[str, Any], **shown: Any) -> dict[str, Any]:
    """The fields without those that were sent as they are shown: what is stored may be something else, for which the
    wire has no word, and stays."""
    return {name: value for name, value in fields.items() if name not in shown or value != shown[name]}
