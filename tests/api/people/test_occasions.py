"""Events that are advertised, and the papers about them, through the API."""

import httpx

from tests.api.conftest import Connect
from tests.desk import made, visit
from tests.world import World

CONCERT = {"title": "Concert", "from": "2027-06-01T17:00", "to": "2027-06-01T23:00", "entrance": "17:30"}


async def test_an_event_is_added_shown_changed_and_taken_off(api: httpx.AsyncClient, clinic: World) -> None:
    added = await api.post("/occasions", json=CONCERT)
    shown = added.json()
    assert (added.status_code, shown["from"], shown["entrance"]) == (201, "2027-06-01T17:00:00+02:00", "17:30")
    path, tag = added.headers["location"], added.headers["etag"]
    assert (await api.get(path)).json() == shown
    changed = await api.patch(path, json={"beginning": "18:00", "entrance": None}, headers={"if-match": tag})
    assert (changed.json()["beginning"], changed.json()["entrance"]) == ("18:00", None)
    assert (await api.patch(path, json={"notice": "x"}, headers={"if-match": tag})).status_code == 412
    assert (await api.get("/occasions")).json()["data"] == [changed.json()]
    await api.patch(path, json={"active": False})
    assert (await api.get("/occasions")).json()["data"] == []
    assert (await api.get(path)).json()["active"] is False


async def test_events_are_listed_in_the_order_of_their_starts(api: httpx.AsyncClient) -> None:
    for day in (3, 1, 2):
        sent = CONCERT | {"title": str(day), "from": f"2027-06-0{day}T17:00", "to": f"2027-06-0{day}T23:00"}
        await api.post("/occasions", json=sent)
    page = (await api.get("/occasions", params={"limit": 2, "count": True})).json()
    assert ([each["title"] for each in page["data"]], page["total"]) == (["1", "2"], 3)
    rest = (await api.get("/occasions", params={"limit": 2, "cursor": page["next"]})).json()
    assert [each["title"] for each in rest["data"]] == ["3"]
    some = await api.get("/occasions", params={"from": "2027-06-02", "to": "2027-06-03"})
    assert [each["title"] for each in some.json()["data"]] == ["2"]
    backwards = await api.get("/occasions", params={"from": "2027-06-02", "to": "2027-06-02"})
    assert backwards.json()["errors"][0]["parameter"] == "to"
    far = await api.get("/occasions", params={"from": "9999-12-31", "to": "0001-01-01"})
    assert {each["parameter"] for each in far.json()["errors"]} == {"from", "to"}


async def test_all_that_is_wrong_with_an_event_is_told(api: httpx.AsyncClient, connect: Connect, clinic: World) -> None:
    sent = CONCERT | {"title": "", "entrance": "25:00", "ticket_price": "x" * 256}
    wrong = await api.post("/occasions", json=sent)
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/title", "/entrance", "/ticket_price"}
    wrong = await api.post("/occasions", json=CONCERT | {"to": CONCERT["from"], "beginning": "24:00"})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/to", "/beginning"}
    skipped = await api.post("/occasions", json=CONCERT | {"from": "2027-03-28T02:30"})
    assert (skipped.status_code, skipped.json()["pointer"]) == (422, "/from")
    limited = await connect(clinic, site_ids=frozenset({clinic.site}))
    assert (await limited.post("/occasions", json=CONCERT)).status_code == 403


async def test_papers_about_an_event_are_numbered_and_dealt_with(
    api: httpx.AsyncClient, connect: Connect, clinic: World
) -> None:
    booking = f"bkg_{(await made(clinic, visit(clinic))).booking_id}"
    path = (await api.post("/occasions", json=CONCERT)).headers["location"] + "/documents"
    offer = await api.post(path, json={"kind": "offer", "bookings": [booking]})
    assert (offer.status_code, offer.json()["number"], offer.json()["bookings"]) == (201, "OFFER 1", [booking])
    money = {"amount": "450.00", "currency": "NOK"}
    own = await api.post(path, json={"kind": "order_confirmation", "number": "B-7", "amount": money})
    assert (own.json()["number"], own.json()["amount"]) == ("B-7", money)
    done = await api.post(f"/documents/{offer.json()['id']}/process", json={"date": "2027-03-02"})
    assert done.json() == offer.json() | {"processed_on": "2027-03-02"}
    assert (await api.get(path)).json()["data"] == [done.json(), own.json()]
    early = await api.post(f"/documents/{offer.json()['id']}/process", json={"date": "2027-02-01"})
    assert (early.json()["errors"][0]["pointer"], early.json()["errors"][0]["code"]) == ("/date", "before_start")
    again = await api.post(path, json={"kind": "order_confirmation", "number": "B-7"})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/number")
    unknown = await api.post(path, json={"kind": "invoice", "bookings": [booking, "bkg_987654"]})
    assert [each["pointer"] for each in unknown.json()["errors"]] == ["/bookings/1"]
    euros = await api.post(path, json={"kind": "offer", "amount": {"amount": "1", "currency": "EUR"}})
    assert euros.json()["errors"][0]["pointer"] == "/amount/currency"
    annex = int((await api.post("/sites", json={"name": "Annex"})).json()["id"].removeprefix("site_"))
    elsewhere = await connect(clinic, site_ids=frozenset({annex}))
    assert (await elsewhere.get(path)).json()["data"] == [own.json()]
