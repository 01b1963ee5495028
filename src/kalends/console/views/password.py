"""The form with which users change their own password."""

from kalends.actions.accounts.passwords import LONGEST, SHORTEST
from kalends.console.pages import text
from kalends.console.views.forms import Complaint, Field, Form
from kalends.engine.refusals import Invalid, Refusal, TooManyAttempts
from kalends.notices.texts import Message
from kalends.web.call import Call

FIELDS = ("old_password", "password", "again")
REASONS = ("invalid", "too_short", "too_long")


def password_form(call: Call, complaint: Complaint | None = None) -> Form:
    """The form, always empty: passwords are not sent back."""
    fields = (
        Field("old_password", "password.old", "current-password", "password"),
        Field("password", "password.new", "new-password", "password", hint="password.hint"),
        Field("again", "password.again", "new-password", "password"),
    )
    form = Form("/account/password", fields, "password.submit")
    return form.with_complaint(complaint, lambda message: text(call, message))


def complaint_of(refusal: Refusal) -> Complaint:
    """What the form says of a refusal to change the password."""
    if isinstance(refusal, TooManyAttempts):
        return Complaint(whole=too_many_attempts(refusal))
    limits = {"least": SHORTEST, "most": LONGEST}
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    return Complaint({fault.field: Message(f"password.{fault.reason}", limits) for fault in faults})


def too_many_attempts(refusal: TooManyAttempts) -> Message:
    """When it can be tried again, in minutes."""
    return Message("too_many_attempts", {"count": -(-refusal.retry_after // 60)})
