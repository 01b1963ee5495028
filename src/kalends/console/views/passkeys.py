"""The own passkeys of a user, and the form to add one."""

from collections.abc import Sequence

import msgspec

from kalends.console.views.forms import Field, Form
from kalends.console.views.times import Times
from kalends.engine.accounts.passkey import Passkey

PATH = "/account/passkeys"
FIELDS = ("name", "credential")


class PasskeyView(msgspec.Struct, frozen=True):
    """A passkey in the list; `used` is "" if it was not used yet."""

    id: int
    name: str
    made: str
    used: str


def passkey_views(passkeys: Sequence[Passkey], times: Times) -> tuple[PasskeyView, ...]:
    """The list."""
    return tuple(
        PasskeyView(each.id, each.name, times.day(each.created_at), times.at(each.used_at)) for each in passkeys
    )


def passkey_form() -> Form:
    """The form, in whose hidden field a script puts what the browser has made."""
    name = Field("name", "passkeys.name", hint="passkeys.name_hint", attributes={"maxlength": "255"})
    return Form(PATH, (name,), "passkeys.add", hidden={"credential": ""})
