"""What is written into the diary of the clinic, in few words."""

from datetime import timedelta
from typing import Any

from tests.dialects.cliniko.clinic import Clinic
from tests.world import NOW

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = NOW + HOUR
"""Monday 11:00 in Oslo, 10:00 in UTC."""
SICK, OTHER = 30, 50


def at(days: float = 0, hours: float = 0) -> str:
    """A time on the wire: soon, or so much later."""
    return f"{SOON + days * DAY + hours * HOUR:%Y-%m-%dT%H:%M:%SZ}"


def weekly(repeats: int = 2, interval: int = 1) -> dict[str, Any]:
    """A rule by which something repeats."""
    return {"number_of_repeats": repeats, "repeat_type": "Weekly", "repeating_interval": interval}


async def group(clinic: Clinic, **fields: Any) -> dict[str, Any]:
    """A new group appointment: yoga with Ada, for five, soon."""
    world = clinic.world
    usual = {
        "appointment_type_id": str(world.yoga),
        "business_id": str(world.site),
        "practitioner_id": str(world.ada),
        "starts_at": at(),
        "max_attendees": 5,
    }
    return await clinic.make("/group_appointments", **{**usual, **fields})


async def appointment(clinic: Clinic, **fields: Any) -> dict[str, Any]:
    """A new individual appointment: Kari's massage with Ada, soon."""
    world = clinic.world
    usual = {
        "appointment_type_id": str(world.massage),
        "business_id": str(world.site),
        "practitioner_id": str(world.ada),
        "patient_id": str(world.kari),
        "starts_at": at(),
    }
    return await clinic.make("/individual_appointments", **{**usual, **fields})


async def attendee(clinic: Clinic, booking: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A new attendee of a group appointment: Kari."""
    usual = {"booking_id": booking["id"], "patient_id": str(clinic.world.kari)}
    return await clinic.make("/attendees", **{**usual, **fields})


async def block(clinic: Clinic, **fields: Any) -> dict[str, Any]:
    """A new unavailable block: an hour of Ada's, soon."""
    world = clinic.world
    usual = {
        "business_id": str(world.site),
        "practitioner_id": str(world.ada),
        "starts_at": at(),
        "ends_at": at(hours=1),
    }
    return await clinic.make("/unavailable_blocks", **{**usual, **fields})


def linked(link: dict[str, Any]) -> str:
    """The path that a link leads to, below the door; "" for none."""
    url: str = link["links"].get("self", "")
    return url.partition("/cliniko/v1")[2]
