"""In what frame requests are read and responses written."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.codecs import Frame
from kalends.engine.openings import Opening

DOOR = "makeplans"


class View(Frame, frozen=True):
    """The account's zone, the time of the request, and whether related objects are shown in full (`extended`).

    `openings` are the weekly openings of the resources that are shown in full.
    """

    extended: bool = False
    openings: Mapping[int, Sequence[Opening]] = {}


def view_of(ctx: Context, *, extended: bool = False, openings: Mapping[int, Sequence[Opening]] | None = None) -> View:
    """The frame of a request."""
    return View(ctx.zone, ctx.now, extended, openings or {})


class Brief(msgspec.Struct, frozen=True):
    """How a related object is shown unless `extended` asks for all of it."""

    id: int
    title: str
