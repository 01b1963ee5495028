"""A series' wish as it is kept with its order, until the last of its occurrences is made."""

from collections.abc import Collection

import msgspec

from kalends.engine.booking import Booking
from kalends.engine.span import Span
from kalends.engine.wish import BY_POLICY, EVERY_MESSAGE, MessageOverrides, Wish


def with_pattern(booking: Booking, wish: Wish, site_ids: Collection[int] | None = None) -> Booking:
    """The order with the wish that its occurrences are made after, at these sites (None is any).

    Its customer is settled, and known by id.
    """
    plain = msgspec.structs.replace(wish, asked=BY_POLICY, recurrence=None, customer=None)
    rule = msgspec.to_builtins(wish.recurrence)
    asked = [[*key, wanted] for key, wanted in wish.asked.flags.items()]
    sites = None if site_ids is None else sorted(site_ids)
    kept = {"rule": rule, "asked": asked, "wish": msgspec.to_builtins(plain), "sites": sites}
    return msgspec.structs.replace(booking, recurrence=kept)


def for_customer(booking: Booking, customer_id: int | None) -> Booking:
    """The order with its pattern, if more is to be made after one, for somebody else or for nobody."""
    if booking.recurrence is None or not booking.recurrence["wish"]:
        return booking
    wish = {**booking.recurrence["wish"], "customer_id": customer_id}
    return msgspec.structs.replace(booking, recurrence={**booking.recurrence, "wish": wish})


def pattern_wish(booking: Booking, span: Span, *, told: bool) -> Wish:
    """The wish for one occurrence: as the first in all but its time, and nobody is told when somebody was already."""
    kept = booking.recurrence or {}
    first = msgspec.convert(kept["wish"], Wish, strict=False)
    asked = {(template, channel): wanted for template, channel, wanted in kept["asked"]}
    if told:
        asked = dict.fromkeys(EVERY_MESSAGE, False)
    return msgspec.structs.replace(first, starts_at=span.start, ends_at=span.end, asked=MessageOverrides(asked))


def pattern_resource(booking: Booking) -> int | None:
    """The resource at which the occurrences are to be made, if the wish names one."""
    resource_id: int | None = ((booking.recurrence or {}).get("wish") or {}).get("resource_id")
    return resource_id


def pattern_sites(booking: Booking) -> frozenset[int] | None:
    """The sites at which the occurrences may be made: those of the key that asked for the series; None is any."""
    sites = (booking.recurrence or {}).get("sites")
    return None if sites is None else frozenset(sites)
