"""Whether and when a customer is told of a change, with the message as it will be."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from kalends.actions.context import Context
from kalends.actions.messages.about_item import CustomerNotice
from kalends.console.at_site import AtSite
from kalends.console.views.forms import Field
from kalends.console.views.wall_times import wall_text
from kalends.engine.time.clock import HOUR

CHOICES = ("yes", "later", "no")
"""What a form sends as `tell`; "" leaves it to the account."""
_ROUNDED = timedelta(minutes=15)


class NoticeView(msgspec.Struct, frozen=True):
    """What the customer would be told: `channel` is the key of a text, `seconds` for how long it is held back, `chosen`
    one of CHOICES, `later` the field that says until when it waits. `text` is "" where there is none yet."""

    channel: str
    address: str
    language: str
    chosen: str
    later: Field
    subject: str
    text: str
    seconds: int


def notice_view(
    ctx: Context, at: AtSite, notice: CustomerNotice | None, sent: Mapping[str, str], fault: str = ""
) -> NoticeView | None:
    """The message as a page shows it, with what was chosen so far; None if the customer can't be told."""
    if notice is None:
        return None
    usual = "yes" if notice.usual else "no"
    in_an_hour = (ctx.now + HOUR).astimezone(at.zone)
    rounded = in_an_hour - timedelta(minutes=in_an_hour.minute % 15) + _ROUNDED
    rendered = notice.rendered
    return NoticeView(
        channel=f"channel.{notice.channel}",
        address=notice.address,
        language=notice.language,
        chosen=sent["tell"] if sent["tell"] in CHOICES else usual,
        later=Field(
            "tell_at",
            "tell.at",
            kind="datetime-local",
            value=sent["tell_at"] or wall_text(rounded),
            fault=fault,
        ),
        subject=rendered.subject if rendered is not None else "",
        text=rendered.text if rendered is not None else "",
        seconds=ctx.account.policy.undo_seconds,
    )
