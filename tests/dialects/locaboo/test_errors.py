"""What is wrong is said in one form, in whole sentences and the words of the call."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.catalog.resources import change_resource
from kalends.dialects.kit.error_names import with_error_names
from kalends.dialects.locaboo import error_names as names
from kalends.dialects.locaboo.error_names import ErrorNames
from kalends.dialects.locaboo.errors import ANSWERS, answer
from kalends.engine import refusals
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.refusals import Fault, Full, Refusal
from kalends.engine.time.span import Span
from kalends.engine.time.wall_time import WallTime
from kalends.web import problems as bad
from kalends.web.call import Call
from tests.dialects.locaboo.booking import NINE
from tests.dialects.locaboo.venue import Venue, refused, worked
from tests.web.calls import call_with, request_of
from tests.world import NOW

HOUR = timedelta(hours=1)
RECURS = {"recurring": 1, "recurrence_type": "day", "daily_recurrence": NINE}
FEBRUARY = {"recurrence_type": "year", "yearly_recurrence": {"day": 30, "month": 2, **NINE}}
TAKEN = [Span(NOW + timedelta(days=day), NOW + timedelta(days=day) + HOUR) for day in range(7)]


def message(error: Exception, status: int, call: Call | None = None) -> str:
    answered = answer(error, call or call_with())
    body = msgspec.json.decode(answered.body)
    assert answered.status == status
    assert (body.pop("data"), body.pop("total"), body.pop("success")) == ([], 0, False)
    (text,) = body.values()
    assert isinstance(text, str)
    return text


def on_route(route: ErrorNames, refusal: Refusal, status: int, call: Call | None = None) -> str:
    call = call or call_with()
    call.error_names = route
    return message(refusal, status, call)


async def full_of(venue: Venue, full: Full, **headers: str) -> str:
    """The message when a handler refuses with this."""

    async def handler(request: Any, ctx: Any) -> Any:
        raise full

    call = call_with(**headers)
    with pytest.raises(Full) as refusal:
        await with_error_names(names.ANY, handler)(request_of(call), venue.world.ctx())
    assert refusal.value is full
    return message(full, 409, call)


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_is_a_sentence_in_form(kind: type[Exception]) -> None:
    samples: dict[type[Exception], tuple[Any, ...]] = {
        refusals.TooManyAttempts: (7,),
        refusals.NotFound: ("customer_id", 7),
        refusals.Invalid: (Fault("color", "invalid"),),
        refusals.Duplicate: ("email",),
        refusals.Retired: ("resource_id",),
        refusals.TooManyAttempts: (7,),
        refusals.TooMany: (3,),
        refusals.Full: ("resource",),
        refusals.InUse: ("resource", 3, NOW),
        refusals.IllegalTransition: ("cancelled", "change"),
        refusals.Unreachable: ("email",),
        refusals.BadRecurrence: ("rrule",),
        refusals.SkippedTime: ("starts_at", (NOW, NOW)),
        refusals.RepeatedTime: ("starts_at", (NOW, NOW)),
        refusals.TooManyOccurrences: (731,),
        refusals.SeparateTimes: ([WallTime(NOW.date(), 540, NOW.date(), 600)] * 2,),
        bad.Malformed: ("json",),
        bad.TooLarge: (100,),
        bad.TooDeep: (100,),
        bad.TooManyParameters: (100,),
        bad.Limited: (7,),
    }
    error = kind(*samples.get(kind, ()))
    text = message(error, answer(error, call_with()).status)
    assert text[0].isalpha()
    assert not text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize(
    ("route", "fault", "text"),
    [
        (names.ANY, ("last", "before_start"), "date_to must not be before date_from"),
        (names.ANY, ("time_to", "before_start"), "time_to must be after time_from"),
        (
            names.ADDING,
            ("daily_recurrence[to]", "before_start"),
            "daily_recurrence[to] must be after daily_recurrence[from]",
        ),
        (names.SAVING, ("ends_at", "before_start"), "date_to with time_to must be after date_from with time_from"),
        (names.SAVING, ("starts_at", "blank"), "date_from is required"),
        (names.SAVING, ("email", "invalid"), "customer_email is not valid"),
        (names.SAVING, ("customer.postcode", "too_long"), "customer_zip is too long"),
        (names.SAVING, ("state", "unknown"), "booking_status is unknown"),
        (names.ADDING, ("resource_id", "blank"), "main_resource is required"),
        (names.ADDING, ("custom_field 52", "not_included"), "category_fields 52 is not one of the accepted values"),
        (names.ADDING, ("resource_parts", "not_part"), "resource_parts is not a part of the resource it stands under"),
        (names.ADDING, ("weekly_recurrence[1][day]", "what?"), "weekly_recurrence[1][day] is not valid"),
        (names.CUSTOMERS, ("notes", "too_long"), "internal_comment is too long"),
    ],
)
def test_faults_name_what_the_call_names(route: ErrorNames, fault: tuple[str, str], text: str) -> None:
    assert on_route(route, refusals.Invalid(Fault(*fault)), 400) == text


def test_all_faults_are_told_once_and_not_without_end() -> None:
    faults = [Fault(f"x{n}", "blank") for n in range(30)] + [Fault("x0", "blank")]
    text = on_route(names.ANY, refusals.Invalid(*faults), 400)
    assert (text.count("; "), text[:28], text[-7:]) == (20, "x0 is required; x1 is requir", "10 more")


@pytest.mark.parametrize(
    ("route", "what", "which", "text"),
    [
        (names.ANY, "resource", 7, "resource_id 7 is unknown"),
        (names.RESOURCES, "resource", 7, "parent_id 7 is unknown"),
        (names.ADDING, "resource", 7, "main_resource or resource_parts 7 is unknown"),
        (names.ADDING, "inventory", 7, "inventory 7 is unknown"),
        (names.SAVING, "item", "x", "booking_id x is unknown"),
        (names.ANY, "customer_group", None, "customer_group_id is unknown"),
        (names.ANY, "booking", "\ud800" * 3, "booking_id is unknown"),
        (names.ANY, "booking", "9" * 101, "booking_id is unknown"),
    ],
)
def test_what_is_not_there_is_named(route: ErrorNames, what: str, which: Any, text: str) -> None:
    assert on_route(route, refusals.NotFound(what, which), 404) == text


def test_other_refusals_speak_too() -> None:
    assert on_route(names.SAVING, refusals.Duplicate("email"), 409) == "customer_email is already in use"
    assert on_route(names.ANY, refusals.Retired("resource"), 409) == "resource_id is no longer in use"
    cancelled = refusals.IllegalTransition("cancelled", "confirm")
    assert on_route(names.ANY, cancelled, 409) == "A booking that is cancelled can't be made Live"
    most = "Too many instances, a booking has at most 731"
    assert on_route(names.ANY, refusals.TooManyOccurrences(731), 400) == most


async def test_what_is_in_the_way_is_told_by_title_and_wall_time(venue: Venue) -> None:
    left = venue.world.left
    late = Span(NOW + 13 * HOUR, NOW + 15 * HOUR)
    assert await full_of(venue, Full("resource", left, TAKEN[:1])) == "Left is taken: 2027-03-01 10:00 - 11:00"
    assert await full_of(venue, Full("resource", left, [late])) == "Left is taken: 2027-03-01 23:00 - 2027-03-02 01:00"
    twice = [*TAKEN[:1], *TAKEN[:1]]
    assert await full_of(venue, Full("resource", left, twice)) == "Left is taken: 2027-03-01 10:00 - 11:00"
    many = await full_of(venue, Full("resource", left, TAKEN))
    assert (many.count(" - "), many[-10:]) == (5, "and 2 more")
    assert await full_of(venue, Full("resource", left)) == "Left is taken"


async def test_stock_that_runs_out(venue: Venue) -> None:
    projectors = venue.world.projectors
    text = "Too few of Projectors are left, of 3 in all: 2027-03-01 10:00 - 11:00"
    assert await full_of(venue, Full("resource", projectors, TAKEN[:1])) == text
    assert await full_of(venue, Full("resource", projectors)) == "There are only 3 of Projectors"
    await change_resource(venue.world.ctx(), projectors, ResourcePatch(title="Beamer"))
    assert await full_of(venue, Full("resource", projectors)) == "There are only 3 of Beamer"


async def test_a_hall_whose_part_is_taken(venue: Venue) -> None:
    w, day = venue.world, venue.day()
    times = {"date_from": day, "date_to": venue.day(2), "time_from": "09:00", "time_to": "10:00"}
    worked(await venue.post("/booking_save", {"resource_id": w.left, **times, "date_to": day}))
    whole = {"booking_mode": "direct_booking", "main_resource": w.hall, **times, **RECURS}
    assert refused(await venue.post("/booking_add", whole), 409) == f"Hall is taken: {day} 09:00 - 10:00"
    assert len((await venue.get("/booking_list"))["data"]) == 1


async def test_more_projectors_than_there_are(venue: Venue) -> None:
    w = venue.world
    times = {"date_from": venue.day(), "date_to": venue.day(), "time_from": "09:00", "time_to": "10:00"}
    extras = {str(w.projectors): {"checked": "on", "quantity": 2}}
    whole = {"booking_mode": "direct_booking", "recurring": 0, **times}
    worked(await venue.post("/booking_add", {**whole, "main_resource": w.bo, "inventory": {str(w.bo): extras}}))
    sauna = {**whole, "main_resource": w.sauna, "inventory": {str(w.sauna): extras}}
    text = refused(await venue.post("/booking_add", sauna), 409)
    assert text == f"Too few of Projectors are left, of 3 in all: {venue.day()} 09:00 - 10:00"
    extras[str(w.projectors)]["quantity"] = 4
    later = {"time_from": "11:00", "time_to": "12:00"}
    assert refused(await venue.post("/booking_add", {**sauna, **later}), 409) == "There are only 3 of Projectors"


@pytest.mark.parametrize(
    ("changes", "status", "parts"),
    [
        ({"booking_mode": ""}, 400, "booking_mode is required"),
        (
            {"date_to": "2027-03-01", "booking_mode": "x"},
            400,
            ("booking_mode is not one", "date_to must not be before date_from"),
        ),
        ({"date_from": "2027-02-30"}, 400, "date_from is not valid"),
        ({"main_resource": 987654}, 400, "main_resource 987654 is unknown"),
        ({"customer_id": 987654}, 404, "customer_id 987654 is unknown"),
        ({"date_to": "2040-01-01", **RECURS}, 400, "Too many instances, a booking has at most 731"),
        ({"date_to": "2027-03-09", **RECURS, **FEBRUARY}, 400, "yearly_recurrence[day] is not valid"),
        ({"time_to": "08:00"}, 400, "time_to must be after time_from"),
    ],
)
async def test_bookings_that_cannot_be(venue: Venue, changes: Any, status: int, parts: Any) -> None:
    times = {"date_from": "2027-03-08", "date_to": "2027-03-08", "time_from": "09:00", "time_to": "10:00"}
    whole = {"booking_mode": "direct_booking", "recurring": 0, "main_resource": venue.world.left, **times, **changes}
    text = refused(await venue.post("/booking_add", whole), status)
    assert all(part in text for part in ([parts] if isinstance(parts, str) else parts)), text
    assert (await venue.get("/booking_list"))["total"] == 0


async def test_what_is_full_and_has_no_title(venue: Venue) -> None:
    assert await full_of(venue, Full("session", 7)) == "The session is taken"
    assert await full_of(venue, Full("resource")) == "The resource is taken"
    assert await full_of(venue, Full("resource", 10**15)) == "The resource is taken"


@pytest.mark.parametrize(
    ("body", "status", "start"),
    [
        (b"{", 400, "The body is not a JSON object"),
        (b"[]", 400, "The body is not a JSON object"),
        (b'{"a": NaN}', 400, "The body is not a JSON object"),
        (b'{"first_name": "\\ud800"}', 400, "The body is not a JSON object"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "The parameters are nested deeper than"),
        (b"x" * 2_000_000, 413, "The body is larger than"),
    ],
)
async def test_bodies_that_cannot_be_read(venue: Venue, body: bytes, status: int, start: str) -> None:
    headers = {"content-type": "application/json"}
    response = await venue.client.post("/customer_add", content=body, headers=headers)
    assert refused(response, status).startswith(start)


async def test_bodies_of_another_kind(venue: Venue) -> None:
    response = await venue.client.post("/customer_add", content=b"<a/>", headers={"content-type": "text/xml"})
    assert refused(response, 415) == "The body must be a form or JSON"
    response = await venue.client.post("/customer_add", params={"a": "1", "a[b]": "2"})
    assert refused(response) == "The parameters contradict each other"


def test_a_server_that_cannot_says_when_to_come_back() -> None:
    for error, status in ((bad.Unavailable(7), 503), (bad.Limited(7), 429)):
        assert (answer(error, call_with()).status, dict(answer(error, call_with()).headers)) == (
            status,
            {"Retry-After": "7"},
        )
    assert message(bad.Unexpected(), 500) == "System error"


async def test_messages_are_in_the_language_that_is_accepted(venue: Venue) -> None:
    left = venue.world.left
    german = await full_of(venue, Full("resource", left, TAKEN), accept_language="de")
    assert german.startswith("Left ist belegt: 2027-03-01 10:00 - 11:00, ")
    assert german.endswith(" und 2 weitere")
    cancelled = refusals.IllegalTransition("cancelled", "confirm")
    text = on_route(names.ANY, cancelled, 409, call_with(accept_language="sk"))
    assert text == "Rezerváciu v stave „zrušená“ nemožno potvrdiť"
