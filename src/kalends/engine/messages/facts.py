"""What a message tells: the records that it is about, as they are when it is sent."""

from datetime import datetime

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.profile import Profile
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import TEMPLATES
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.add_on import LinkedAddOn
from kalends.engine.catalog.site import Site
from kalends.engine.customers.customer import Customer
from kalends.engine.messages.webhook import Webhook
from kalends.engine.time.span import Span

TEMPLATED = (*TEMPLATES, "reminder")
"""The kinds that accounts can have templates for."""
ABOUT_BOOKINGS = (*TEMPLATED, "template_fault", "digest")
KINDS = (*ABOUT_BOOKINGS, "webhook_disabled")
"""What messages are about. Staff get those FOR_STAFF, and of the others those that they want."""
FOR_STAFF = ("notification", "template_fault", "digest", "webhook_disabled")
"""The kinds that are for staff only."""
IN_CALENDAR = ("confirmation", "modification", "cancellation")
"""The kinds of mail that bring a calendar file; so does the decline of what was confirmed before: other requests were
never in the customer's calendar."""


LINKED = ("verification", "confirmation", "modification", "reminder")
"""The kinds that bring customers a link to what they have booked."""


class MessageItem(msgspec.Struct, frozen=True):
    """One time of which a message tells.

    `kind` is what a digest tells of it, one of KINDS; in other messages it is "".
    `sequence` counts the changes of its time, place and state so far (RFC 5545, 3.8.7.4). `was` is when it was before
    the change of which is told, if that changed its time. `was_confirmed`: it was confirmed once before. `add_ons` are
    those of which it has extras.
    """

    view: ItemView
    site: Site | None = None
    sequence: int = 0
    was: Span | None = None
    kind: str = ""
    was_confirmed: bool = False
    add_ons: tuple[LinkedAddOn, ...] = ()

    @property
    def item(self) -> Item:
        """The item itself."""
        return self.view.item


class MessageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a message may tell.

    `kind` is one of KINDS, `channel` email or sms, `audience` customer or staff.
    `items`, in order of time, has at least one for the kinds ABOUT_BOOKINGS; several are told in one message, those of
    a series or a whole booking. `webhook` is the one that webhook_disabled is about.
    `locale`: the language of the recipient, such as `de-AT`; without texts in it English is used.
    `sender`: the address from which mail is sent, which is the organizer in calendar files.
    `unsubscribe`: where the recipient can refuse messages of this kind: an https or a mailto URL, "" if they can't.
    `link`: where the customer sees, moves and cancels what is booked; "" if there is no such page.
    `unnumbered`: it is only shown, of what is not booked yet, and so has no number.
    `told`: further lines for staff, such as why a template can't be used.
    """

    kind: str
    channel: str
    audience: str = "customer"
    locale: str
    account: Account
    profile: Profile
    customer: Customer | None
    items: tuple[MessageItem, ...]
    sender: str
    now: datetime
    unsubscribe: str = ""
    link: str = ""
    told: tuple[str, ...] = ()
    webhook: Webhook | None = None
    unnumbered: bool = False

    @property
    def is_templated(self) -> bool:
        """Whether the account's templates apply: those are what customers read, and staff of new bookings."""
        return self.audience == ("staff" if self.kind == "notification" else "customer")

    @property
    def reply_to(self) -> str:
        """Where answers go: the address of the site, else of the account; "" if they have none."""
        site = self.items[0].site if self.items else None
        return (site.email if site else "") or self.profile.email
