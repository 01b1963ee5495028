"""The bookings of one customer: a list of all bookings that is narrowed to theirs."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import CustomerRef
from kalends.api.lists import Listing
from kalends.api.schemas.bookings import ListBookings
from kalends.api.schemas.items import State
from kalends.api.schemas.lines import FROM
from kalends.api.times import MomentIn


class ListCustomerBookings(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which bookings of a customer to list: those with an item for the customer that matches."""

    customer_id: CustomerRef
    from_: Annotated[MomentIn | UnsetType, Meta(description="An item ends after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="The same item begins before it.")] = UNSET
    state: list[State] | UnsetType = UNSET
    order: Annotated[
        Literal["created", "-created"], Meta(description="The oldest or the newest first.", examples=["-created"])
    ] = "-created"


def bookings_of(params: ListCustomerBookings) -> ListBookings:
    """The same list, as one of all bookings."""
    same = {name: getattr(params, name) for name in params.__struct_fields__ if name != "customer_id"}
    return ListBookings(customer=[params.customer_id], **same)
