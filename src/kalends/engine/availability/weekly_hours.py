"""The weekly hours of a resource as they are read and replaced as a whole."""

import msgspec

from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import Resource


class WeeklyHours(msgspec.Struct, frozen=True):
    """A resource and its own weekly openings, in order; it has none while it is `always_open`, but a part has then
    those of the nearest resource above it that is not."""

    resource: Resource
    openings: tuple[Opening, ...]
