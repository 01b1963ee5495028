"""Through every door: a client that puts back what it got changes nothing, no row, no stamp, no line in the journal."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from kalends.actions.customers.change import change_customer
from kalends.dialects.locaboo import routes as locaboo
from kalends.dialects.makeplans import routes as makeplans
from kalends.engine.customers.customer import CustomerPatch
from tests.desk import told
from tests.dialects.conftest import Connect
from tests.dialects.elsewhere import names
from tests.dialects.locaboo.venue import BASE as LOCABOO
from tests.dialects.makeplans.clinic import BASE as MAKEPLANS
from tests.dialects.place import Place
from tests.world import World, open_clinic

DAYS = 3
CUSTOM = {"shoe": "43", "member": True, "signed_at": "2027-03-01 06:00", "sizes": ["S", 2, None], "on": {"a": False}}
STAMP = "2027-03-01T08:00:00+01:00"
HOURS = {"opening_hours_mon": ["08:00", "12:00", "12:30", "24:00"], "opening_hours_tue": ["18:00", "02:00"]}

Make: TypeAlias = Callable[[Place], Awaitable[str]]
"""Makes an object with all that can be said of it, and answers its path."""


async def made(place: Place, path: str, kind: str, **fields: Any) -> str:
    """The path of a new object of the MakePlans door."""
    response = await place.post(path, {kind: fields})
    assert response.status_code == 200, response.text
    return f"{path}/{response.json()[kind]['id']}"


async def booking(place: Place) -> str:
    w = place.world
    times = {"booked_from": f"{place.monday():%Y-%m-%d} 09:00", "booked_to": f"{place.monday():%Y-%m-%d} 10:30"}
    texts = {name: f"https://example.org/{name}" for name in ("external_url", "external_host_url", "title", "notes")}
    stamps = dict.fromkeys(("reminder_at", "reminded_at", "paid_at", "invoiced_at"), STAMP)
    who = {"person_id": w.kari, "booked_by_person_id": w.ola, "resource_id": w.ada, "service_id": w.massage}
    more = {"external_id": "A-1", "paid_amount": "9.995", "status": "checked_in", "coupon_id": 7, "count": 1}
    return await made(place, "/bookings", "booking", **times, **texts, **stamps, **who, **more, custom_data=CUSTOM)


async def busy_time(place: Place) -> str:
    times = {"booked_from": f"{place.monday():%Y-%m-%d} 09:00", "booked_to": f"{place.monday(1):%Y-%m-%d} 00:00"}
    return await made(place, "/bookings", "booking", **times, resource_id=place.world.hall, count=1)


async def seat(place: Place) -> str:
    yoga = await place.world.class_of(5, place.monday().replace(hour=18))
    return await made(place, "/bookings", "booking", event_id=yoga, person_id=place.world.kari)


async def hold(place: Place) -> str:
    w = place.world
    start = f"{place.monday():%Y-%m-%d} 09:00"
    wish = {"resource_id": w.ada, "service_id": w.massage, "person_id": w.kari, "booked_from": start}
    response = await place.post("/bookings", {"booking": {**wish, "verification_code": "012345"}, "confirm": False})
    assert response.json()["booking"]["state"] == "awaiting_verification", response.text
    return f"/bookings/{response.json()['booking']['id']}"


async def person(place: Place) -> str:
    address = {"street": "Torget 1", "city": "Oslo", "postal_code": "0155", "state": "Oslo", "country_code": "NO"}
    contacts = {"email": "Eve@example.org", "phone_number": "41 00 00 00 ext. 3", "national_id_no": "0101"}
    more = {"date_of_birth": "1980-05-17", "locale": "nb", "notes": "Loud", "external_id": "P-1"}
    marketing = {"opt_in_marketing": True, "opt_in_marketing_at": STAMP, "parent_id": place.world.kari}
    fields = {"name": "Eve Maria  von Berg", **address, **contacts, **more, **marketing}
    return await made(place, "/people", "person", **fields, custom_data=CUSTOM)


async def person_with_a_split_name(place: Place) -> str:
    w = place.world
    await change_customer(w.ctx(), w.kari, CustomerPatch(first_name="Kari", last_name="von Berg", company="Spa"))
    return f"/people/{w.kari}"


async def resource(place: Place) -> str:
    return await made(place, "/resources", "resource", title="Eve", notes="x", capacity=2, custom_data=CUSTOM, **HOURS)


async def resource_with_old_hours(place: Place) -> str:
    days = {f"{end}_{day}": at for day in range(7) for end, at in (("open", "00:00"), ("close", "24:00"))}
    return await made(place, "/resources", "resource", title="Eve", **{**days, "open_3": "09:00"})


async def service(place: Place) -> str:
    numbers = {"interval": 50, "next_interval": 15, "price": "9.99", "max_slots": 3, "booking_capacity": 2}
    numbers |= {"booking_minimum": 1, "interval_rounding": 5, "priority_value": 2, "buffer_before": 5, "notice": 60}
    flags = dict.fromkeys(("same_day", "has_day_booking", "payment_required", "allow_invoice"), True)
    texts = {"title": "Bath", "description": "Hot", "template": "t", "terms": "x", "mail_confirmation": "Hi"}
    fields = {**numbers, **flags, **texts, "availability_type": "provider", "custom_data": CUSTOM}
    return await made(place, "/services", "service", **fields)


async def provider(place: Place) -> str:
    w = place.world
    return await made(place, "/providers", "provider", resource_id=w.bo, service_id=w.physio, priority_value=3, **HOURS)


async def event(place: Place) -> str:
    w = place.world
    times = {"starts_at": f"{place.monday():%Y-%m-%d} 09:00", "ends_at": f"{place.monday():%Y-%m-%d} 10:30"}
    stamps = {"first_booking_at": STAMP, "last_booking_at": STAMP, "published": False}
    words = {"title": "Yoga", "description": "Slow", "external_id": "E-1", "custom_data": CUSTOM, "capacity": 7}
    return await made(place, "/events", "event", service_id=w.yoga, resource_id=w.hall, **times, **stamps, **words)


async def bare_event(place: Place) -> str:
    start = f"{place.monday():%Y-%m-%d} 09:00"
    return await made(place, "/events", "event", service_id=place.world.yoga, starts_at=start)


async def web_hook(place: Place) -> str:
    hook = {"target_url": "https://example.org/x", "event": "booking.*", "secret": "s" * 32, "active": False}
    return await made(place, "/web_hooks", "web_hook", **hook)


async def exception_date(place: Place) -> str:
    path = f"/resources/{place.world.ada}/exception_dates/{place.monday(DAYS):%Y-%m-%d}"
    await place.client.put(path, json={"resource_exception_date": {"opening_hours": ["09:00", "12:00"]}})
    return path


async def closed_date(place: Place) -> str:
    path = f"/resources/{place.world.ada}/exception_dates/{place.monday(DAYS):%Y-%m-%d}"
    await place.client.put(path, json={"resource_exception_date": {"opening_hours": [""]}})
    return path


async def untouched_client(place: Place) -> str:
    return "/client"


async def client(place: Place) -> str:
    flags = dict.fromkeys(("public_access", "allow_cancellation", "email_notification", "reminder_sms"), True)
    texts = {
        "footer": "Bye",
        "logo": "https://example.org/l",
        "mail_confirmation_subject": "Hi",
        "first_bookable_period": "P1D",
    }
    settings = {"settings": {"a": [1, {"b": None}], "c": 1.5}, "slot_generation": "dynamic", "interval_rounding": 5}
    response = await place.client.put("/client", json={"client": {**flags, **texts, **settings}})
    assert response.status_code == 200, response.text
    return "/client"


CASES: dict[str, tuple[Make, ...]] = {
    "/bookings/{booking_id}": (booking, busy_time, seat, hold),
    "/people/{person_id}": (person, person_with_a_split_name),
    "/resources/{resource_id}": (resource, resource_with_old_hours),
    "/resources/{resource_id}/exception_dates/{exception_date}": (exception_date, closed_date),
    "/services/{service_id}": (service,),
    "/providers/{provider_id}": (provider,),
    "/events/{event_id}": (event, bare_event),
    "/client": (untouched_client, client),
    "/web_hooks/{web_hook_id}": (web_hook,),
}
LISTS = {"/resources/{resource_id}/exception_dates"}
MAKEPLANS_CASES = [make for makes in CASES.values() for make in makes]


async def test_every_route_that_is_read_and_written_is_here() -> None:
    routes = names(makeplans.ROUTES)
    read, written = ({name.split()[1] for name in routes if name.startswith(method)} for method in ("GET", "PUT"))
    assert read & written == CASES.keys() | LISTS
    changing = {name.split()[1] for name in names(locaboo.ROUTES) if name.endswith(("_edit", "_save"))}
    assert changing == {"/customer_edit", "/booking_save"}


@pytest.fixture
async def world(db: Any) -> World:
    return await open_clinic(db, verification="email")


@pytest.mark.parametrize("params", [{}, {"extended": "true"}], ids=["brief", "extended"])
@pytest.mark.parametrize("make", MAKEPLANS_CASES, ids=lambda make: make.__name__)
async def test_makeplans(world: World, connect: Connect, make: Make, params: dict[str, str]) -> None:
    bearer = {"authorization": f"Bearer {await world.key('makeplans')}"}
    place = Place(world, connect(MAKEPLANS, headers=bearer))
    path = await make(place)
    before, journal = await everything(world), await told(world)
    got = (await place.client.get(path, params=params)).json()
    response = await place.client.put(path, json=got, params=params)
    assert response.status_code == 200, response.text
    assert await told(world) == journal
    assert await everything(world) == before
    assert (await place.client.get(path, params=params)).json() == got


@pytest.mark.parametrize("kept", [{}, {"show_name": "Kari N.", "iban": "NO1", "customer_tags": ["vip"]}])
async def test_locaboo(world: World, connect: Connect, kept: dict[str, Any]) -> None:
    place = Place(world, connect(LOCABOO, params={"api_secret_key": await world.key("locaboo")}))
    await change_customer(world.ctx(), world.kari, CustomerPatch(company="Spa", details={"locaboo": kept}))
    day = f"{place.monday():%Y-%m-%d}"
    times = {"date_from": day, "date_to": day, "time_from": "09:00", "time_to": "10:00"}
    words = {"booking_title": "Choir", "booking_comments": "Loud", "customer_id": world.kari}
    fields = {**times, **words, "resource_id": world.left}
    booked = (await place.post("/booking_save", fields)).json()["data"][0]["id"]
    before, journal = await everything(world), await told(world)
    customers = (await place.client.get("/customer_list")).json()["data"]
    for customer in customers:
        assert (await place.post("/customer_edit", customer)).json()["success"] is True
    saved = await place.post("/booking_save", {**fields, "booking_id": booked})
    assert saved.json()["success"] is True, saved.text
    assert await told(world) == journal
    assert await everything(world) == before
    assert (await place.client.get("/customer_list")).json()["data"] == customers


async def everything(world: World) -> list[Any]:
    """All rows of the account that doors can write, but for the journal."""
    tables = ["customer", "booking", "item", "claim", "group_session", "resource", "opening", "service", "outbox"]
    tables += ["service_resource", "opening_exception", "webhook"]
    rows = ["select to_jsonb(t) from account t where id = $1"]
    rows += [f"select to_jsonb(t) from {table} t where account_id = $1" for table in tables]
    found = await world.db.fetch(" union all ".join(rows), world.account.id)
    return sorted((row[0] for row in found), key=repr)
