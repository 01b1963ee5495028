"""A festival as a file: statuses of bookings, tickets that are valid for some time, with properties and slots."""

from datetime import UTC, datetime

import pytest

from kalends.actions.bookings.sessions import list_sessions
from kalends.actions.bookings.statuses import list_statuses
from kalends.actions.catalog.custom_fields import list_questions, list_service_fields, list_service_values
from kalends.actions.catalog.services import list_services
from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.bookings.queries import SessionQuery
from kalends.provision.apply import apply
from kalends.provision.description import Description, InvalidDescription
from kalends.store.accounts.accounts import find_account
from kalends.store.db import Db
from tests.acts import book_item, request
from tests.provision.test_apply import described
from tests.world import NOW

FESTIVAL = """
name = "Festival"
fields = [{ title = "Age", subject = "service", kind = "numeric" }, { title = "Age" }]

questions = [
    { title = "Vegan?", kind = "checkbox", services = ["Prophecy"] },
    { title = "Nuts?", asked_if = { question = "Vegan?", answer = "on" }, required = true },
]

[[booking_statuses]]
name = "Reserved"
names = { cs = "Rezervováno" }
state = "awaiting_confirmation"
default = true

[[booking_statuses]]
name = "Gone"
state = "cancelled"

[[resources]]
title = "Tent"
kind = "space"

[[services]]
title = "Prophecy"
kind = "attendance"
duration = 30
from = 2027-07-01T00:00:00
until = 2027-07-10T22:00:00Z
fields = { Age = 12 }
sessions = [
    { starts = 2027-07-09T18:00:00, capacity = 50 },
    { starts = 2027-07-09T18:00:00, capacity = 5, resource = "Tent", title = "In the tent" },
]
"""


async def context(db: Db, description: Description) -> Context:
    account = await find_account(db, description.slug)
    assert account is not None
    return Context(system("tests"), account, NOW, db)


async def test_a_festival_is_made_once(db: Db) -> None:
    description = described(FESTIVAL)
    first = await apply(db, NOW, description)
    assert {"question Vegan?", "question Nuts?"} <= set(first.named("made"))
    assert {"booking status Reserved", "service field Age", "field Age", "service Prophecy"} <= set(first.named("made"))
    assert "session Prophecy 2027-07-09 18:00 Tent" in first.named("made")
    again = await apply(db, NOW, description)
    assert (again.named("made"), again.named("changed")) == ([], [])
    ctx = await context(db, description)
    names = [(status.name, status.state, status.is_default) for status in await list_statuses(ctx)]
    assert names == [("Reserved", "awaiting_confirmation", True), ("Gone", "cancelled", False)]
    (prophecy,), (age,) = await list_services(ctx), await list_service_fields(ctx)
    assert (prophecy.valid_from, prophecy.valid_until) == (
        datetime(2027, 6, 30, 22, tzinfo=UTC),
        datetime(2027, 7, 10, 22, tzinfo=UTC),
    )
    vegan, nuts = await list_questions(ctx)
    assert (vegan.service_ids, nuts.asked_if_id, nuts.required) == (frozenset({prophecy.id}), vegan.id, True)
    assert await list_service_values(ctx) == {prophecy.id: {age.id: "12"}}
    sessions = (await list_sessions(ctx, SessionQuery())).rows
    assert [(each.title, each.capacity) for each in sessions] == [("Prophecy", 50), ("In the tent", 5)]
    assert {each.starts_at for each in sessions} == {datetime(2027, 7, 9, 16, tzinfo=UTC)}


async def test_slots_change_and_are_put_out_of_use(db: Db) -> None:
    description = described(FESTIVAL)
    await apply(db, NOW, description)
    fewer = FESTIVAL.replace("capacity = 50 ", "capacity = 40, active = false ")
    applied = await apply(db, NOW, described(fewer, description.slug))
    assert applied.named("changed") == ["session Prophecy 2027-07-09 18:00"]
    again = await apply(db, NOW, described(fewer, description.slug))
    assert again.named("changed") == []
    ctx = await context(db, description)
    first, _ = (await list_sessions(ctx, SessionQuery())).rows
    assert (first.capacity, first.archived_at) == (40, NOW)
    back = FESTIVAL.replace("capacity = 50 ", "capacity = 40, active = true ")
    await apply(db, NOW, described(back, description.slug))
    first, _ = (await list_sessions(ctx, SessionQuery())).rows
    assert first.archived_at is None


async def test_a_slot_is_lowered_only_to_what_is_taken(db: Db) -> None:
    description = described(FESTIVAL)
    await apply(db, NOW, description)
    ctx = await context(db, description)
    first, _ = (await list_sessions(ctx, SessionQuery())).rows
    for _ in range(2):
        await book_item(ctx, request(session_id=first.id))
    with pytest.raises(InvalidDescription, match="already booked"):
        await apply(db, NOW, described(FESTIVAL.replace("capacity = 50", "capacity = 1"), description.slug))
    await apply(db, NOW, described(FESTIVAL.replace("capacity = 50", "capacity = 2"), description.slug))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('booking_statuses = [{ name = "New", state = "draft" }]', "booking status New: state is not known"),
        ('fields = [{ title = "Age", subject = "people" }]', "field Age: subject is not known"),
        ('fields = [{ title = "Age", subject = "booking" }]', "a table of their own"),
        ('questions = [{ title = "A", services = ["B"] }]', "question A: there is no service `B`"),
        ('questions = [{ title = "A", asked_if = { question = "B", answer = "x" } }]', "there is no question `B`"),
        (
            'services = [{ title = "A", from = 2027-07-02T00:00:00, until = 2027-07-01T00:00:00 }]',
            "service A: valid_until must be after the start",
        ),
        (
            'services = [{ title = "A", sessions = [{ starts = 2027-07-02T00:00:00, resource = "Moon" }] }]',
            "there is no resource `Moon`",
        ),
        ('services = [{ title = "A", fields = { Age = 1 } }]', "there is no field `Age`"),
    ],
)
async def test_what_can_not_be_described(db: Db, text: str, said: str) -> None:
    with pytest.raises(InvalidDescription, match=said):
        await apply(db, NOW, described(text))


async def test_two_sessions_can_not_have_one_tent(db: Db) -> None:
    description = described(FESTIVAL)
    await apply(db, NOW, description)
    other = """
    [[services]]
    title = "Other"
    kind = "attendance"
    sessions = [{ starts = 2027-07-09T18:10:00, resource = "Tent" }]
    """
    with pytest.raises(InvalidDescription, match="its resource is taken then"):
        await apply(db, NOW, described(other, description.slug))


async def test_a_new_account_has_the_standard_statuses(db: Db) -> None:
    description = described('name = "Plain"')
    await apply(db, NOW, description)
    await apply(db, NOW, description)
    names = [status.name for status in await list_statuses(await context(db, description))]
    assert names == ["Pending", "Confirmed", "Cancelled"]
