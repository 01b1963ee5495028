"""What a customer logs in with, in apps in which they do."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.ids import CustomerRef
from kalends.api.schemas.users import Password

LoginName = Annotated[str, Meta(extra={"form": "named"}, max_length=254, examples=["kari@example.org"])]


class CustomerLogin(msgspec.Struct, frozen=True, kw_only=True):
    """The login of a customer."""

    login: Annotated[
        LoginName | None,
        Meta(description="Null if they can't log in; empty if they do by their e-mail address or phone number alone."),
    ]


class CustomerLoginInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a customer is to log in with; no other has it."""

    login: LoginName


class NewCustomerLogin(msgspec.Struct, frozen=True, kw_only=True):
    """A login with its password, which is not shown again."""

    login: LoginName
    password: Password


class CustomerWithLogin(msgspec.Struct, frozen=True, kw_only=True):
    """One customer."""

    customer_id: CustomerRef
