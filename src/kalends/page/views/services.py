"""The services that visitors can book."""

from collections.abc import Collection
from datetime import timedelta

import msgspec

from kalends.actions.context import Context
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.service import Service
from kalends.engine.time.clock import MINUTE
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.links import Links
from kalends.page.views.words import length_text, money


class ServiceView(msgspec.Struct, frozen=True):
    """A service; `longest` is how long it takes with some who serve it, if that is more than `length`. `price` is "" if
    it has none of its own; `is_from`: some who serve it cost more. `asks_why`: whether it makes sense to ask why it is
    not offered at some time."""

    title: str
    description: str
    length: Message
    longest: Message | None
    price: str
    is_from: bool
    path: str
    asks_why: bool


def service_view(
    service: Service,
    ctx: Context,
    links: Links,
    words: MessageLanguage,
    length: timedelta | None = None,
    *,
    terms: Collection[ServiceOverride | None] = (),
) -> ServiceView:
    """The service as the page shows it; `length` is how long it takes, if that is agreed. `terms` are those of all who
    serve it, None for who has none of their own."""
    every = terms or (None,)
    own_costs = (service.price if term is None or term.price is None else term.price for term in every)
    costs = {cost for cost in own_costs if cost is not None}
    minutes = {service.duration if term is None or term.duration is None else term.duration for term in every}
    if length is not None:
        minutes = {length // MINUTE}
    price = min(costs, default=None)
    return ServiceView(
        title=service.title_in(words.code),
        description=service.description_in(words.code),
        length=length_text(min(minutes)),
        longest=length_text(max(minutes)) if len(minutes) > 1 else None,
        price="" if price is None else money(price, ctx.account.currency, words),
        is_from=len(costs) > 1,
        path=links.to(f"/{service.id}"),
        asks_why=service.kind == "appointment",
    )
