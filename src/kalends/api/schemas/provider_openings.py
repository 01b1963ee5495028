"""The weekly hours of a service at one of the resources that serve it."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.api.ids import ResourceRef, ServiceRef
from kalends.api.schemas.openings import (
    MOST_OPENINGS,
    Opening,
    OpeningInput,
    OpeningsInput,
    read_openings,
    shown_opening,
)
from kalends.engine.availability.openings import Opening as EngineOpening
from kalends.engine.limits import raise_if_faults
from kalends.engine.refusals import Fault


class ProviderOpenings(msgspec.Struct, frozen=True, kw_only=True):
    """When a resource serves a service, if that is not whenever it is open."""

    openings: list[Opening]


class ProviderOpeningsInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hours in place of those that there are; without any they are the resource's."""

    openings: Annotated[list[OpeningInput], Meta(max_length=MOST_OPENINGS)]


class ProviderPath(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that serves a service."""

    service_id: ServiceRef
    resource_id: ResourceRef


def read_provider_openings(sent: ProviderOpeningsInput) -> list[EngineOpening]:
    """What was sent, as the engine takes it. Raises what `read_openings` does, and Invalid(/openings/N/services:
    unsupported), as they are hours of one service."""
    raise_if_faults(
        Fault(f"/openings/{index}/services", "unsupported") for index, each in enumerate(sent.openings) if each.services
    )
    return read_openings(OpeningsInput(openings=sent.openings))


def shown_provider_openings(openings: Sequence[EngineOpening]) -> ProviderOpenings:
    """The hours as they are answered."""
    return ProviderOpenings(openings=[shown_opening(opening) for opening in openings])
