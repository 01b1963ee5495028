"""Random asks of a busy clinic: what might be booked there, sensible or not."""

from datetime import datetime
from random import Random
from typing import Any

import msgspec

from kalends.actions.catalog.assignments import change_assignment, list_assignments
from kalends.actions.catalog.resources import add_resource, change_resource
from kalends.actions.catalog.services import add_service, change_service
from kalends.engine.availability.openings import Opening
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Refusal
from tests.acts import book_item
from tests.desk import DAY, HOUR, MINUTE
from tests.world import World


class BusyClinic(msgspec.Struct, frozen=True):
    """The clinic with more to be asked for: the ids of its services, of its resources and of its classes."""

    clinic: World
    services: tuple[int, ...]
    resources: tuple[int, ...]
    sessions: tuple[int, ...]


async def busy_clinic(clinic: World, random: Random, bookings: int = 60) -> BusyClinic:
    """The clinic, with services of all kinds and already so many bookings as fit of these."""
    ctx = clinic.ctx()
    at_night = [Opening(weekday, opens=1200, closes=1560) for weekday in (1, 2, 6)]
    bar = (await add_resource(ctx, ResourcePatch(title="Bar", kind="space", capacity=4), at_night)).id
    gone = (await add_resource(ctx, ResourcePatch(title="Gone"))).id
    await change_resource(ctx, gone, ResourcePatch(active=False))
    therapy = ServicePatch(title="Therapy", also_needs=("space",), duration=50, step=25, buffer_before=10)
    pairs = ServicePatch(title="Pairs", also_needs=("space", "space"))
    hasty = ServicePatch(title="Hasty", notice=120, horizon=3 * 24 * 60, step=15, duration=30)
    hire = ServicePatch(title="Hire", duration=90, step=30, buffer_after=30)
    drinks = ServicePatch(title="Drinks", most_units=3, step=20)
    soon_over = ServicePatch(title="Soon over", valid_until=clinic.now + 2 * DAY)
    people = [clinic.ada, clinic.bo]
    added = [
        (await add_service(ctx, therapy, people)).id,
        (await add_service(ctx, pairs, people)).id,
        (await add_service(ctx, hasty, [*people, clinic.left])).id,
        (await add_service(ctx, hire, [clinic.hall, clinic.left, clinic.right])).id,
        (await add_service(ctx, drinks, [bar])).id,
        (await add_service(ctx, soon_over)).id,
    ]
    archived = (await add_service(ctx, ServicePatch(title="Old"), people)).id
    await change_service(ctx, archived, ServicePatch(active=False))
    (of_bo,) = [each for each in await list_assignments(ctx, [clinic.massage]) if each.resource_id == clinic.bo]
    await change_assignment(ctx, of_bo.id, ServiceAssignmentPatch(duration=90, step=30))
    services = (clinic.massage, clinic.physio, clinic.sauna_visit, clinic.yoga, *added, archived)
    rooms = (clinic.hall, clinic.left, clinic.right, clinic.sauna, bar)
    sessions = [await clinic.class_of(2, clinic.now + turn * DAY + HOUR) for turn in range(1, 4)]
    sessions.append(
        await clinic.class_with((clinic.hall,), starts_at=clinic.now + DAY, ends_at=clinic.now + DAY + HOUR)
    )
    busy = BusyClinic(clinic, services, (*people, *rooms, clinic.projectors, gone), tuple(sessions))
    for _ in range(bookings):
        await try_to_book(busy, ask(busy, random))
    return busy


async def try_to_book(busy: BusyClinic, asked: BookingRequest) -> None:
    """Book it, if it can be."""
    try:
        await book_item(busy.clinic.ctx(), asked)
    except Refusal:
        return


def ask(busy: BusyClinic, random: Random) -> BookingRequest:
    """A request of one line, within a few days."""
    clinic = busy.clinic
    starts_at = clinic.now + random.randint(0, 4) * DAY + random.randint(-4, 24 if random.random() < 0.2 else 7) * HOUR
    starts_at += random.choice([0, 0, 0, 15, 30, 30, 20, 45, 47]) * MINUTE
    fields: dict[str, Any] = {"starts_at": starts_at, "units": random.choice([1, 1, 1, 1, 2, 3, 5, None])}
    if random.random() < 0.1:
        fields["session_id"] = random.choice(busy.sessions)
    else:
        fields |= _what(busy, starts_at, random)
    line = RequestedLine(**fields, customer_id=random.choice([None, clinic.kari, clinic.ola]))
    rules = random.choice(["public", "public", "open_only", "none"])
    return BookingRequest(lines=(line,), public=rules == "public", open_only=rules == "open_only")


def _what(busy: BusyClinic, starts_at: datetime, random: Random) -> dict[str, Any]:
    service = random.choice(busy.services) if random.random() < 0.9 else None
    resource = random.choice(busy.resources) if service is None or random.random() < 0.5 else None
    fields: dict[str, Any] = {"service_id": service, "resource_id": resource}
    if service is None or random.random() < 0.2:
        fields["ends_at"] = starts_at + random.choice([-15, 15, 30, 45, 60, 90, 240, 1500]) * MINUTE
    if random.random() < 0.1:
        fields["also_resource_ids"] = (random.choice(busy.resources),)
    if random.random() < 0.1:
        fields["extras"] = (Extra(resource_id=busy.clinic.projectors, units=random.randint(1, 4)),)
    if random.random() < 0.05:
        fields["overlap_allowed"] = True
    return fields
