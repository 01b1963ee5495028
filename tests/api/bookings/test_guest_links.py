"""Secrets for guests, and what is booked over what is booked, through the API."""

import httpx

from tests.api.conftest import Connect
from tests.desk import SOON, made, visit
from tests.world import World


async def test_a_guest_sees_what_was_booked_and_nothing_else(
    api: httpx.AsyncClient, connect: Connect, clinic: World
) -> None:
    item = await made(clinic, visit(clinic))
    other = await made(clinic, visit(clinic, resource_id=clinic.bo))
    for path in (f"/items/item_{item.id}", f"/bookings/bkg_{item.booking_id}"):
        link = await api.post(f"{path}/links", json={"expires_at": "2027-03-05T10:00"})
        assert (link.status_code, link.json()["expires_at"]) == (201, "2027-03-05T10:00:00+01:00")
        guest = {"authorization": f"Bearer {link.json()['secret']}"}
        assert (await api.get(f"/items/item_{item.id}", headers=guest)).status_code == 200
        assert (await api.get(f"/items/item_{other.id}", headers=guest)).status_code == 404
        assert (await api.post(f"/items/item_{item.id}/confirm", json={}, headers=guest)).status_code == 403


async def test_it_ends_in_the_future(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    for path in (f"/items/item_{item.id}/links", f"/bookings/bkg_{item.booking_id}/links"):
        past = await api.post(path, json={"expires_at": "2027-02-28T10:00:00Z"})
        assert [(each["pointer"], each["code"]) for each in past.json()["errors"]] == [("/expires_at", "past")]
        skipped = await api.post(path, json={"expires_at": "2027-03-28T02:30"})
        assert (skipped.status_code, skipped.json()["pointer"]) == (422, "/expires_at")
    assert (await api.post("/items/item_987654/links", json={"expires_at": "2028-01-01T10:00"})).status_code == 404


async def test_what_overlaps_others_is_told(api: httpx.AsyncClient, clinic: World) -> None:
    first = await made(clinic, visit(clinic))
    path = f"/items/item_{first.id}/conflicts"
    assert (await api.get(path)).json() == {"has_conflicts": False}
    line = {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": SOON.isoformat()}
    over = await api.post("/bookings", json={"lines": [line], "on_conflict": "overlap"})
    assert over.status_code == 201
    assert (await api.get(path)).json() == {"has_conflicts": True}
    session = await clinic.class_of(9)
    assert (await api.get(f"/sessions/ses_{session}/conflicts")).json() == {"has_conflicts": False}
