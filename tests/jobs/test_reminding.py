"""Customers are reminded once, at the time that the rule or somebody set, of what is still to come."""

from datetime import datetime
from typing import Any

import pytest

from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.sites import change_site
from kalends.actions.messages.remind import follow_rule
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.request import MessageOverrides
from kalends.engine.catalog.site import SitePatch
from kalends.jobs.reminding import remind_due
from kalends.jobs.sending import LEASE, Channel, send_some
from kalends.store.db import Db
from tests.acts import change
from tests.desk import DAY, HOUR, MINUTE, hour_of, made, new_york, sent, visit
from tests.mail import mail_server
from tests.world import NOW, World, open_clinic

TOMORROW = NOW + DAY + HOUR
NOON = NOW + 2 * HOUR
"""Monday 12:00 in Oslo, the day before tomorrow."""
QUIET = MessageOverrides({("confirmation", "email"): False, ("modification", "email"): False})


@pytest.fixture
async def clinic(db: Db) -> World:
    """A clinic that reminds by mail, at noon of the day before."""
    await db.execute("delete from outbox")
    await db.execute("update item set reminder_at = null where reminder_at is not null")
    return await open_clinic(db, remind_by_email=True)


async def remind(clinic: World, now: datetime) -> None:
    while await remind_due(clinic.db, now):
        pass


async def present(clinic: World, item: Item) -> tuple[Any, ...]:
    row = await clinic.db.fetchrow("select reminder_at, reminded_at, revision from item where id = $1", item.id)
    assert row is not None
    return tuple(row)


async def test_it_is_asked_for_when_it_is_due_and_once(clinic: World) -> None:
    item = await made(clinic, visit(clinic, starts_at=TOMORROW))
    assert item.reminder_at == NOON
    await remind(clinic, NOON - MINUTE)
    assert await sent(clinic, item) == []
    for _ in range(2):
        await remind(clinic, NOON)
    assert await sent(clinic, item) == ["customer email reminder"]
    assert await present(clinic, item) == (NOON, NOON, 1)


async def test_after_a_day_without_a_worker_what_is_to_come_is_reminded_of_and_what_has_begun_is_not(
    clinic: World,
) -> None:
    missed = await made(clinic, visit(clinic, starts_at=TOMORROW))
    late = await made(clinic, visit(clinic, starts_at=TOMORROW + 3 * HOUR))
    await remind(clinic, TOMORROW + HOUR)
    assert (await sent(clinic, missed), await sent(clinic, late)) == ([], ["customer email reminder"])
    assert (await present(clinic, missed))[:2] == (None, None)


async def test_what_was_booked_inside_the_lead_is_not_reminded_of(clinic: World) -> None:
    item = await made(clinic, visit(clinic, starts_at=TOMORROW), NOON + HOUR)
    await remind(clinic, TOMORROW - HOUR)
    assert await sent(clinic, item) == []


async def test_what_is_confirmed_after_the_time_of_its_reminder_is_not_reminded_of(db: Db) -> None:
    clinic = await open_clinic(db, remind_by_email=True, confirm_manually=True)
    item = await made(clinic, visit(clinic, starts_at=TOMORROW, initiate=True))
    await remind(clinic, NOON)
    await change_item_state(clinic.ctx(NOON + HOUR), item.id, "confirm")
    await remind(clinic, NOON + 2 * HOUR)
    assert "customer email reminder" not in await sent(clinic, item)


async def test_what_was_cancelled_is_not_reminded_of(clinic: World) -> None:
    item = await made(clinic, visit(clinic, starts_at=TOMORROW))
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await remind(clinic, NOON)
    assert await sent(clinic, item) == []


async def test_what_was_reminded_of_and_moved_is_reminded_of_at_its_new_time(clinic: World) -> None:
    item = await made(clinic, visit(clinic, starts_at=TOMORROW))
    await remind(clinic, NOON)
    moved = await change(clinic.ctx(NOON + MINUTE), item.id, {"starts_at": TOMORROW + 2 * DAY}, messages=QUIET)
    assert (moved.item.reminder_at, moved.item.reminded_at) == (NOON + 2 * DAY, None)
    async with mail_server() as server:
        channel = Channel("email", None, "bookings@example.org", LEASE, lambda: NOON + HOUR)
        while await send_some(channel, clinic.db, NOON + HOUR):
            pass
        assert server.received == []
    await remind(clinic, NOON + 2 * DAY)
    rows = await clinic.db.fetch("select state, reason from outbox where item_id = $1 order by id", item.id)
    assert [tuple(row) for row in rows] == [("dropped", "moved"), ("waiting", None)]


async def test_it_is_at_noon_where_the_booking_takes_place(clinic: World) -> None:
    chair = await new_york(clinic)
    there = await made(clinic, hour_of(chair, TOMORROW + 7 * HOUR, customer_id=clinic.kari))
    assert there.reminder_at == NOON + 6 * HOUR  # 12:00 in New York is 18:00 in Oslo
    week = NOW + 14 * DAY + 8 * HOUR  # clocks have gone forward in New York by then, and not in Oslo
    moved = await change(clinic.ctx(), there.id, {"starts_at": week, "ends_at": week + HOUR})
    assert moved.item.reminder_at == NOON + 13 * DAY + 5 * HOUR
    here = await change(clinic.ctx(), there.id, {"resource_id": clinic.hall})
    assert here.item.reminder_at == NOON + 13 * DAY


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"remind_by_email": True}, ["email"]),
        ({"remind_by_sms": True}, ["sms"]),
        ({"remind_by_email": True, "remind_by_sms": True}, ["email", "sms"]),
        ({}, ["sms"]),
    ],
)
async def test_the_policy_says_by_what(db: Db, policy: Any, expected: list[str]) -> None:
    clinic = await open_clinic(db, **policy)
    item = await made(clinic, visit(clinic, starts_at=TOMORROW, remind=True))
    await remind(clinic, NOON)
    assert await sent(clinic, item) == [f"customer {channel} reminder" for channel in expected]


async def follow(clinic: World, most: int = 100) -> None:
    while await follow_rule(clinic.db, NOW, most):
        pass


async def test_a_reminder_follows_when_the_rule_changes_and_one_that_was_chosen_stays(clinic: World) -> None:
    by_rule = await made(clinic, visit(clinic, starts_at=TOMORROW + 6 * DAY))
    chosen = await made(clinic, visit(clinic, starts_at=TOMORROW + 7 * DAY, reminder_at=NOON + 2 * DAY))
    inside = await made(clinic, visit(clinic, starts_at=TOMORROW + DAY))
    patch = PolicyPatch(reminder_days_before=3, reminder_minute=8 * 60)
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=patch)))
    await follow(clinic)
    assert (await present(clinic, by_rule))[0] == NOON + 4 * DAY - 4 * HOUR
    assert (await present(clinic, chosen))[0] == NOON + 2 * DAY
    assert (await present(clinic, inside))[0] == NOON + DAY  # the new time has passed: better late than never
    assert await clinic.db.fetchval("select count(*) from reminder_rule_change") == 0


async def test_a_reminder_follows_when_the_time_zone_changes(clinic: World) -> None:
    item = await made(clinic, visit(clinic, starts_at=TOMORROW + 6 * DAY))
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(time_zone="Europe/London")))
    await follow(clinic)
    assert (await present(clinic, item))[0] == NOON + 6 * DAY + HOUR
    await change_site(clinic.ctx(), clinic.site, SitePatch(time_zone="Europe/Helsinki"))
    await follow(clinic)
    assert (await present(clinic, item))[0] == NOON + 6 * DAY - HOUR


async def test_many_follow_by_and_by(clinic: World) -> None:
    items = [await made(clinic, visit(clinic, starts_at=TOMORROW + (5 + day) * DAY)) for day in range(2)]
    items += [await made(clinic, visit(clinic, starts_at=TOMORROW + (5 + day) * DAY + 2 * HOUR)) for day in range(3)]
    patch = PolicyPatch(reminder_minute=11 * 60)
    await change_settings(clinic.ctx(), SettingsPatch(account=AccountPatch(policy=patch)))
    await follow(clinic, most=2)
    assert {(await present(clinic, item))[2] for item in items} == {1}


async def test_reminders_that_fail_hold_up_no_others(clinic: World) -> None:
    broken = await open_clinic(clinic.db, remind_by_email=True)
    for hours in range(51):
        await made(broken, visit(broken, starts_at=TOMORROW + hours * HOUR, reminder_at=NOON - MINUTE))
    item = await made(clinic, visit(clinic, starts_at=TOMORROW))
    read = "update account set policy = jsonb_set(policy, '{verification}', $2) where id = $1"
    await clinic.db.execute(read, broken.account.id, 7)
    try:
        await remind(clinic, NOON)
    finally:
        await clinic.db.execute(read, broken.account.id, "none")
    assert await sent(clinic, item) == ["customer email reminder"]
    await remind(clinic, NOON)
    assert await sent(broken) == ["customer email reminder"] * 51
