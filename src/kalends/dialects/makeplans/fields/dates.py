"""The dates and resources for which opening hours, holidays and slots are requested."""

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import one_or_many
from kalends.dialects.kit.fields import Field

SPAN = (Field("from", "first", codecs.day), Field("to", "last", codecs.day))
HOURS = (
    *SPAN,
    Field("service_id", "service_id", codecs.identifier),
    Field("resource_id", "resource_ids", one_or_many(codecs.identifier, comma=True)),
)
SLOTS = (*SPAN, Field("selected_resources", "resource_ids", one_or_many(codecs.identifier, comma=True)))
