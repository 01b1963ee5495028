"""Practitioners see and change what takes place with them, and nothing of what does with others."""

from typing import Any

import msgspec
import pytest

from kalends.actions.access import RULES
from kalends.actions.bookings.blocks import add_block, find_block, remove_blocks_from
from kalends.actions.bookings.book import book
from kalends.actions.bookings.calendar import get_calendar
from kalends.actions.bookings.cancel import cancel_item
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.change_state import change_booking_state, change_item_state, set_status
from kalends.actions.bookings.explain import explain
from kalends.actions.bookings.find import get_item, get_whole_booking, list_items
from kalends.actions.bookings.remove import remove_item
from kalends.actions.bookings.resource_blocks import add_resource_blocks, change_block
from kalends.actions.bookings.search import search_items
from kalends.actions.bookings.sessions import get_session, list_sessions
from kalends.actions.bookings.starts import list_starts
from kalends.actions.bookings.suggest import book_or_suggest
from kalends.actions.catalog.services import add_service
from kalends.actions.context import Context
from kalends.actions.messages.about_item import list_messages_about
from kalends.actions.messages.waiting import find_waiting_message, get_waiting_notice, withdraw_message
from kalends.engine.accounts.principal import ROLE_SCOPES, Principal
from kalends.engine.availability.starts import StartsQuery
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.calendar import CalendarQuery
from kalends.engine.bookings.cancellation import Cancellation
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.queries import ItemQuery, SessionQuery
from kalends.engine.bookings.request import BookingRequest, MessageOverrides, RequestedLine
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.query import CursorPage, Query
from kalends.engine.refusals import Forbidden, Full, NotFound
from kalends.engine.time.recurrence import Recurrence
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span
from tests.acts import Series, request, start_series
from tests.desk import DAY, HOUR, SOON, made, make_occurrences, seat, visit
from tests.world import World


def as_ada(clinic: World) -> Context:
    """What Ada asks, who is a practitioner."""
    return as_practitioner(clinic, clinic.ada)


def as_practitioner(clinic: World, *resource_ids: int) -> Context:
    scopes = frozenset(ROLE_SCOPES["practitioner"])
    principal = Principal(
        kind="user",
        id=7,
        name="Ada",
        door="console",
        role="practitioner",
        scopes=scopes,
        resource_ids=frozenset(resource_ids),
    )
    return msgspec.structs.replace(clinic.ctx(), principal=principal)


def line(clinic: World, resource_id: int | None, **fields: Any) -> RequestedLine:
    given: dict[str, Any] = {"service_id": clinic.massage, "resource_id": resource_id, "starts_at": SOON} | fields
    return RequestedLine(**given)


async def test_others_bookings_are_not_there(clinic: World) -> None:
    own, of_bo = await made(clinic, visit(clinic)), await made(clinic, visit(clinic, resource_id=clinic.bo))
    ada = as_ada(clinic)
    assert (await get_item(ada, own.id)).item == own
    with pytest.raises(NotFound):
        await get_item(ada, of_bo.id)
    with pytest.raises(NotFound):
        await get_whole_booking(ada, of_bo.booking_id)
    for listed in (await list_items(ada, ItemQuery(listing="all")), await search_items(ada, Query(CursorPage(10)))):
        assert [view.item.id for view in listed.rows] == [own.id]
    asked = await list_items(ada, ItemQuery(listing="all", resource_ids=(clinic.bo,)))
    assert asked.rows == []
    calendar = await get_calendar(
        ada, clinic.site, CalendarQuery(window=Span(SOON - DAY, SOON + DAY), without_resource=True)
    )
    assert ([each.id for each in calendar.resources], list(calendar.items)) == ([clinic.ada], [own.id])


async def test_who_is_nobody_has_an_empty_calendar(clinic: World) -> None:
    await made(clinic, visit(clinic))
    nobody = as_practitioner(clinic)
    assert (await list_items(nobody, ItemQuery(listing="all"))).rows == []
    calendar = await get_calendar(nobody, clinic.site, CalendarQuery(window=Span(SOON - DAY, SOON + DAY)))
    assert (calendar.resources, calendar.items) == ((), {})


async def test_they_book_and_move_themselves_and_nobody_else(clinic: World) -> None:
    ada = as_ada(clinic)
    for resource_id in (clinic.bo, clinic.hall):
        with pytest.raises(NotFound):
            await book(ada, BookingRequest(lines=(line(clinic, resource_id, service_id=None, ends_at=SOON + HOUR),)))
    booked = await book_or_suggest(ada, BookingRequest(lines=(line(clinic, None),), customer_id=clinic.kari))
    (item,) = [view.item for view in booked.items]
    assert item.resource_id == clinic.ada
    moved = await change_item(ada, item.id, ItemPatch(starts_at=SOON + HOUR))
    assert moved.item.starts_at == SOON + HOUR
    for patch in (ItemPatch(resource_id=clinic.bo), ItemPatch(also_resource_ids=(clinic.bo,))):
        with pytest.raises(NotFound):
            await change_item(ada, item.id, patch)
    with_room = await change_item(ada, item.id, ItemPatch(also_resource_ids=(clinic.left,)))
    assert with_room.item.also_resource_ids == (clinic.left,)
    with pytest.raises(Full) as full:
        await book_or_suggest(ada, BookingRequest(lines=(line(clinic, None, starts_at=SOON + HOUR),)))
    assert {way.resource_id for each in full.value.lines for way in each.in_the_way} <= {clinic.ada, None}


async def test_they_book_a_room_beside_which_they_serve(clinic: World) -> None:
    scan = await add_service(
        clinic.ctx(), ServicePatch(title="Scan", also_needs=("person",)), [clinic.left, clinic.right]
    )
    await made(clinic, visit(clinic, starts_at=SOON + HOUR))
    ada, bo = as_ada(clinic), as_practitioner(clinic, clinic.bo)
    window = Span(SOON, SOON + 2 * HOUR)
    for who, hours in ((ada, [SOON]), (bo, [SOON, SOON + HOUR])):
        starts = await list_starts(who, StartsQuery(service_id=scan.id, window=window))
        assert [start.slot.span.start for start in starts] == hours
    for resource_id, at in ((None, SOON), (clinic.right, SOON - HOUR)):
        asked = line(clinic, resource_id, service_id=scan.id, starts_at=at)
        (view,) = (await book_or_suggest(ada, BookingRequest(lines=(asked,)))).items
        assert (view.item.resource_id, view.item.also_resource_ids) == (resource_id or clinic.left, (clinic.ada,))
    alone = line(clinic, clinic.hall, service_id=None, starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR)
    with_her = msgspec.structs.replace(alone, also_resource_ids=(clinic.ada,))
    await book(ada, BookingRequest(lines=(with_her,)))


@pytest.mark.parametrize("overlap_allowed", [False, True])
async def test_who_is_taken_does_not_book_a_room_for_a_colleague(clinic: World, overlap_allowed: bool) -> None:
    scan = await add_service(clinic.ctx(), ServicePatch(title="Scan", also_needs=("person",)), [clinic.left])
    await made(clinic, visit(clinic))
    asked = line(clinic, clinic.left, service_id=scan.id, overlap_allowed=overlap_allowed)
    with pytest.raises(Full):
        await book_or_suggest(as_ada(clinic), BookingRequest(lines=(asked,)))
    with_bo = msgspec.structs.replace(asked, also_resource_ids=(clinic.bo,))
    with pytest.raises(NotFound):
        await book(as_ada(clinic), BookingRequest(lines=(with_bo,)))


async def test_of_a_booking_with_several_only_their_own_part_changes(clinic: World) -> None:
    lines = (line(clinic, clinic.ada), line(clinic, clinic.bo))
    booked = await book(clinic.ctx(), BookingRequest(lines=lines, customer_id=clinic.kari))
    own, of_bo = [view.item for view in booked.items]
    ada = as_ada(clinic)
    assert [view.item.id for view in (await get_whole_booking(ada, own.booking_id)).items] == [own.id]
    await change_item(ada, own.id, ItemPatch(title="Ours", customer_id=clinic.ola), scope="all")
    whole = await get_whole_booking(clinic.ctx(), own.booking_id)
    of_each = {view.item.resource_id: (view.item.title, view.item.customer_id) for view in whole.items}
    assert of_each == {clinic.ada: ("Ours", clinic.ola), clinic.bo: (of_bo.title, clinic.kari)}
    assert whole.booking.customer_id == clinic.kari
    with pytest.raises(NotFound):
        await change_item_state(ada, of_bo.id, "cancel")
    changed = await change_booking_state(ada, booked.items[0].booking_uid, "cancel")
    assert [view.item.id for view in changed] == [own.id]
    assert (await get_item(clinic.ctx(), of_bo.id)).item.state == "confirmed"


async def test_what_tells_also_of_others_times_is_neither_read_nor_withdrawn(clinic: World) -> None:
    in_an_hour = MessageOverrides({(kind, "email"): True for kind in ("confirmation", "modification")}, 3600)
    lines = (line(clinic, clinic.ada), line(clinic, clinic.bo))
    asked = BookingRequest(lines=lines, customer_id=clinic.kari, messages=in_an_hour)
    own, of_bo = [view.item for view in (await book(clinic.ctx(), asked)).items]
    ada = as_ada(clinic)
    assert [(each.item_id, each.is_whole) for each in await list_messages_about(ada, own.id)] == [(own.id, False)]
    assert await find_waiting_message(ada, own.id) is None
    for refused in (get_waiting_notice(ada, own.id), withdraw_message(ada, own.id)):
        with pytest.raises(NotFound):
            await refused
    for item in (own, of_bo):
        await change_item(clinic.ctx(), item.id, ItemPatch(starts_at=SOON + HOUR), messages=in_an_hour)
    listed = await list_messages_about(ada, own.id)
    assert [(each.item_id, each.is_whole) for each in listed] == [(own.id, True), (own.id, False)]
    assert (await get_waiting_notice(ada, own.id)).message.template == "modification"


async def test_what_is_still_to_be_made_with_others_stays(clinic: World) -> None:
    of_bo = Series(visit(clinic, resource_id=clinic.bo), Recurrence("FREQ=WEEKLY;COUNT=5"))
    own = Series(visit(clinic, title="Back"), Recurrence("FREQ=WEEKLY;COUNT=5"))
    with pytest.raises(NotFound):
        await change_booking_state(as_ada(clinic), await start_series(clinic.ctx(), of_bo), "cancel")
    await change_booking_state(as_ada(clinic), await start_series(clinic.ctx(), own), "cancel")
    pending = "select count(*) from occurrence where account_id = $1 and outcome = 'pending'"
    assert await clinic.db.fetchval(pending, clinic.account.id) == 5


async def test_what_is_still_to_be_made_with_others_is_not_moved_along(clinic: World) -> None:
    of_bo = Series(visit(clinic, resource_id=clinic.bo), Recurrence("FREQ=WEEKLY;COUNT=3"))
    uid = await start_series(clinic.ctx(), of_bo)
    booking_id = await clinic.db.fetchval("select id from booking where uid = $1", uid)
    await make_occurrences(clinic.ctx(), booking_id, most=1)
    (first,) = (await list_items(clinic.ctx(), ItemQuery(uid=uid))).rows
    await change_item(clinic.ctx(), first.item.id, ItemPatch(resource_id=clinic.ada))
    await change_item(as_ada(clinic), first.item.id, ItemPatch(starts_at=SOON + HOUR), scope="following")
    pending = "select starts_at from occurrence where booking_id = $1 and outcome = 'pending' order by 1"
    assert [start for (start,) in await clinic.db.fetch(pending, booking_id)] == [SOON + 7 * DAY, SOON + 14 * DAY]


async def test_later_dates_with_others_are_not_cancelled(clinic: World) -> None:
    lines = (line(clinic, clinic.ada), line(clinic, clinic.bo, starts_at=SOON + DAY))
    own, of_bo = [view.item for view in (await book(clinic.ctx(), BookingRequest(lines=lines))).items]
    await cancel_item(as_ada(clinic), own.id, Cancellation(and_later=True))
    assert (await get_item(clinic.ctx(), of_bo.id)).item.state == "confirmed"


async def test_they_block_their_own_time_alone(clinic: World) -> None:
    asked = ResourceBlockRequest(resource_id=clinic.ada, starts_at=SOON, ends_at=SOON + HOUR)
    assert (await add_resource_blocks(as_ada(clinic), asked)).items[0].item.resource_id == clinic.ada
    with pytest.raises(NotFound):
        await add_resource_blocks(as_ada(clinic), msgspec.structs.replace(asked, resource_id=clinic.bo))


async def test_what_blocks_the_whole_site_is_seen_and_stays(clinic: World) -> None:
    block = (await add_block(clinic.ctx(), BlockRequest(clinic.site, SOON, SOON + HOUR))).view
    ada = as_ada(clinic)
    assert (await find_block(ada, block.item.id)).item == block.item
    for changed in (
        change_block(ada, block.item.id, ItemPatch(notes="No")),
        change_item(ada, block.item.id, ItemPatch(starts_at=SOON + HOUR), scope="all"),
        remove_item(ada, block.item.id, ("block",)),
    ):
        with pytest.raises(Forbidden):
            await changed
    assert await change_booking_state(ada, block.booking_uid, "remove") == []
    assert (await find_block(ada, block.item.id)).item == block.item


async def test_of_repeated_blocks_those_that_were_given_to_others_stay(clinic: World) -> None:
    asked = ResourceBlockRequest(
        resource_id=clinic.ada, starts_at=SOON, ends_at=SOON + HOUR, rule=RepeatRule("day", 1, 2)
    )
    first, second, third = (await add_resource_blocks(as_ada(clinic), asked)).items
    await change_block(clinic.ctx(), second.item.id, ItemPatch(resource_id=clinic.bo))
    removed = await remove_blocks_from(as_ada(clinic), first.item.id)
    assert [view.item.id for view in removed] == [first.item.id, third.item.id]


async def test_classes_of_others_and_free_times_with_others_are_not_there(clinic: World) -> None:
    of_hall = await clinic.class_of(5)
    ada = as_ada(clinic)
    with pytest.raises(NotFound):
        await get_session(ada, of_hall)
    assert (await list_sessions(ada, SessionQuery())).rows == []
    with pytest.raises(NotFound):
        await book(ada, request(session_id=of_hall, customer_id=clinic.kari))
    starts = await list_starts(ada, StartsQuery(service_id=clinic.massage, window=Span(SOON, SOON + DAY)))
    assert {each for start in starts for each in start.slot.resource_ids} == {clinic.ada}
    (explained,) = await explain(ada, BookingRequest(lines=(line(clinic, None),)))
    assert {option.assigned.resource and option.assigned.resource.id for option in explained.options} == {clinic.ada}


async def test_who_leads_a_class_in_a_room_has_the_class_and_who_attends(clinic: World) -> None:
    yoga = await clinic.class_with((clinic.hall, clinic.ada), starts_at=SOON, ends_at=SOON + HOUR)
    of_bo = await clinic.class_with((clinic.left, clinic.bo), starts_at=SOON + DAY, ends_at=SOON + DAY + HOUR)
    kari = await made(clinic, seat(clinic, yoga))
    ada = as_ada(clinic)
    assert [session.id for session in (await list_sessions(ada, SessionQuery())).rows] == [yoga]
    of_yoga = await list_items(ada, ItemQuery(listing="all", session_ids=(yoga, of_bo)))
    for listed in (of_yoga, await search_items(ada, Query(CursorPage(10)))):
        assert [view.item.id for view in listed.rows] == [kari.id]
    with pytest.raises(NotFound):
        await change_item(ada, kari.id, ItemPatch(session_id=of_bo))
    assert (await set_status(ada, kari.id, "completed")).item.status == "completed"
    assert (await change_item_state(ada, kari.id, "cancel")).item.state == "cancelled"


async def test_what_takes_their_time_besides_a_colleagues_is_theirs_too(clinic: World) -> None:
    both = await made(clinic, visit(clinic, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)))
    ada = as_ada(clinic)
    assert [view.item.id for view in (await list_items(ada, ItemQuery(listing="all"))).rows] == [both.id]
    assert (await change_item(ada, both.id, ItemPatch(starts_at=SOON + HOUR))).item.starts_at == SOON + HOUR


def test_actions_that_nobody_has_opened_to_them_are_closed() -> None:
    opened = [rule for rule in RULES.values() if rule is not None and "practitioner" in rule.kinds]
    assert not [rule for rule in opened if rule.scope not in ("read", "book")]
