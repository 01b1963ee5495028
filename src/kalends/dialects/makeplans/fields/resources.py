"""Resources, their exception dates, and providers: the engine's assignments of services to resources."""

from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Field, Line, PassThrough, renderer
from kalends.dialects.makeplans.fields import hours
from kalends.dialects.makeplans.fields.view import DOOR, related
from kalends.engine.limits import MOST_UNITS

RESOURCE: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("title", "title", codecs.text(null="")),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("capacity", "capacity", codecs.number(0, MOST_UNITS)),
    Field("external_id", "external_id", codecs.search_text()),
    Field("active", "active", codecs.flag, "out"),
    PassThrough("custom_data", codecs.custom_data),
    *hours.SENT,
    *hours.SENT_OLD,
    *hours.SHOWN,
    *hours.SHOWN_OLD,
)

EXCEPTION_DATE: tuple[Line, ...] = (
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier, "out"),
    Field("exception_date", "day", codecs.day),
    Field("opening_hours", "hours", hours.day_or_usual),
    Field("service_id", "service_id", codecs.identifier),
    Field("_destroy", "usual", codecs.flag, "in"),
)

SCOPE = (Field("service_id", "service_id", codecs.identifier),)

PROVIDER: tuple[Line, ...] = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("resource_id", "resource_id", codecs.identifier),
    Field("service_id", "service_id", codecs.identifier),
    Field("priority_value", "position", codecs.number()),
    *hours.SENT,
    *hours.SHOWN,
)

resource = renderer("Resource", RESOURCE, door=DOOR)
exception_date = renderer("ExceptionDate", EXCEPTION_DATE)
provider = renderer("Provider", PROVIDER)
nested_resource = related(resource)
