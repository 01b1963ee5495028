"""Requests to log in and out, and for tokens of devices."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from kalends.dialects.carecloud.fields.customers import dialled_phone
from kalends.dialects.carecloud.fields.logins import (
    CUSTOMER_LOGIN,
    DEVICE,
    PUSH_TOKEN,
    SETUP,
    TOKEN,
    USER_LOGIN,
    USER_LOGOUT,
)
from kalends.dialects.carecloud.parse.reader import Reader
from kalends.dialects.kit.codecs import Unreadable
from kalends.engine.refusals import Fault


class UserLogin(msgspec.Struct, frozen=True):
    """The login of a user in an application."""

    application: str
    login: str
    password: str


class UserLogout(msgspec.Struct, frozen=True):
    """The application in which a session is to be ended, and its token."""

    application: str
    secret: str


class NewToken(msgspec.Struct, frozen=True):
    """The application and device that a token is for, and what the device told of itself."""

    application: str
    device_id: str
    details: dict[str, Any]


class CustomerLogin(msgspec.Struct, frozen=True):
    """The login of a customer by `email` or `phone`."""

    by: Literal["email", "phone"]
    value: str
    password: str


def parse_user_login(params: Mapping[str, Any]) -> UserLogin:
    """A user's login. Raises Invalid(application, login, password: blank, invalid, too_long)."""
    reader = Reader(None, params)
    fields = reader.complete(USER_LOGIN)
    reader.done()
    return UserLogin(**fields)


def parse_user_logout(params: Mapping[str, Any]) -> UserLogout:
    """The end of a session. Raises Invalid(application, secret: blank, invalid, too_long)."""
    reader = Reader(None, params)
    fields = reader.complete(USER_LOGOUT)
    reader.done()
    return UserLogout(**fields)


def parse_new_token(params: Mapping[str, Any]) -> NewToken:
    """A token for a device. Raises Invalid(device, setup, application, fields of both: blank, invalid, too_long)."""
    reader = Reader(None, params)
    application = reader.complete(TOKEN).get("application", "")
    device = reader.complete(DEVICE, reader.object("device"))
    details = _setup(reader)
    reader.done()
    return NewToken(application, device.pop("device_id"), {"device": device, **details})


def parse_setup(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a device tells of itself later. Raises Invalid(setup, its fields: blank, invalid, too_long)."""
    reader = Reader(None, params)
    details = _setup(reader)
    reader.done()
    return details


def parse_customer_login(params: Mapping[str, Any]) -> CustomerLogin:
    """A customer's login. Raises Invalid(login_type, login_value, password: blank, not_included, invalid, too_long).

    There are no cards, so nobody logs in with one.
    """
    reader = Reader(None, params)
    fields = reader.complete(CUSTOMER_LOGIN)
    if fields.get("login_type") == "card":
        reader.faults.append(Fault("login_type", "not_included"))
    value = fields.get("login_value", "")
    if fields.get("login_type") == "phone":
        try:
            value = dialled_phone.read(value, None)
        except Unreadable as unreadable:
            reader.faults.append(Fault("login_value", unreadable.reason))
    reader.done()
    return CustomerLogin(fields["login_type"], value, fields["password"])


def _setup(reader: Reader) -> dict[str, Any]:
    setup = reader.complete(SETUP, reader.object("setup"))
    return {"setup": setup, **reader.fields(PUSH_TOKEN)}
