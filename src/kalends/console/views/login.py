"""The page on which staff log in."""

from collections.abc import Mapping

from kalends.console.pages import text
from kalends.console.views.forms import Complaint, Field, Form
from kalends.web.call import Call

FIELDS = ("account", "email", "password", "next")


def login_form(call: Call, sent: Mapping[str, str], complaint: Complaint | None = None) -> Form:
    """The form with what was sent, but without the password; `next` is where to go afterwards."""
    fields = (
        Field("account", "login.account", "organization", value=sent["account"], hint="login.account_hint"),
        Field("email", "login.email", "username", "email", sent["email"]),
        Field("password", "login.password", "current-password", "password"),
    )
    form = Form("/login", fields, "login.submit", hidden={"next": sent["next"]} if sent["next"] else {})
    return form.with_complaint(complaint, lambda message: text(call, message))
