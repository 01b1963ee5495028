"""Items as a system that keeps its own copy of the bookings is shown them."""

import msgspec

from kalends.engine.bookings.views import ItemView


class FollowedItem(msgspec.Struct, frozen=True):
    """An item, its reservation number, the other system's own id for it, and whether others changed it since.

    Since is after what that system last confirmed to have.
    """

    view: ItemView
    number: str
    external_id: str | None
    needs_sync: bool


class ItemPlace(msgspec.Struct, frozen=True):
    """What must be known of an item before a request about it can be read: where it is, and what it is to whom asks.

    `time_zone` is that of its site, None if it is at none.
    """

    item_id: int
    kind: str
    site_id: int | None
    time_zone: str | None
    external_id: str | None


class Shown(msgspec.Struct, frozen=True):
    """What a system was shown of an item: the revisions of the item and of its customer."""

    item_id: int
    revision: int
    customer_id: int | None
    customer_revision: int | None


def shown(view: ItemView) -> Shown:
    """What is shown with this view."""
    customer = view.customer
    return Shown(
        view.item.id, view.item.revision, customer.id if customer else None, customer.revision if customer else None
    )
