"""Events are listed and shown with their documents, as on the vendor's page."""

from datetime import datetime, timedelta
from typing import Any

from kalends.actions.billing.documents import add_document, process_document
from kalends.actions.billing.occasions import add_occasion
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import Occasion, OccasionPatch
from tests.desk import hour_of, made
from tests.dialects.locaboo.vendor import example
from tests.dialects.locaboo.venue import Venue, refused
from tests.dialects.place import OSLO

AT = "2021-05-01T00:00:00Z"
MADE = {"created_at": AT, "created_by": "vendor"}
JAZZ = {"id": 1, "title": "Event 1", "headline": "Test Title", "description": "Test"}
TICKETS = {"ticket_link": "https://app.locaboo.com/", "ticket_price": "12", "notice": "Test"}
ADVERTISED = {"headline": "Test marketing title", "description": "Description", **TICKETS}
PICTURE = "https://app.locaboo.com/files/eplanning/marketingdata/262/test_file{}.jpg"
RESOURCES = ((47, None, "Sandkasten"), (48, None, "Stefan Test"), (49, 48, "Kleine Halle"))
ITEMS = (
    (6201748, 149293, 47, "2021-05-16 09:00", "2021-05-16 17:00"),
    (6201749, 149293, 47, "2021-05-16 09:00", "2021-05-16 17:00"),
    (5693679, 193527, 49, "2021-05-16 12:00", "2021-05-16 12:15"),
)
DOCUMENTS = (
    (1, "offer", "OFFER 1", "11.5", "2021-05-13", "2021-05-14"),
    (2, "order_confirmation", "CONF 1", "12.65", "2021-05-14", "2021-05-15"),
    (3, "invoice", "INVOICE 1", "12.65", "2021-05-15", None),
)


async def put(venue: Venue, table: str, *rows: dict[str, Any]) -> None:
    """Rows of a table, in the words of its columns; the rest is as the database has it."""
    for row in rows:
        names = ", ".join(["account_id", *row])
        await venue.world.db.execute(
            f"insert into {table} ({names}) select {names} from jsonb_populate_record(null::{table}, $1)",
            {"account_id": venue.world.account.id, **row},
        )


def event(id_: int, starts: str, ends: str, **columns: Any) -> dict[str, Any]:
    """An event's row, the times on the wall in Oslo."""
    times = {"starts_at": instant(starts), "ends_at": instant(ends), "image": PICTURE.format(id_)}
    return {"id": id_, "title": f"Event {id_}", **times, **columns, "created_at": AT, "updated_at": AT}


def instant(wall: str) -> str:
    return datetime.fromisoformat(wall).replace(tzinfo=OSLO).isoformat()


async def book(venue: Venue) -> None:
    """The bookings of the page, which overlap each other."""
    for id_, parent, title in RESOURCES:
        path = [resource_id for resource_id in (parent, id_) if resource_id is not None]
        row = {"id": id_, "site_id": venue.world.site, "parent_id": parent, "path": path, "title": title}
        await put(venue, "resource", {**row, "created_at": AT, "updated_at": AT})
    for id_, title in ((149293, "Document test booking"), (193527, "Test")):
        uid = f"00000000-0000-4000-8000-{id_:012}"
        await put(
            venue, "booking", {"id": id_, "uid": uid, "title": title, **MADE, "updated_at": AT, "updated_by": "vendor"}
        )
    usual = {"kind": "appointment", "state": "confirmed", "units": 1, "overlap_allowed": True}
    usual |= {"extras": [], "details": {}}
    for id_, booking_id, resource_id, starts, ends in ITEMS:
        place = {"id": id_, "booking_id": booking_id, "resource_id": resource_id, "revision": 0}
        times = {"starts_at": instant(starts), "ends_at": instant(ends)}
        await put(venue, "item", {**usual, **place, **times, **MADE, "updated_at": AT, "updated_by": "vendor"})


async def jazz(venue: Venue, days: int = 0, hours: int = 3, **fields: Any) -> Occasion:
    """An event at 21:00 on the venue's Monday or so many days later."""
    starts = venue.monday(days).replace(hour=21)
    patch = OccasionPatch(title="Jazz", starts_at=starts, ends_at=starts + timedelta(hours=hours), **fields)
    return await add_occasion(venue.world.ctx(), patch)


async def test_the_list_of_the_page(venue: Venue) -> None:
    minutes = {"entrance_minute": 300, "beginning_minute": 480}
    first = event(1, "2021-05-13 03:00", "2021-05-14 05:00", **ADVERTISED, **minutes)
    second = event(2, "2021-05-15 03:00", "2021-05-16 05:00", **ADVERTISED, **minutes)
    await put(venue, "occasion", second, first)
    body = await venue.get("/event_list", date_from="2021-05-10", date_to="2021-05-20")
    assert body == example("event_list")


async def test_the_details_of_the_page(venue: Venue) -> None:
    minutes = {"entrance_minute": 240, "beginning_minute": 540}
    await put(venue, "occasion", event(1, "2021-05-13 06:28", "2021-05-14 12:00", **JAZZ, **minutes))
    await book(venue)
    for id_, kind, number, amount, day, processed in DOCUMENTS:
        paper = {"id": id_, "occasion_id": 1, "kind": kind, "number": number, "amount": amount, "day": day}
        await put(venue, "document", {**paper, "processed_on": processed, "created_at": AT})
    await put(venue, "document_booking", *({"document_id": 1, "booking_id": id_} for id_ in (149293, 193527)))
    # The page counts 2 for the one event that it shows.
    assert await venue.get("/event_details/1") == {**example("event_details"), "total": 1}


async def test_the_days_of_a_list(venue: Venue) -> None:
    monday, tuesday = await jazz(venue), await jazz(venue, 1)

    async def listed(**params: str) -> list[int]:
        return [row["id"] for row in (await venue.get("/event_list", **params))["data"]]

    assert await listed() == [monday.id, tuesday.id]
    assert await listed(date_from="", date_to="") == [monday.id, tuesday.id]
    assert await listed(date_from=venue.day(), date_to=venue.day()) == [monday.id]
    assert await listed(date_from=venue.day(1)) == [tuesday.id]
    assert await listed(date_to=venue.day()) == [monday.id]
    assert await listed(date_from=venue.day(2)) == []


async def test_what_an_event_does_not_say(venue: Venue) -> None:
    made_ = await jazz(venue)
    (row,) = (await venue.get("/event_list"))["data"]
    assert (row["id"], row["event_title"], row["marketing_data_title"]) == (made_.id, "Jazz", "")
    assert (row["entrance_time"], row["beginning_time"], row["image"]) == (None, None, "")
    assert (row["date_to"], row["time_to"]) == (f"{venue.monday():%d.%m.%Y}", "23:59")


async def test_documents_of_what_was_booked(venue: Venue) -> None:
    w = venue.world
    party = await jazz(venue)
    item = await made(w, hour_of(w.left, venue.monday().replace(hour=23)))
    wish = DocumentPatch(kind="offer", booking_ids=(item.booking_id,))
    offer = await add_document(w.ctx(), party.id, wish)
    await process_document(w.ctx(), offer.id)
    ((shown,),) = [row["documents"] for row in (await venue.get(f"/event_details/{party.id}"))["data"]]
    assert (shown["document_number"], shown["price"], shown["processed_status"]) == ("OFFER 1", 0, 1)
    day = f"{venue.monday():%d.%m.%Y}"
    instance = {"id": item.id, "resource_id": w.left, "resource": "Hall > Left"}
    instances = [{**instance, "from": f"{day} 23:00", "to": f"{day} 23:59"}]
    resources = [{"resource_id": w.hall, "resource": "Hall", "instances": instances}]
    assert shown["bookings"] == [{"id": item.booking_id, "title": "", "resources": resources}]


async def test_what_cannot_be_asked(venue: Venue) -> None:
    for params in ({"date_from": "2021-02-30"}, {"date_to": "soon"}, {"date_from[]": "2021-05-01"}):
        assert refused(await venue.client.get("/event_list", params=params)).startswith("date_")
    reversed_days = {"date_from": venue.day(1), "date_to": venue.day()}
    assert refused(await venue.client.get("/event_list", params=reversed_days)).startswith("date_to")
    for which in ("987654321", "1e3", "9" * 30, "-1"):
        refused(await venue.client.get(f"/event_details/{which}"), 404)
