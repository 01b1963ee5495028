"""Users: the staff of the account who can log in."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATETIME, ID, FilterField, Listing
from kalends.dialects.cliniko.fields.time_zones import label
from kalends.dialects.cliniko.fields.view import RenderContext, self_link
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Computed, Field, constant, from_row, renderer
from kalends.engine.accounts.user import StaffUser

ROLES = {
    "owner": "administrator",
    "manager": "power receptionist",
    "staff": "receptionist",
    "readonly": "scheduler",
    "practitioner": "practitioner",
}
"""The vendor's role that comes nearest, by ours."""


def _first_name(user: StaffUser) -> str:
    return user.name.rpartition(" ")[0] or user.name


def _last_name(user: StaffUser) -> str:
    return user.name.rpartition(" ")[2] if " " in user.name else ""


def _active(user: StaffUser) -> bool:
    return user.disabled_at is None


def _role(user: StaffUser) -> str:
    return ROLES[user.role]


def _time_zone(context: RenderContext) -> Callable[[StaffUser], Any]:
    name = label(context.account_zone.key)
    return lambda user: name


def _time_zone_identifier(context: RenderContext) -> Callable[[StaffUser], Any]:
    return lambda user: context.account_zone.key


USER = (
    Field("id", "id", codecs.identifier_text, "out"),
    Field("created_at", "created_at", codecs.moment, "out"),
    Field("updated_at", "updated_at", codecs.moment, "out"),
    Field("email", "email", codecs.text(), "out"),
    Computed("first_name", from_row(_first_name)),
    Computed("last_name", from_row(_last_name)),
    Computed("role", from_row(_role)),
    Computed("active", from_row(_active)),
    Computed("user_active", from_row(_active)),
    Computed("time_zone", _time_zone),
    Computed("time_zone_identifier", _time_zone_identifier),
    Computed("title", constant(None)),
    Computed("phone_numbers", constant([])),
    Computed("privacy_policy_accepted", constant(None)),
    Computed("new_ui_enabled", constant(None)),
    Computed("links", self_link("users")),
)

USERS = Listing(
    "users",
    (
        FilterField("id", "id", ID),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
    ),
)

user = renderer("User", USER)
