"""The last seats of a session, wanted through three doors at once: as many are taken as there are, and told so."""

import asyncio
import base64

import httpx

from kalends.actions.bookings.sessions import seats_taken
from tests.desk import broken
from tests.dialects.carecloud.festival import Festival
from tests.dialects.carecloud.test_bookings import new
from tests.dialects.conftest import Connect

SEATS, CROWD = 10, 60
MAKEPLANS, CLINIKO = "http://festival.example/makeplans/api/v1", "http://festival.example/cliniko/v1"


async def test_the_last_seats_through_all_doors(festival: Festival, connect: Connect) -> None:
    world = festival.world
    yoga, other = await world.class_of(SEATS), await world.class_of(10 * CROWD)
    makeplans = connect(MAKEPLANS, headers={"authorization": f"Bearer {await world.key('makeplans')}"})
    basic = base64.b64encode(f"{await world.key('cliniko')}:".encode()).decode()
    cliniko = connect(CLINIKO, headers={"authorization": f"Basic {basic}", "user-agent": "Races (a@example.org)"})
    slots = [festival.opaque("session", session) for session in (yoga, other, yoga)]

    def ask(turn: int) -> "asyncio.Future[httpx.Response]":
        if turn % 3 == 0:  # two seats of the wanted session, and one of another
            return asyncio.ensure_future(festival.client.post("/bookings", json=new(*slots)))
        if turn % 3 == 1:
            wish = {"booking": {"event_id": yoga, "person_id": world.kari}}
            return asyncio.ensure_future(makeplans.post("/bookings", json=wish))
        attendee = {"booking_id": str(yoga), "patient_id": str(world.ola), "notes": str(turn)}
        return asyncio.ensure_future(cliniko.post("/attendees", json=attendee))

    answers = await asyncio.gather(*map(ask, range(CROWD)))
    pairs = sum(answer.status_code == 201 for answer in answers[::3])
    singles = sum(answer.is_success for index in (1, 2) for answer in answers[index::3])
    assert {answer.status_code for answer in answers[::3]} <= {201, 400}
    assert {answer.status_code for answer in answers} <= {200, 201, 400, 422}
    taken = await seats_taken(world.ctx(), [yoga, other])
    assert taken == {yoga: 2 * pairs + singles, other: pairs}
    assert taken[yoga] == SEATS
    assert await broken(world) == []
