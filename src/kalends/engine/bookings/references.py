"""The ids that a request refers to, and the records found for them."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeVar

import msgspec
from msgspec import UnsetType

from kalends.engine.accounts.principal import Principal
from kalends.engine.availability.companions import serves_besides
from kalends.engine.bookings.change_set import Claim
from kalends.engine.bookings.group_session import GroupSession
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.service import Service
from kalends.engine.customers.case import CustomerCase
from kalends.engine.customers.customer import Customer
from kalends.engine.refusals import NotFound

T = TypeVar("T")


class ReferenceIds(msgspec.Struct, frozen=True, kw_only=True):
    """The ids to look up, and how many new ids to draw.

    For `any_services` the resources that serve them are looked up too, and resources of the kinds they also need.
    """

    resources: frozenset[int] = frozenset()
    services: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()
    customers: frozenset[int] = frozenset()
    cases: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()
    any_services: frozenset[int] = frozenset()
    new_items: int = 0
    new_booking: bool = False


class References(msgspec.Struct, frozen=True):
    """The records that were found and that the caller may see, by id, and new ids for what is to be written.

    `resources`: one that stands at an archived site is not active, as nothing new is booked there.

    `overrides`: service id -> the resources assigned to it, with their overrides, in order of position.
    `goes_with`: inventory id -> the resources it is restricted to; an inventory without an entry goes with all.
    `serving`: service id -> the active resources that may serve it, best first.
    `sites`: the ids of the sites that were found.
    `time_zones`: site id -> its time zone, of sites that are in another one than the account.
    `item_ids`, `booking_id`, `uid`: new ids for items and the booking.
    `own_ids`: those who a practitioner is, for whom these are; None for anybody else.
    """

    resources: dict[int, Resource] = {}
    services: dict[int, Service] = {}
    overrides: dict[int, tuple[ServiceOverride, ...]] = {}
    sessions: dict[int, GroupSession] = {}
    customers: dict[int, Customer] = {}
    goes_with: dict[int, frozenset[int]] = {}
    serving: dict[int, tuple[int, ...]] = {}
    time_zones: dict[int, str] = {}
    item_ids: tuple[int, ...] = ()
    booking_id: int = 0
    uid: str = ""
    cases: dict[int, CustomerCase] = {}
    sites: frozenset[int] = frozenset()
    own_ids: frozenset[int] | None = None

    @property
    def live_customers(self) -> dict[int, Customer]:
        """The customers that are not deleted, by id."""
        return {id_: customer for id_, customer in self.customers.items() if customer.deleted_at is None}

    def resources_of_kind(self, kind: str | None) -> Mapping[int, Resource]:
        """The resources of this kind, such as `person`, by id; None is any kind."""
        if kind is None:
            return self.resources
        return {id_: resource for id_, resource in self.resources.items() if resource.kind == kind}

    def cases_of(self, customer_id: int | None) -> set[int]:
        """The ids of the cases of this customer."""
        return {case.id for case in self.cases.values() if case.customer_id == customer_id}

    def resources_of(self, claims: Iterable[Claim]) -> list[Resource | None]:
        """The claimed resources, None for those not found."""
        return [self.resources.get(claim.resource_id) for claim in claims]

    def time_zone_of(self, resource: Resource | None) -> str | None:
        """The time zone of the site where a resource stands; None if it is the account's."""
        return self.time_zones.get(resource.site_id or 0) if resource else None

    def takes_part(self, *resources: Resource) -> bool:
        """Whether whoever these are for takes part in what takes these resources; but for practitioners all do."""
        return self.own_ids is None or any(resource.id in self.own_ids for resource in resources)

    def override(self, service_id: int | None, resource_id: int | None) -> ServiceOverride | None:
        """The override of a resource for a service, or None."""
        overrides = self.overrides.get(service_id or 0, ())
        return next((override for override in overrides if override.resource_id == resource_id), None)


NOTHING = References()


def require(what: str, which: int, records: Mapping[int, T]) -> T:
    """The record with this id. Raises NotFound(`what`)."""
    if which not in records:
        raise NotFound(what, which)
    return records[which]


def without_hidden(references: References, request: BookingRequest, principal: Principal) -> References:
    """What somebody finds of what a request refers to: for visitors nobody who is not public serves them, for
    practitioners nobody but themselves, and rooms and the like beside which they serve, neither by name nor as whoever
    is free. What a service needs besides, such as a room, is taken all the same."""
    hidden = {
        id_
        for id_, resource in references.resources.items()
        if (principal.gets_public_only and not resource.public) or not principal.sees_resources(id_)
    }
    people = {id_ for id_, resource in references.resources.items() if resource.kind == "person"}
    named = {line.resource_id for line in request.lines if line.session_id is None}
    named -= {line.resource_id for line in request.lines if _is_besides(references, line, principal)}
    named |= people.intersection(chain.from_iterable(line.also_resource_ids for line in request.lines))
    return msgspec.structs.replace(
        references,
        resources={id_: found for id_, found in references.resources.items() if id_ not in hidden & named},
        serving={
            service_id: tuple(
                id_
                for id_ in serving
                if id_ not in hidden
                or serves_besides(principal, references.services[service_id], references.resources[id_])
            )
            for service_id, serving in references.serving.items()
        },
        sessions={
            id_: found for id_, found in references.sessions.items() if principal.sees_resources(*found.resource_ids)
        },
        own_ids=principal.resource_ids,
    )


def _is_besides(references: References, line: RequestedLine, principal: Principal) -> bool:
    """Whether a line names a room or the like, and a practitioner takes part beside it."""
    main, service = references.resources.get(line.resource_id or 0), references.services.get(line.service_id or 0)
    if main is None or main.kind == "person" or not principal.is_practitioner:
        return False
    is_named = principal.sees_resources(*line.also_resource_ids)
    return is_named or (service is not None and serves_besides(principal, service, main))


def trees_of(resources: Iterable[Resource | None]) -> tuple[int, ...]:
    """The root ids of the resources' trees, sorted; None is skipped."""
    return tuple(sorted({resource.path[0] for resource in resources if resource is not None}))


def ids_in_request(request: BookingRequest) -> ReferenceIds:
    """The ids that a booking request refers to."""
    lines = request.lines
    extras = [extra for line in lines for extra in line.extras]
    any_services = {line.service_id for line in lines if line.resource_id is None and line.session_id is None}
    return ReferenceIds(
        resources=named_ids(
            [line.resource_id for line in lines],
            *(line.also_resource_ids for line in lines),
            [extra.resource_id for extra in extras],
        ),
        services=named_ids([line.service_id for line in lines], [extra.service_id for extra in extras]),
        sessions=named_ids([line.session_id for line in lines]),
        customers=named_ids(
            [request.customer_id],
            [line.customer_id for line in lines],
            [line.booked_by_customer_id for line in lines],
        ),
        cases=named_ids([line.case_id for line in lines]),
        sites=named_ids([line.site_id for line in lines]),
        any_services=named_ids(any_services),
        new_items=len(lines),
        new_booking=True,
    )


def ids_in_extras(extras: Iterable[Extra]) -> tuple[frozenset[int], frozenset[int]]:
    """The ids of the inventories, and of the services, in a list of extras."""
    listed = list(extras)
    return named_ids([extra.resource_id for extra in listed]), named_ids([extra.service_id for extra in listed])


def named_ids(*groups: Iterable[int | UnsetType | None]) -> frozenset[int]:
    """The ids in these groups; None and UNSET name nothing."""
    return frozenset(id_ for group in groups for id_ in group if isinstance(id_, int))
