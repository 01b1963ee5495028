"""The door's name, and what a response needs beside the object that it shows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import once_per_id
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service

DOOR = "makeplans"
"""What keys are made for, and the name under which `details` keep the fields that only this door knows."""

url = codecs.text(2048)
"""The codec of URLs."""


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone and language, the time of the request, and the objects that were looked up for the response.

    `extended` shows related objects in full. `openings` are the weekly openings by the id of a resource, or of a
    provider where providers are shown. `served_by` are the resources that serve a service, by its id. `seats` counts
    the seats taken in an event, by its id. `resources` and `services` are those that events refer to, by id. A
    response leaves out what was not looked up. `closed_for_holidays` is whether a site is closed on them.
    `actors` are the names of those who made or changed bookings.
    """

    locale: str = "en"
    extended: bool = False
    openings: Mapping[int, Sequence[Opening]] = {}
    served_by: Mapping[int, Sequence[Resource]] = {}
    seats: Mapping[int, int] = {}
    resources: Mapping[int, Resource] = {}
    services: Mapping[int, Service] = {}
    closed_for_holidays: bool = False
    actors: Mapping[str, str] = {}


def render_context(ctx: Context, **looked_up: Any) -> RenderContext:
    """The context of a response; `looked_up` are fields of RenderContext."""
    return RenderContext(ctx.zone, ctx.now, locale=ctx.account.locale, **looked_up)


async def without_look_up(ctx: Context, rows: Sequence[Any], params: Mapping[str, Any]) -> RenderContext:
    """The context for objects that are shown alone: the `look_up` of their ObjectHandlers."""
    return render_context(ctx)


def from_row(value_of: Callable[[Any], Any]) -> Callable[[RenderContext], Callable[[Any], Any]]:
    """The maker of a Computed field whose value depends on the row alone."""
    return lambda context: value_of


class Brief(msgspec.Struct, frozen=True):
    """A related object by id and title, as it is shown unless `extended` asks for all of it."""

    id: int
    title: str


def brief(row: Any) -> Brief:
    """A resource, service or session by its id and title."""
    return Brief(row.id, row.title)


def related(full: Callable[[RenderContext], Callable[[Any], Any]]) -> Codec:
    """The codec of an object inside another: by id and title, or in full if the response is extended."""
    return Codec(
        lambda value, context: value, once_per_id(lambda context: full(context) if context.extended else brief)
    )
