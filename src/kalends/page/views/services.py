"""The services that visitors can book."""

from collections.abc import Sequence

import msgspec

from kalends.actions.context import Context
from kalends.engine.catalog.service import BOOKED, Service
from kalends.notices.messages.language import MessageLanguage
from kalends.notices.texts import Message
from kalends.page.views.links import Links
from kalends.page.views.words import length_text, money


class ServiceView(msgspec.Struct, frozen=True):
    """A service; `price` is "" if it has none of its own. `asks_why`: whether it makes sense to ask why it is not
    offered at some time."""

    title: str
    description: str
    length: Message
    price: str
    path: str
    asks_why: bool


def bookable(services: Sequence[Service]) -> list[Service]:
    """Those that visitors are shown."""
    return [service for service in services if service.public and service.kind in BOOKED]


def service_view(service: Service, ctx: Context, links: Links, words: MessageLanguage) -> ServiceView:
    """The service as the page shows it."""
    return ServiceView(
        title=service.title_in(words.code),
        description=service.description_in(words.code),
        length=length_text(service.duration),
        price="" if service.price is None else money(service.price, ctx.account.currency, words),
        path=links.to(f"/{service.id}"),
        asks_why=service.kind == "appointment",
    )
