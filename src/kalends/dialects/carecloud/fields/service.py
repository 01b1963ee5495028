"""Parameters of the calls that tell whether the API can be reached, and which languages it speaks."""

from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Field, Line

CONNECTION: tuple[Line, ...] = (Field("test_string", "test_string", codecs.text(codecs.TEXT, null=""), "in"),)
LANGUAGES: tuple[Line, ...] = (
    Field(
        "language_list_type",
        "language_list_type",
        codecs.choice("carecloud-api", "web-portal", "customer-communication"),
        "in",
    ),
    Field("default_language", "default_only", codecs.flag, "in"),
)
