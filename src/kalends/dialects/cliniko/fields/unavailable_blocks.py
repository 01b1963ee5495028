"""Unavailable blocks: the engine's blocks, of one resource or, made through other doors, of a whole site."""

from operator import attrgetter

from kalends.dialects.cliniko.fields.bookings import TIMESTAMPS, practitioner_id, repeat_rule, repeated_from, repeats
from kalends.dialects.cliniko.fields.filters import DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.view import DOOR, link, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, renderer

PATH = "unavailable_blocks"
_id = attrgetter("item.id")

UNAVAILABLE_BLOCK = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("starts_at", "starts_at", codecs.moment),
    Field("ends_at", "ends_at", codecs.moment),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("business_id", "site_id", codecs.identifier, "in"),
    Field("practitioner_id", "resource_id", codecs.identifier, "in"),
    *TIMESTAMPS,
    Computed("business", link("businesses", attrgetter("site_id"))),
    Computed("practitioner", link("practitioners", practitioner_id)),
    Computed("conflicts", link(PATH, _id, "conflicts")),
    Computed("repeated_from", repeated_from(PATH)),
    Computed("repeats", repeats(PATH)),
    Computed("links", self_link(PATH, _id)),
    repeat_rule,
)

UNAVAILABLE_BLOCKS = Listing(
    PATH,
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("business_id", "site_id", ID),
        FilterField("ends_at", "ends_at", DATETIME),
        FilterField("practitioner_id", "person_id", ID),
        FilterField("repeated_from_id", "repeated_from_id", ID),
        FilterField("starts_at", "starts_at", DATETIME),
    ),
    hidden=("archived_at",),
)

unavailable_block = renderer("UnavailableBlock", UNAVAILABLE_BLOCK, source="item", door=DOOR)
