"""People: the engine's customers."""

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec
from kalends.dialects.kit.fields import Computed, Field, PassThrough, once_per_id, renderer
from kalends.dialects.makeplans.fields.view import DOOR, from_row
from kalends.engine.customers.customer import Customer

_blank_is_null = codecs.text(null="")


def _phone(customer: Customer) -> str | None:
    return customer.phone


def _blocked(customer: Customer) -> bool:
    return customer.blocked_at is not None


PERSON = (
    Field("id", "id", codecs.identifier, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("name", "name", _blank_is_null),
    Field("email", "email", codecs.text()),
    Field("phone_number", "phone", codecs.text(), also=("phonenumber",)),
    Computed("phonenumber", from_row(_phone)),  # the deprecated name
    Field("phone_number_formatted", "phone_e164", codecs.text(), "out"),
    Field("external_id", "external_id", codecs.search_text()),
    Field("custom_data", "custom", codecs.custom_data),
    Field("date_of_birth", "date_of_birth", codecs.day),
    Field("national_id_no", "national_id", codecs.search_text()),
    Field("street", "street", _blank_is_null),
    Field("city", "city", _blank_is_null),
    Field("postal_code", "postcode", _blank_is_null),
    Field("state", "state", _blank_is_null),
    Field("country_code", "country", _blank_is_null),
    Field("notes", "notes", codecs.text(codecs.TEXT, null="")),
    Field("parent_id", "parent_id", codecs.identifier),
    Computed("blocked", from_row(_blocked)),
    Field("locale", "locale", codecs.search_text(35)),
    PassThrough("opt_in_marketing", codecs.flag),
    PassThrough("opt_in_marketing_at", codecs.moment_text),
)

QUERY = (
    Field("search", "search", codecs.search_text()),
    Field("email", "email", codecs.search_text()),
    Field("phone_number", "phone", codecs.search_text(), also=("phonenumber",)),
    Field("external_id", "external_id", codecs.search_text()),
    Field("name", "name", codecs.search_text()),
    Field("date_of_birth", "date_of_birth", codecs.day),
    Field("national_id_no", "national_id", codecs.search_text()),
    Field("since", "updated_after", codecs.moment_or_word),
)

MERGE = (Field("merge_person_id", "merged_id", codecs.identifier),)

person = renderer("Person", PERSON, door=DOOR)
nested_person = Codec(lambda value, context: value, once_per_id(person))
