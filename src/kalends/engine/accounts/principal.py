"""Who makes a request: a key, a staff user, a customer, a guest with a link, or Kalends itself."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["key", "user", "customer", "guest", "system"]
Scope = Literal["read", "book", "manage", "administer"]
Role = Literal["owner", "manager", "staff", "readonly", "practitioner"]

SCOPES: tuple[Scope, ...] = ("read", "book", "manage", "administer")
"""read: see everything. book: change bookings, group sessions, customers and invoices. manage: change services,
resources, opening hours, prices and the account's settings. administer: keys and users."""
KEY_SCOPES: tuple[Scope, ...] = ("read", "book", "manage")
"""Scopes that a key has unless some are named. A key with administer can make keys, which end with it: a stolen key
must not be able to make one that outlives it."""
KINDS_OF_SCOPES: dict[Scope, tuple[str, ...]] = {
    "administer": ("key", "staff_user"),
    "manage": ("webhook", "message_template", "feed"),
}
"""Kinds of records whose changes are shown to those only who have the scope, as the records are."""
ROLE_SCOPES: dict[Role, tuple[Scope, ...]] = {
    "owner": SCOPES,
    "manager": ("read", "book", "manage"),
    "staff": ("read", "book"),
    "readonly": ("read",),
    "practitioner": ("read", "book"),
}
OWN_SCOPES: tuple[Scope, ...] = ("read", "book")
"""Scopes of customers and guests, who are limited to their own bookings."""
PUBLIC_SCOPES: tuple[Scope, ...] = ("read",)
"""Scopes of a device on which nobody is logged in: it sees what is offered."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request, and what they may access.

    `id` is the id of the key, user or customer, for a guest that of the access token, None for the system. `token_id`
    is the access token of the request. `site_ids` None means all sites. A customer has a `customer_id`; a guest has
    an `item_id`, or a `booking_id` for all items of a booking but those `given_away` to others, or only a `device_id`,
    and then sees what is public; so does a publishable key. `resource_ids` are those who a practitioner is, whose
    bookings are all that they see and change; None for others. `origins`, if set, are those of the pages that may make
    the request; there are none for Kalends' own booking page and for links that it gave out.
    """

    kind: Kind
    name: str
    door: str
    scopes: frozenset[Scope]
    id: int | None = None
    role: Role | None = None
    site_ids: frozenset[int] | None = None
    resource_ids: frozenset[int] | None = None
    customer_id: int | None = None
    item_id: int | None = None
    booking_id: int | None = None
    given_away: frozenset[int] = frozenset()
    device_id: int | None = None
    token_id: int | None = None
    expires_at: datetime | None = None
    origins: tuple[str, ...] | None = None

    @property
    def is_publishable_key(self) -> bool:
        """Whether it is a publishable key, or a visitor of Kalends' own page: anybody who reads a page, of whom nothing
        else is known."""
        is_link = self.item_id is not None or self.booking_id is not None or self.device_id is not None
        return self.kind == "guest" and self.origins is not None and not is_link

    @property
    def proves_contact(self) -> bool:
        """Whether whoever has the link of a guest gets what is sent to the customer. A link that a page gave out proves
        nothing; one that was sent does."""
        return self.kind == "guest" and self.origins is None

    @property
    def gets_public_only(self) -> bool:
        """Whether only those who are public serve it: a visitor of a page, a publishable key, a guest with a link. A
        device is that of a vendor's app, to whose API it makes no difference."""
        return self.kind == "guest" and self.device_id is None

    @property
    def is_practitioner(self) -> bool:
        """Whether it is a user who sees and changes their own bookings alone."""
        return self.resource_ids is not None

    @property
    def actor(self) -> str:
        """The name in the journal, which never changes: `key:7`; for the system its name."""
        kind = "key" if self.is_publishable_key else self.kind
        return self.name if self.id is None else f"{kind}:{self.id}"

    @property
    def hidden_kinds(self) -> tuple[str, ...]:
        """The kinds of records whose changes the principal may not see; see KINDS_OF_SCOPES."""
        return kinds_hidden_from(self.scopes)

    def sees_site(self, site_id: int | None) -> bool:
        """Whether the principal may see what is at this site. None is what belongs to no site: visible to all."""
        return self.site_ids is None or site_id is None or site_id in self.site_ids

    def sees_resources(self, *resource_ids: int | None) -> bool:
        """Whether the principal may see what takes one of these resources."""
        return self.resource_ids is None or not self.resource_ids.isdisjoint(resource_ids)

    def with_resources(self, resource_ids: Iterable[int]) -> "Principal":
        """The principal, as a practitioner for whom these resources are their own too."""
        if self.resource_ids is None:
            return self
        return msgspec.structs.replace(self, resource_ids=self.resource_ids.union(resource_ids))

    def sees_item(self, item_id: int, booking_id: int, *customer_ids: int | None) -> bool:
        """Whether the principal may see the item, apart from its site.

        `customer_ids` are who the item is for and who booked it. Customers see items for them or booked by them, guests
        the item or booking of their link, others all items.
        """
        if self.kind == "customer":
            return self.customer_id in customer_ids
        if self.kind == "guest":
            return item_id == self.item_id or (booking_id == self.booking_id and item_id not in self.given_away)
        return True


def kinds_hidden_from(scopes: Collection[Scope]) -> tuple[str, ...]:
    """The kinds of records whose changes are not for who has these scopes; see KINDS_OF_SCOPES."""
    return tuple(kind for scope, kinds in KINDS_OF_SCOPES.items() if scope not in scopes for kind in kinds)


def system(door: str, name: str = "", site_ids: frozenset[int] | None = None) -> Principal:
    """Kalends itself or an operator at a terminal, with all scopes. `name` defaults to the door."""
    return Principal(kind="system", name=name or door, door=door, scopes=frozenset(SCOPES), site_ids=site_ids)


def visitor(door: str, site_ids: frozenset[int] | None = None) -> Principal:
    """Somebody who looks at a booking page, of whom nothing is known; `site_ids` are those that they see, None all."""
    return Principal(
        kind="guest", name="visitor", door=door, scopes=frozenset(OWN_SCOPES), site_ids=site_ids, origins=()
    )
