"""Staff are told of bookings person by person: what each wants to know, at once or all of a day in one mail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.accounts.change_user import change_user
from kalends.actions.accounts.profile import change_profile
from kalends.actions.accounts.users import create_user
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.bookings.undo import undo_change
from kalends.actions.catalog.resources import change_resource
from kalends.actions.messages.webhook_delivery import record_answer, take_deliveries, take_webhooks
from kalends.actions.messages.webhooks import add_webhook, call_for_test, change_webhook
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.accounts.user import NOTICES, StaffNotices, UserPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.messages.delivery import WebhookAnswer
from kalends.engine.messages.webhook import Webhook, WebhookPatch
from kalends.engine.refusals import Fault, Invalid
from kalends.jobs.sending import LEASE, Channel, send_some
from kalends.store.db import Db
from tests.acts import change
from tests.desk import DAY, HOUR, SOON, made, seat, visit
from tests.world import NOW, World, open_clinic

MORNING = datetime(2027, 3, 2, 6, tzinfo=UTC)
"""Tomorrow, 7:00 in Oslo."""
DAILY = StaffNotices(facts=NOTICES, digest_minute=7 * 60)


@pytest.fixture
async def clinic(db: Db) -> World:
    """A clinic that tells its staff of all that happens to bookings."""
    await db.execute("delete from outbox")
    return await open_clinic(db, notify_by_email=True, notify_of_changes=True)


async def hired(clinic: World, name: str, notices: StaffNotices | None, role: Any = "staff") -> int:
    user, _ = await create_user(clinic.ctx(), f"{name.lower()}@example.org", role, name)
    await change_user(clinic.ctx(), user.email, UserPatch(notices=notices))
    return user.id


async def told(clinic: World, now: datetime = NOW) -> list[tuple[str, str]]:
    """What is sent by then: to whom, and the first words of the subject."""
    channel = Channel("email", None, "bookings@example.org", LEASE, lambda: now)
    before = [row[0] for row in await clinic.db.fetch("select id from outbox where state = 'kept'")]
    while await send_some(channel, clinic.db, now):
        pass
    rows = await clinic.db.fetch(
        "select address, subject from outbox where state = 'kept' and id <> all ($1) order by address", before
    )
    return [(address, subject.partition(":")[0]) for address, subject in rows]


async def test_each_is_told_what_they_want_to_know(clinic: World) -> None:
    await hired(clinic, "Olga", None, "owner")
    await hired(clinic, "Nina", StaffNotices(facts=("cancelled",)))
    await hired(clinic, "Per", None)
    item = await made(clinic, visit(clinic))
    assert await told(clinic) == [("olga@example.org", "Ny bestilling")]
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR})
    assert await told(clinic) == [("olga@example.org", "Bestillingen er endret")]
    await change_item_state(clinic.ctx(), item.id, "cancel")
    cancelled = "Bestillingen er avbestilt"
    assert await told(clinic) == [("nina@example.org", cancelled), ("olga@example.org", cancelled)]


async def test_who_is_not_told_that_a_booking_is_called_off_is_not_told_that_it_is_on_again(clinic: World) -> None:
    await hired(clinic, "Olga", None, "owner")
    await hired(clinic, "Nina", StaffNotices(facts=("booked",)))
    item = await made(clinic, visit(clinic))
    assert [address for address, _ in await told(clinic)] == ["nina@example.org", "olga@example.org"]
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert await told(clinic) == [("olga@example.org", "Bestillingen er avbestilt")]
    await undo_change(clinic.ctx(), item.id)
    assert await told(clinic) == [("olga@example.org", "Ny bestilling")]


async def test_staff_who_hear_of_new_bookings_alone_hear_once_of_one_that_is_on_again(db: Db) -> None:
    await db.execute("delete from outbox")
    clinic = await open_clinic(db, notify_by_email=True)
    await hired(clinic, "Olga", None, "owner")
    item = await made(clinic, visit(clinic))
    assert await told(clinic) == [("olga@example.org", "Ny bestilling")]
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await undo_change(clinic.ctx(), item.id)
    assert await told(clinic) == []


async def test_some_are_told_of_their_own_bookings_alone(clinic: World) -> None:
    ada = await hired(clinic, "Ada", StaffNotices(facts=NOTICES, only_own=True))
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=ada))
    await made(clinic, visit(clinic, resource_id=clinic.bo))
    await hired(clinic, "Olga", None, "owner")
    await made(clinic, visit(clinic))
    assert [address for address, _ in await told(clinic)] == ["ada@example.org", "olga@example.org", "olga@example.org"]


async def test_who_comes_along_or_leads_a_class_is_told_of_it_as_their_own(clinic: World) -> None:
    ada = await hired(clinic, "Ada", StaffNotices(facts=NOTICES, only_own=True))
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=ada))
    await made(clinic, visit(clinic, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)))
    yoga = await clinic.class_with((clinic.hall, clinic.ada), starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR)
    await made(clinic, seat(clinic, yoga))
    assert [address for address, _ in await told(clinic)] == ["ada@example.org", "ada@example.org"]


@pytest.mark.parametrize("notices", [StaffNotices(facts=NOTICES), DAILY])
async def test_practitioners_are_told_of_what_takes_place_with_them(clinic: World, notices: StaffNotices) -> None:
    ada = await hired(clinic, "Ada", notices, "practitioner")
    await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=ada))
    await made(clinic, visit(clinic, resource_id=clinic.bo, customer_id=clinic.ola))
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.bo, starts_at=SOON + HOUR)
    later = msgspec.structs.replace(line, resource_id=clinic.ada, starts_at=SOON + 2 * HOUR)
    await book(clinic.ctx(), BookingRequest(lines=(line, later), customer_id=clinic.kari))
    assert [address for address, _ in [*await told(clinic), *await told(clinic, MORNING)]] == ["ada@example.org"]
    (body,) = [row[0] for row in await clinic.db.fetch("select body from outbox where state = 'kept'")]
    assert [time in body for time in ("13:00", "12:00")] == [True, False]


async def test_nobody_is_told_of_what_they_did_themselves(clinic: World) -> None:
    olga = await hired(clinic, "Olga", None, "owner")
    await hired(clinic, "Nina", StaffNotices(facts=NOTICES))
    ctx = clinic.ctx()
    own = msgspec.structs.replace(ctx.principal, kind="user", id=olga)
    await made(clinic, visit(clinic))
    await clinic.db.execute("update item set updated_by = $2 where account_id = $1", clinic.account.id, own.actor)
    assert [address for address, _ in await told(clinic)] == ["nina@example.org"]


async def test_all_of_a_day_comes_in_one_mail(clinic: World) -> None:
    await hired(clinic, "Olga", DAILY, "owner")
    await made(clinic, visit(clinic))
    moved = await made(clinic, visit(clinic, resource_id=clinic.bo))
    await change(clinic.ctx(), moved.id, {"starts_at": SOON + 2 * HOUR})
    gone = await made(clinic, visit(clinic, starts_at=SOON + HOUR, customer_id=clinic.ola))
    assert await told(clinic) == []
    await change_item_state(clinic.ctx(), gone.id, "cancel")
    assert await told(clinic, MORNING - timedelta(minutes=1)) == []
    assert await told(clinic, MORNING) == [("olga@example.org", "Dagens bestillinger")]
    body = await clinic.db.fetchval("select body from outbox where template = 'digest'")
    assert [line for line in body.splitlines() if line.startswith("- ")] == [
        "- Ny bestilling: Kari Nordmann, Massage · mandag 1. mars 2027, 11:00–12:00 · Ada",
        "- Bestillingen er avbestilt: Ola Nordmann, Massage · mandag 1. mars 2027, 12:00–13:00 · Ada",
        "- Ny bestilling: Kari Nordmann, Massage · mandag 1. mars 2027, 13:00–14:00 · Bo",
    ]
    assert await told(clinic, MORNING + timedelta(days=2)) == []


async def test_what_is_told_in_a_daily_mail_is_not_told_alone(clinic: World) -> None:
    await hired(clinic, "Olga", DAILY, "owner")
    await hired(clinic, "Nina", StaffNotices(facts=("booked",)))
    await made(clinic, visit(clinic))
    assert await told(clinic) == [("nina@example.org", "Ny bestilling")]
    later = await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    await change(clinic.ctx(), later.id, {"resource_id": clinic.bo})
    await told(clinic)
    rows = await clinic.db.fetch("select template, state, reason from outbox order by id")
    assert ("modification", "dropped", "by_choice") in [tuple(row) for row in rows]
    assert await told(clinic, MORNING) == [("olga@example.org", "Dagens bestillinger")]


async def disabled(clinic: World) -> Webhook:
    """A webhook that Kalends has disabled, because it answered that it is gone."""
    patch = WebhookPatch(url="https://example.org/hook", events=("item.*",))
    webhook = await add_webhook(clinic.ctx(), "front", patch)
    await call_for_test(clinic.ctx(), webhook.id)
    (taken,) = await take_webhooks(clinic.db, NOW)
    (delivery,) = await take_deliveries(taken)
    assert await record_answer(taken, delivery, WebhookAnswer(410, "")) == "gone"
    return webhook


async def test_who_manages_the_account_is_told_of_a_webhook_that_was_disabled(clinic: World) -> None:
    await hired(clinic, "Olga", DAILY, "owner")
    await hired(clinic, "Nina", StaffNotices(facts=NOTICES))
    webhook = await disabled(clinic)
    assert await told(clinic) == [("olga@example.org", "En webhook er slått av")]
    body = await clinic.db.fetchval("select body from outbox where template = 'webhook_disabled'")
    assert webhook.url in body
    assert "(410)" in body


async def test_without_staff_the_account_is_told_of_a_webhook_that_was_disabled(clinic: World) -> None:
    await change_profile(clinic.ctx(), ProfilePatch(email="desk@example.org"))
    await disabled(clinic)
    assert await told(clinic) == [("desk@example.org", "En webhook er slått av")]


async def test_a_webhook_that_is_enabled_again_is_not_told_of(clinic: World) -> None:
    await hired(clinic, "Olga", None, "owner")
    webhook = await disabled(clinic)
    await change_webhook(clinic.ctx(), None, webhook.id, WebhookPatch(active=True))
    assert await told(clinic) == []
    assert await clinic.db.fetchval("select reason from outbox where template = 'webhook_disabled'") == "undone"


async def test_a_daily_mail_of_which_nothing_is_right_any_more_is_not_sent(clinic: World) -> None:
    await hired(clinic, "Olga", StaffNotices(facts=("booked",), digest_minute=7 * 60), "owner")
    item = await made(clinic, visit(clinic))
    await told(clinic)
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert await told(clinic, MORNING) == []
    assert await clinic.db.fetchval("select reason from outbox where template = 'digest'") == "state"


async def test_whom_nobody_is_to_tell_the_account_is_not_told_either(clinic: World) -> None:
    await change_profile(clinic.ctx(), ProfilePatch(email="clinic@example.org"))
    await made(clinic, visit(clinic))
    assert [address for address, _ in await told(clinic)] == ["clinic@example.org"]
    await hired(clinic, "Olga", StaffNotices(), "owner")
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    assert await told(clinic) == []


async def test_what_there_is_not_can_not_be_told(clinic: World) -> None:
    await hired(clinic, "Olga", None, "owner")
    notices = StaffNotices(facts=("born",), digest_minute=1440)
    with pytest.raises(Invalid) as refusal:
        await change_user(clinic.ctx(), "olga@example.org", UserPatch(notices=notices))
    assert refusal.value.faults == (Fault("facts", "unknown"), Fault("digest_minute", "out_of_range"))
