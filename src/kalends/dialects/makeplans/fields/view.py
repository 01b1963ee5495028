"""In what context requests are read and responses written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Codec, WireContext
from kalends.dialects.kit.fields import once
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service

DOOR = "makeplans"


class RenderContext(WireContext, frozen=True, kw_only=True):
    """The account's zone, the time of the request, and what the objects shown refer to, as far as it was looked up.

    `extended` shows related objects in full. `openings` are the weekly openings of resources, or of providers, by id;
    `served_by` are the resources of services, `seats` how many are taken in events; `resources` and `services` are
    those of events. What is not looked up is left out.
    """

    locale: str = "en"
    extended: bool = False
    openings: Mapping[int, Sequence[Opening]] = {}
    served_by: Mapping[int, Sequence[Resource]] = {}
    seats: Mapping[int, int] = {}
    resources: Mapping[int, Resource] = {}
    services: Mapping[int, Service] = {}


def render_context(ctx: Context, **found: Any) -> RenderContext:
    """The context of a request, with what was found for it; named as in View."""
    return RenderContext(ctx.zone, ctx.now, locale=ctx.account.locale, **found)


class Brief(msgspec.Struct, frozen=True):
    """How a related object is shown unless `extended` asks for all of it."""

    id: int
    title: str


def brief(_: RenderContext) -> Callable[[Any], Brief]:
    """An object by its id and title."""
    return lambda found: Brief(found.id, found.title)


def related(full: Callable[[RenderContext], Callable[[Any], Any]]) -> Codec:
    """An object inside another: in brief, or in full when the view is extended."""
    return Codec(lambda value, view: value, once(lambda view: full(view) if view.extended else brief(view)))
