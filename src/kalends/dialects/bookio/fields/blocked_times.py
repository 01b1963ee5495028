"""Blocked times: the engine's blocks of whole sites. Source: Bookio reference, blocked times."""

from kalends.dialects.bookio.fields.reservations import external_id, external_number, site_of
from kalends.dialects.bookio.fields.view import local_time, local_writer
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, Line, from_row, renderer

BLOCKED_TIME: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Computed("externalId", from_row(external_id)),
    Computed("dateFrom", local_writer(lambda row: row.view.item.starts_at, site_of)),
    Computed("dateTo", local_writer(lambda row: row.view.item.ends_at, site_of)),
    Field("note", "notes", codecs.text(), "out"),
)
NEW: tuple[Line, ...] = (
    Field("facilityId", "site_id", codecs.identifier, "in"),
    Field("dateFrom", "starts_at", local_time, "in"),
    Field("dateTo", "ends_at", local_time, "in"),
    Field("externalId", "external_id", external_number, "in"),
    Field("note", "notes", codecs.text(codecs.TEXT), "in"),
)
QUERY: tuple[Line, ...] = (
    Field("facilityId", "site_id", codecs.identifier, "in"),
    Field("dateFrom", "first", codecs.day, "in"),
    Field("dateTo", "last", codecs.day, "in"),
)

blocked_time = renderer("BlockedTime", BLOCKED_TIME, source="view.item")
