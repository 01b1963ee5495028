"""Who asks: a key, a member of staff, a customer, a guest with a link, or Kalends itself."""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["key", "user", "customer", "guest", "system"]
Scope = Literal["read", "book", "manage", "administer"]
KeyScope = Literal["read", "book", "manage"]
Role = Literal["owner", "manager", "staff", "readonly"]

SCOPES: tuple[Scope, ...] = ("read", "book", "manage", "administer")
"""read: see. book: bookings, group sessions, customers, invoices. manage: what is offered, when, at what price, and the
account's settings. administer: keys and users."""
KEY_SCOPES: tuple[KeyScope, ...] = ("read", "book", "manage")
"""What a key may have. No key makes other keys: whoever steals one must not be able to outlive it."""
ROLE_SCOPES: dict[Role, tuple[Scope, ...]] = {
    "owner": SCOPES,
    "manager": ("read", "book", "manage"),
    "staff": ("read", "book"),
    "readonly": ("read",),
}
OWN_SCOPES: tuple[Scope, ...] = ("read", "book")
"""What customers and guests have, each for their own bookings."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who a request acts for, and how far that goes.

    `id` is the id of the key, user, customer or (of a guest) access token; None for the system. `token_id` is the
    access token that the request presented. `site_ids` None means every site. A customer has a `customer_id`; a
    guest has an `item_id`, or a `booking_id` for all items of a booking.
    """

    kind: Kind
    name: str
    door: str
    scopes: frozenset[Scope]
    id: int | None = None
    role: Role | None = None
    site_ids: frozenset[int] | None = None
    customer_id: int | None = None
    item_id: int | None = None
    booking_id: int | None = None
    token_id: int | None = None
    expires_at: datetime | None = None

    @property
    def actor(self) -> str:
        """How the journal names it, in short text that never changes: `key:7`; of the system its name."""
        return self.name if self.id is None else f"{self.kind}:{self.id}"

    def sees_site(self, site_id: int | None) -> bool:
        """Whether it may see what is at this site; what is at none can be seen from all."""
        return self.site_ids is None or site_id is None or site_id in self.site_ids

    def sees_item(self, item_id: int, booking_id: int, *customer_ids: int | None) -> bool:
        """Whether an item is one that it may see, wherever it is. `customer_ids`: whom the item is for, who booked it.

        Customers see what is for them or booked by them, guests what their link is about, all others everything.
        """
        if self.kind == "customer":
            return self.customer_id in customer_ids
        if self.kind == "guest":
            return item_id == self.item_id or booking_id == self.booking_id
        return True


def system(door: str, name: str = "", site_ids: frozenset[int] | None = None) -> Principal:
    """Kalends itself, or an operator at a terminal, as `name` (else the door's): may do everything, at these sites."""
    return Principal(kind="system", name=name or door, door=door, scopes=frozenset(SCOPES), site_ids=site_ids)
