"""What is to be told to whom: by the policy, or as the caller says; written with the change, or not at all."""

import msgspec
import pytest

from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.customers.add import add_customer
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.request import EVERY_MESSAGE, BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Full, IllegalTransition
from kalends.store.db import Db
from tests.acts import book_item, change
from tests.desk import HOUR, SOON, hour_of, journal, made, sent, visit
from tests.world import open_clinic

ALL = MessageOverrides(dict.fromkeys(EVERY_MESSAGE, True))
NONE = MessageOverrides(dict.fromkeys(EVERY_MESSAGE, False))

TO_ALL = [
    "customer email confirmation",
    "customer sms confirmation",
    "staff email notification",
    "staff sms notification",
]


def by(channel: str, *templates: str) -> MessageOverrides:
    return MessageOverrides({(template, channel): True for template in templates})


async def test_an_account_that_verifies_nothing_tells_nobody(db: Db) -> None:
    clinic = await open_clinic(db)
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"title": "New"})
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert await sent(clinic) == []


async def test_each_customer_of_a_booking_is_told_of_their_own_times(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", notify_by_email=True)
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=SOON)
    of_ola = msgspec.structs.replace(line, starts_at=SOON + 2 * HOUR, customer_id=clinic.ola)
    booked = await book(clinic.ctx(), BookingRequest(lines=(of_ola, line), customer_id=clinic.kari))
    rows = await db.fetch(
        "select customer_id, audience, item_id from outbox where booking_id = $1 order by id", booked.booking.id
    )
    of = {view.item.customer_id: view.item.id for view in booked.items}
    assert [tuple(row) for row in rows] == [
        (clinic.ola, "customer", of[clinic.ola]),
        (clinic.ola, "staff", of[clinic.ola]),
        (clinic.kari, "customer", of[clinic.kari]),
    ]


async def test_each_customer_is_told_of_what_is_changed_together(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", notify_of_changes=True)
    line = RequestedLine(service_id=clinic.massage, resource_id=clinic.ada, starts_at=SOON)
    of_ola = msgspec.structs.replace(line, starts_at=SOON + 2 * HOUR, customer_id=clinic.ola)
    later = msgspec.structs.replace(line, starts_at=SOON + HOUR)
    request = BookingRequest(lines=(line, later, of_ola), customer_id=clinic.kari, messages=NONE)
    first = (await book(clinic.ctx(), request)).items[0].item
    await change_item(clinic.ctx(), first.id, ItemPatch(starts_at=SOON + 4 * HOUR), scope="all")
    rows = await db.fetch(
        "select customer_id, audience from outbox where booking_id = $1 order by id", first.booking_id
    )
    assert [tuple(row) for row in rows] == [
        (clinic.kari, "customer"),
        (clinic.kari, "staff"),
        (clinic.ola, "customer"),
    ]


@pytest.mark.parametrize("channel", ["email", "sms"])
async def test_an_account_that_verifies_by_one_channel_tells_everything_by_it(db: Db, channel: str) -> None:
    clinic = await open_clinic(db, verification=channel, notify_by_email=True, confirm_manually=True)
    item = await made(clinic, visit(clinic, initiate=True))
    assert await sent(clinic, item) == [f"customer {channel} verification"]
    await change_item_state(clinic.ctx(), item.id, "verify")
    assert (await sent(clinic, item))[1:] == ["staff email notification"]
    await change_item_state(clinic.ctx(), item.id, "confirm")
    assert (await sent(clinic, item))[2:] == [f"customer {channel} confirmation", "staff email notification"]
    await change(clinic.ctx(), item.id, {"starts_at": SOON + (SOON - clinic.now)})
    await change_item_state(clinic.ctx(), item.id, "cancel")
    await change_item_state(clinic.ctx(), item.id, "remove")
    expected = [f"customer {channel} {template}" for template in ("modification", "cancellation")]
    assert (await sent(clinic, item))[4:] == expected


async def test_a_customer_is_not_told_of_what_they_do_not_see_unless_that_is_asked_for(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", notify_of_changes=True)
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"notes": "Pays late", "title": "Back"})
    assert (await sent(clinic, item))[1:] == ["staff email modification"]
    await change(clinic.ctx(), item.id, {"notes": "Sorry"}, messages=by("email", "modification"))
    assert "customer email modification" in await sent(clinic, item)


async def test_a_declined_customer_is_told(db: Db) -> None:
    clinic = await open_clinic(db, verification="sms", confirm_manually=True)
    item = await made(clinic, visit(clinic, initiate=True))
    await change_item_state(clinic.ctx(), item.id, "decline")
    assert (await sent(clinic, item))[1:] == ["customer sms decline"]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (by("email", "confirmation"), ["customer email confirmation"]),
        (by("sms", "confirmation", "notification"), ["customer sms confirmation", "staff sms notification"]),
        (by("email", "verification", "decline", "modification", "cancellation"), []),
        (ALL, TO_ALL),
        (NONE, []),
    ],
)
async def test_the_caller_may_ask_for_what_a_booking_sends(
    db: Db, overrides: MessageOverrides, expected: list[str]
) -> None:
    clinic = await open_clinic(db)
    item = await made(clinic, visit(clinic, messages=overrides))
    assert await sent(clinic, item) == expected


async def test_the_caller_may_forbid_what_the_account_would_send(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", notify_by_email=True, notify_by_sms=True)
    item = await made(clinic, visit(clinic, initiate=True, messages=NONE))
    await change_item_state(clinic.ctx(), item.id, "verify", messages=NONE)
    await change(clinic.ctx(), item.id, {"notes": "Quiet"}, messages=NONE)
    await change_item_state(clinic.ctx(), item.id, "cancel", messages=NONE)
    assert await sent(clinic) == []


@pytest.mark.parametrize("verb", ["cancel", "decline", None])
async def test_of_what_was_over_already_nobody_is_told_unless_it_is_asked_for(db: Db, verb: str | None) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, initiate=True))
    if verb is not None:
        await change_item_state(clinic.ctx(), item.id, verb, messages=NONE)
    late = clinic.ctx(SOON)  # the hold is over by then, if nothing else was
    await change(late, item.id, {"notes": "Never came"})
    await change(late, item.id, {"notes": "Sorry"}, messages=by("email", "modification"))
    await change_item_state(late, item.id, "remove")
    assert await sent(clinic, item) == ["customer email verification", "customer email modification"]


async def test_a_change_of_nothing_is_none(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, initiate=True, notes="Back", details={"a": {"x": 1}}))
    before = await sent(clinic), await journal(clinic, item)
    same = {"starts_at": item.starts_at, "notes": "Back", "customer_id": clinic.kari, "details": {"a": {"x": 1}}}
    for fields in ({}, same):
        assert (
            await change(clinic.ctx(clinic.now + HOUR / 6), item.id, fields, overlap_allowed=True, messages=ALL)
        ).item == item
    assert (await set_status(clinic.ctx(), item.id, None)).item == item
    assert (await sent(clinic), await journal(clinic, item)) == before


async def test_only_what_is_confirmed_is_called_confirmed(db: Db) -> None:
    clinic = await open_clinic(db, verification="email", confirm_manually=True)
    overrides = by("email", "verification", "confirmation")
    item = await made(clinic, visit(clinic, initiate=True, messages=overrides))
    await change_item_state(clinic.ctx(), item.id, "verify", messages=overrides)
    assert await sent(clinic, item) == ["customer email verification"]
    await change_item_state(clinic.ctx(), item.id, "confirm", messages=overrides)
    assert (await sent(clinic, item))[1:] == ["customer email confirmation"]


async def test_a_message_knows_to_whom_and_in_which_language_it_goes(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    zoe = await add_customer(clinic.ctx(), CustomerPatch(first_name="Zoé", email="zoe@example.org", locale="fr"))
    item = await made(clinic, visit(clinic, customer_id=zoe.id, initiate=True))
    row = await clinic.db.fetchrow(
        """
        select customer_id, locale, created_at, due_at, state, item_revision, booking_id from outbox
        where account_id = $1
        """,
        clinic.account.id,
    )
    assert row is not None
    assert tuple(row) == (zoe.id, "fr", clinic.now, clinic.now, "waiting", 0, item.booking_id)
    await change_item_state(clinic.ctx(), item.id, "verify", messages=by("email", "notification"))
    locales = await clinic.db.fetch(
        "select template, locale from outbox where account_id = $1 order by id", clinic.account.id
    )
    assert [(row["template"], row["locale"]) for row in locales[1:]] == [("confirmation", "fr"), ("notification", "nb")]


async def test_a_message_may_be_held_back_for_a_while(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, messages=MessageOverrides(delay_seconds=30)))
    await change_item_state(clinic.ctx(), item.id, "cancel", messages=MessageOverrides(delay_seconds=30))
    due = await clinic.db.fetch("select due_at, created_at from outbox where account_id = $1", clinic.account.id)
    assert [row["due_at"] - row["created_at"] for row in due] == [HOUR / 120] * 2


async def test_without_a_customer_or_a_service_nobody_is_told(db: Db) -> None:
    clinic = await open_clinic(db, notify_by_email=True)
    nobody = await made(clinic, visit(clinic, customer_id=None, messages=ALL))
    nothing = await made(clinic, hour_of(clinic.hall, customer_id=clinic.kari, messages=ALL))
    assert await sent(clinic, nobody) == await sent(clinic, nothing) == []


async def test_who_has_no_address_is_told_nothing_but_the_staff_is(db: Db) -> None:
    clinic = await open_clinic(db)
    per = await add_customer(clinic.ctx(), CustomerPatch(first_name="Per", phone="41 00 00 00"))
    overrides = by("email", "confirmation", "notification")
    item = await made(clinic, visit(clinic, customer_id=per.id, messages=overrides))
    assert await sent(clinic, item) == ["staff email notification"]


async def test_what_is_refused_tells_nobody(db: Db) -> None:
    clinic = await open_clinic(db, verification="email")
    item = await made(clinic, visit(clinic, initiate=True))
    other = await made(clinic, visit(clinic, starts_at=SOON + (SOON - clinic.now)))
    before = await sent(clinic)
    with pytest.raises(Full):
        await book_item(clinic.ctx(), visit(clinic, messages=ALL))
    with pytest.raises(Full):
        await change(clinic.ctx(), other.id, {"starts_at": SOON}, messages=ALL)
    await change_item_state(clinic.ctx(), item.id, "verify", messages=NONE)
    with pytest.raises(IllegalTransition):
        await change_item_state(clinic.ctx(), item.id, "verify", messages=ALL)
    assert await sent(clinic) == before
