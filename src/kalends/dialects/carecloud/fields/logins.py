"""Logins of users and customers, tokens of devices, and the user who has logged in."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from kalends.dialects.carecloud.fields.view import RenderContext, local
from kalends.dialects.kit import codecs
from kalends.dialects.kit.fields import Field, Line
from kalends.engine.accounts.principal import ROLE_SCOPES
from kalends.engine.accounts.user import StaffUser

_PASSWORD = codecs.text(1000)

USER_LOGIN: tuple[Line, ...] = (
    Field("user_external_application_id", "application", codecs.text(), "in"),
    Field("login", "login", codecs.text(), "in"),
    Field("password", "password", _PASSWORD, "in"),
)
USER_LOGOUT: tuple[Line, ...] = (
    Field("user_external_application_id", "application", codecs.text(), "in"),
    Field("bearer_token", "secret", codecs.text(), "in"),
)
TOKEN: tuple[Line, ...] = (Field("external_application_id", "application", codecs.text(), "in"),)
PUSH_TOKEN: tuple[Line, ...] = (Field("push_token", "push_token", codecs.text(4096), "in"),)
DEVICE: tuple[Line, ...] = (
    Field("device_id", "device_id", codecs.text(), "in"),
    Field("device_system", "device_system", codecs.text(), "in"),
    Field("device_name", "device_name", codecs.text(), "in"),
    Field("device_type", "device_type", codecs.text(), "in"),
)
SETUP: tuple[Line, ...] = (
    Field("language_id", "language_id", codecs.text(35), "in"),
    Field("allowed_gps", "allowed_gps", codecs.flag, "in"),
    Field("allowed_notifications", "allowed_notifications", codecs.flag, "in"),
)
CUSTOMER_LOGIN: tuple[Line, ...] = (
    Field("login_type", "login_type", codecs.choice("email", "phone", "card"), "in"),
    Field("login_value", "login_value", codecs.text(), "in"),
    Field("password", "password", _PASSWORD, "in"),
)

_ROLES = tuple(ROLE_SCOPES)


class User(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user on the wire. No phone is known, and none is shown."""

    user_id: str
    login: str
    first_name: str
    last_name: str
    email: str
    user_role_ids: list[str]
    last_login: str
    store_id: str | None = None


def user(context: RenderContext, logged_in_at: datetime) -> Callable[[StaffUser], User]:
    """Writes the user who logged in at this time. The first words of the name are the first name.

    The store is the user's site, if the user is limited to a single one.
    """
    encode = context.opaque_ids.encode

    def write(user: StaffUser) -> User:
        *first, last = user.name.split() or [""]
        sites = user.site_ids or ()
        return User(
            user_id=encode("user", user.id),
            login=user.email,
            first_name=" ".join(first),
            last_name=last,
            email=user.email,
            user_role_ids=[encode("role", _ROLES.index(user.role) + 1)],
            last_login=local(logged_in_at, context.zone),
            store_id=encode("site", min(sites)) if len(sites) == 1 else None,
        )

    return write
