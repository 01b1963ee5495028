"""The account: what it says of itself, its rules, its holidays, its webhooks, and that it is alone."""

import re
from typing import Any

import pytest

from kalends.actions.availability.holidays import set_calendar
from kalends.actions.catalog.sites import change_site
from kalends.dialects.makeplans.routes import ROUTES
from kalends.engine.availability.holidays import HolidayCalendar
from kalends.engine.catalog.site import SitePatch
from kalends.store.catalog.sites import find_sites
from tests.dialects.makeplans.clinic import NOT_FOUND, Clinic, errors, unwrapped
from tests.dialects.makeplans.conftest import Open

HOOK = {"target_url": "https://example.org/told", "event": "booking.*"}


async def test_an_account_says_who_it_is(clinic: Clinic) -> None:
    client = unwrapped(await clinic.client.get("/client"), "client")
    assert (client["subdomain"], client["name"]) == (clinic.world.account.slug, "Clinic")
    assert (client["time_zone"], client["country_code"], client["locale"]) == ("Europe/Oslo", "NO", "nb")
    assert client["slot_generation"] == "fixed"
    assert (client["currency"], client["confirm_manually"], client["verification_method"]) == ("NOK", False, 0)
    sent = {"name": "Klinikk", "footer": "Velkommen", "closed_for_holidays": "1", "settings": {"a": [1, None]}}
    changed = unwrapped(await clinic.put("/client", {"client": sent}), "client")
    assert {name: changed[name] for name in sent} == {**sent, "closed_for_holidays": True}
    again = unwrapped(await clinic.put("/client", {"client": changed}), "client")
    assert again == {**changed, "updated_at": again["updated_at"]}
    assert unwrapped(await clinic.client.get("/client"), "client") == again


async def test_whether_it_is_closed_on_holidays(clinic: Clinic) -> None:
    w = clinic.world
    client = unwrapped(await clinic.client.get("/client"), "client")
    assert (client["id"], client["closed_for_holidays"]) == (w.account.id, False)
    calendar = await set_calendar(w.ctx(), "Fair", HolidayCalendar(None, days=((clinic.monday().date(), "Fair"),)))
    await change_site(w.ctx(), w.site, SitePatch(holiday_calendar_id=calendar))
    assert unwrapped(await clinic.client.get("/client"), "client")["closed_for_holidays"] is True
    assert await closed_days(clinic) == 1
    for closed in (True, False):
        changed = unwrapped(await clinic.put("/client", {"client": {"closed_for_holidays": closed}}), "client")
        assert (changed["closed_for_holidays"], await closed_days(clinic)) == (closed, int(closed))
    changed = unwrapped(await clinic.put("/client", {"client": {"closed_for_holidays": True}}), "client")
    assert changed["closed_for_holidays"] is True
    assert (await find_sites(w.db, w.account.id))[0].holiday_calendar_id not in (None, calendar)


async def closed_days(clinic: Clinic) -> int:
    """1 if Ada is closed on that Monday, the day of the fair, else 0."""
    hours = f"/resources/{clinic.world.ada}/opening_hours?from={clinic.monday():%Y-%m-%d}"
    days = (await clinic.client.get(hours)).json()
    return sum(day["resource_opening_hours"]["opening_hours"] is None for day in days)


async def test_deprecated_fields_are_kept(clinic: Clinic) -> None:
    assert unwrapped(await clinic.client.get("/client"), "client")["slot_generation_type"] == 1
    sent = {"slot_generation_type": 2, "google_merchant_id": "1", "google_merchant_key": "x"}
    changed = unwrapped(await clinic.put("/client", {"client": sent}), "client")
    assert ({name: changed[name] for name in sent}, changed["slot_generation"]) == (sent, "dynamic")
    back = unwrapped(await clinic.put("/client", {"client": {"slot_generation_type": "1"}}), "client")
    assert (back["slot_generation_type"], back["slot_generation"]) == (1, "fixed")
    wrong = errors(await clinic.put("/client", {"client": {"slot_generation_type": 3}}))
    assert wrong == {"slot_generation_type": ["is not included in the list"]}


@pytest.mark.parametrize("method", [{"verification_method": 2}, {"verification_methods": "sms"}])
async def test_rules_steer_bookings(clinic: Clinic, method: dict[str, Any]) -> None:
    sent = {**method, "confirm_manually": True, "reminder_sms": True}
    changed = unwrapped(await clinic.put("/client", {"client": sent}), "client")
    assert (changed["verification_method"], changed["verification_methods"]) == (2, "sms")
    body = {"booking": clinic.massage(9), "confirm": False}
    made = unwrapped(await clinic.post("/bookings", body))
    assert (made["state"], made["verification_method"]) == ("awaiting_verification", "sms")
    assert made["reminder_at"] is not None
    assert unwrapped(await clinic.put(f"/bookings/{made['id']}/verify"))["state"] == "awaiting_confirmation"


async def test_an_account_that_cannot_be(clinic: Clinic) -> None:
    for sent, expected in (
        ({"name": " "}, {"name": ["can't be blank"]}),
        ({"time_zone": "Mars/Base"}, {"time_zone": ["must exist"]}),
        ({"country_code": "ZZ", "currency": "ZZZ"}, {"country_code": ["is invalid"], "currency": ["is invalid"]}),
        ({"verification_method": 9}, {"verification_method": ["is not included in the list"]}),
        ({"confirm_manually": "perhaps"}, {"confirm_manually": ["is invalid"]}),
    ):
        assert errors(await clinic.put("/client", {"client": sent})) == expected


async def test_holidays(clinic: Clinic) -> None:
    response = await clinic.client.get("/client/holidays?from=2027-05-01&to=2027-05-17")
    holidays = {row["holiday"]["date"]: row["holiday"]["name"] for row in response.json()}
    assert list(holidays) == ["2027-05-01", "2027-05-06", "2027-05-16", "2027-05-17"]
    year = [row["holiday"]["date"][:4] for row in (await clinic.client.get("/client/holidays")).json()]
    assert set(year) == {str(clinic.world.now.year)}
    assert errors(await clinic.client.get("/client/holidays?from=2027-05-02&to=2027-05-01")) == {
        "to": ["must be after start"]
    }


async def test_a_web_hook(clinic: Clinic) -> None:
    made = unwrapped(await clinic.post("/web_hooks", {"web_hook": HOOK}), "web_hook")
    assert {name: made[name] for name in HOOK} == HOOK
    assert (made["active"], "secret" in made) == (True, False)
    path = f"/web_hooks/{made['id']}"
    assert unwrapped(await clinic.client.get(path), "web_hook") == made
    assert [row["web_hook"] for row in (await clinic.client.get("/web_hooks")).json()] == [made]
    sent = {"active": False, "event": "person.created", "secret": "0123456789abcdef"}
    changed = unwrapped(await clinic.put(path, {"web_hook": sent}), "web_hook")
    assert (changed["active"], changed["event"], changed["target_url"]) == (False, "person.created", HOOK["target_url"])
    assert unwrapped(await clinic.client.delete(path), "web_hook")["id"] == made["id"]
    assert errors(await clinic.client.get(path), 404) == NOT_FOUND


async def test_a_web_hook_that_cannot_be(clinic: Clinic) -> None:
    assert errors(await clinic.post("/web_hooks", {"web_hook": {"active": True}})) == {
        "target_url": ["can't be blank"],
        "event": ["can't be blank"],
    }
    for url in ("http://example.org/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/", "x"):
        assert errors(await clinic.post("/web_hooks", {"web_hook": {**HOOK, "target_url": url}})) == {
            "target_url": ["is invalid"]
        }
    assert errors(await clinic.post("/web_hooks", {"web_hook": {**HOOK, "event": "e" * 51}})) == {
        "event": ["is too long"]
    }


async def test_nothing_of_another_account_is_there(clinic: Clinic, clinic_with: Open) -> None:
    """Whatever path names a thing of theirs, and whatever is asked of it."""
    theirs = await clinic_with()
    ids = await everything_of(theirs)
    day = f"{clinic.monday():%Y-%m-%d}"
    named = [
        (method, path.replace("{exception_date:str}", day))
        for method, path, _, _ in ROUTES
        if "_id:str}" in path and "booking" not in path.split("/")[1]
    ]
    assert len(named) > 50
    for method, template in named:
        path = re.sub(r"{(\w+):str}", lambda part: str(ids[part[1]]), template)
        body = {"person": {"name": "x"}, "resource_exception_date": {"opening_hours": []}}
        many = {"resource_exception_dates": [{"exception_date": day}], "merge_person_id": clinic.world.kari}
        response = await clinic.client.request(method, path, json=None if method == "GET" else {**body, **many})
        assert errors(response, 404) == NOT_FOUND, (method, path)


async def everything_of(clinic: Clinic) -> dict[str, Any]:
    """The id of one of each kind, by the name that paths give it."""
    w = clinic.world
    await clinic.put(
        f"/resources/{w.ada}/exception_dates/{clinic.monday():%Y-%m-%d}",
        {"resource_exception_date": {"opening_hours": []}},
    )
    event = {"service_id": w.yoga, "starts_at": clinic.at(18), "ends_at": clinic.at(19)}
    series = await clinic.post("/events/recurring", {"event": event, "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}})
    (provider, *_) = (await clinic.client.get("/providers")).json()
    hook = unwrapped(await clinic.post("/web_hooks", {"web_hook": HOOK}), "web_hook")
    return {
        "person_id": w.kari,
        "resource_id": w.ada,
        "service_id": w.massage,
        "provider_id": provider["provider"]["id"],
        "event_id": await w.class_of(3),
        "collection_id": series.json()["collection_id"],
        "web_hook_id": hook["id"],
    }
