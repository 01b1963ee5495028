"""What binds the public: opening hours, notice, horizon, no force, nobody who is blocked."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.customers.find import get_customer
from kalends.engine.availability.openings import Opening
from kalends.engine.bookings.change_set import change_set
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Barred, Closed, Full, TooFar, TooMany, TooSoon
from kalends.store.commit import commit
from tests.acts import book_item
from tests.desk import DAY, HOUR, SOON, hour_of, is_refused, made, seat, visit
from tests.world import NOW, World

AT_EIGHT = NOW - 2 * HOUR  # Oslo; the clinic opens
NIGHT = SOON + 10 * HOUR
SUNDAY = SOON + 6 * DAY


async def block(clinic: World, customer_id: int) -> None:
    """What no action does yet."""
    kari = await get_customer(clinic.ctx(), customer_id)
    blocked = msgspec.structs.replace(kari, blocked_at=NOW, revision=kari.revision + 1)
    await commit(clinic.db, clinic.account.id, change_set(clinic.ctx().author, "block", customers=(blocked,)))


async def test_the_public_books_like_anybody_within_the_hours(clinic: World) -> None:
    item = await made(clinic, visit(clinic, public=True))
    assert (item.state, item.resource_id) == ("confirmed", clinic.ada)
    first, last = AT_EIGHT + DAY, AT_EIGHT + DAY + 7 * HOUR
    await made(clinic, visit(clinic, public=True, starts_at=first))
    await made(clinic, visit(clinic, public=True, starts_at=last))
    await made(clinic, visit(clinic, public=True, starts_at=NOW + 3 * HOUR + timedelta(minutes=7)))


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (NIGHT, Closed),
        (SUNDAY, Closed),
        (AT_EIGHT + DAY - HOUR / 2, Closed),
        (AT_EIGHT + DAY + 7.5 * HOUR, Closed),
        (NOW - timedelta(seconds=1), TooSoon),
        (AT_EIGHT - 2 * HOUR, TooSoon),
    ],
)
async def test_only_staff_may_book_when_it_is_closed_or_over(
    clinic: World, starts_at: Any, refusal: type[Exception]
) -> None:
    await is_refused(clinic, visit(clinic, starts_at=starts_at, public=True), refusal)
    await is_refused(clinic, visit(clinic, starts_at=starts_at, public=True, resource_id=None), refusal)
    assert (await made(clinic, visit(clinic, starts_at=starts_at))).state == "confirmed"


async def test_notice_and_horizon(clinic: World) -> None:
    bounds = ServicePatch(title="Bath", notice=120, horizon=7 * 1440)
    bath = await add_service(clinic.ctx(), bounds, [clinic.sauna])
    asked = {"service_id": bath.id, "resource_id": clinic.sauna, "public": True}
    await is_refused(clinic, visit(clinic, **asked, starts_at=NOW + 119 * HOUR / 60), TooSoon)
    await made(clinic, visit(clinic, **asked, starts_at=NOW + 2 * HOUR))
    await is_refused(clinic, visit(clinic, **asked, starts_at=NOW + 7 * DAY + HOUR / 60), TooFar)
    await made(clinic, visit(clinic, **asked, starts_at=NOW + 7 * DAY))
    await made(clinic, visit(clinic, **{**asked, "public": False}, starts_at=NOW + 70 * DAY))


async def test_the_public_can_force_nothing(clinic: World) -> None:
    await made(clinic, visit(clinic))
    await is_refused(clinic, visit(clinic, public=True, overlap_allowed=True), Full)
    many = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna, "units": 5}
    await is_refused(clinic, visit(clinic, **many, public=True, overlap_allowed=True), TooMany)


async def test_nobody_at_all_forces_more_than_one_booking_may_take(clinic: World) -> None:
    steam = {"service_id": clinic.sauna_visit, "resource_id": clinic.sauna}
    await made(clinic, hour_of(clinic.sauna, units=6))
    await is_refused(clinic, visit(clinic, **steam, units=5, overlap_allowed=True), TooMany)
    assert (await made(clinic, visit(clinic, **steam, units=4, overlap_allowed=True))).units == 4


async def test_the_public_gets_whoever_is_open_and_free(clinic: World) -> None:
    late = await add_resource(clinic.ctx(), ResourcePatch(title="Eve"), [Opening(1, opens=960, closes=1320)])
    early = await add_resource(clinic.ctx(), ResourcePatch(title="Per"), [Opening(1, opens=600, closes=960)])
    chat = await add_service(clinic.ctx(), ServicePatch(title="Chat"), [late.id, early.id])
    asked = visit(clinic, service_id=chat.id, resource_id=None, public=True)
    assert (await made(clinic, asked)).resource_id == early.id
    with pytest.raises(Closed):
        await book_item(clinic.ctx(), asked)


async def test_a_session_is_open_to_the_public_until_it_begins(clinic: World) -> None:
    now = await clinic.class_of(5, NOW)
    begun = await clinic.class_of(5, NOW - HOUR / 60)
    await made(clinic, seat(clinic, now, public=True))
    await is_refused(clinic, seat(clinic, begun, public=True), TooSoon)
    await made(clinic, seat(clinic, begun))


async def test_a_blocked_customer_can_not_book_but_can_be_booked(clinic: World) -> None:
    await block(clinic, clinic.kari)
    await is_refused(clinic, visit(clinic, public=True), Barred)
    await is_refused(clinic, visit(clinic, initiate=True), Barred)
    kari = {"phone": "22 33 44 55", "first_name": "Karianne"}
    await is_refused(clinic, visit(clinic, customer_id=None, customer=kari, public=True), Barred)
    assert (await made(clinic, visit(clinic))).customer_id == clinic.kari


async def test_the_public_may_take_time_without_a_service(clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, public=True))
    await is_refused(clinic, hour_of(clinic.ada, NIGHT, public=True), Closed)
