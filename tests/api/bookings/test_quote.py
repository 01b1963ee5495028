"""Quotes through the API: what would become of each line, and what it would cost."""

from decimal import Decimal
from typing import Any

import httpx

from kalends.actions.catalog.services import change_service
from kalends.engine.catalog.service import ServicePatch
from tests.desk import counted, made, visit
from tests.world import World, open_clinic


def massage(clinic: World, start: str = "2027-03-01T11:00:00", **fields: Any) -> dict[str, Any]:
    return {"service": f"svc_{clinic.massage}", "from": start, **fields}


async def quote(api: httpx.AsyncClient, *lines: Any, **fields: Any) -> Any:
    answer = await api.post("/bookings/quote", json={"lines": lines, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_would_be_booked_is_told_with_its_price_and_nothing_is_kept(
    api: httpx.AsyncClient, clinic: World
) -> None:
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(price=Decimal(450), tax_rate=Decimal(25)))
    before = await counted(clinic)
    quoted = await quote(api, massage(clinic), customer=f"cus_{clinic.kari}")
    assert await counted(clinic) == before
    assert (quoted["bookable"], quoted["reason"], quoted["next_free"]) == (True, None, [])
    (line,) = quoted["lines"]
    assert (line["outcome"], line["resource"], line["from"], line["state"]) == (
        "booked",
        f"res_{clinic.ada}",
        "2027-03-01T11:00:00+01:00",
        "confirmed",
    )
    price = quoted["price"]
    assert [price[name]["amount"] for name in ("net", "tax", "total")] == ["450.00", "112.50", "562.50"]
    assert (price["lines"][0]["line"], price["lines"][0]["title"]) == (0, "Massage (Ada)")
    assert quoted["policy"] == {"verification": "none", "confirm_manually": False, "hold_minutes": 20}


async def test_what_is_taken_is_told_with_what_is_free_instead(api: httpx.AsyncClient, clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    quoted = await quote(api, massage(clinic, resource=f"res_{clinic.ada}"))
    assert (quoted["bookable"], quoted["lines"], quoted["price"]) == (False, [], None)
    assert quoted["reason"]["code"] == "taken"
    assert [conflict["item"] for conflict in quoted["reason"]["conflicts"]] == [f"item_{item.id}"]
    assert [time["from"][11:16] for time in quoted["next_free"]] == ["12:00", "13:00", "14:00"]


async def test_what_is_closed_says_so(api: httpx.AsyncClient, clinic: World) -> None:
    quoted = await quote(api, massage(clinic, "2027-03-01T22:00:00"), public=True)
    assert (quoted["bookable"], quoted["reason"]["code"]) == (False, "closed")


async def test_each_line_has_its_outcome(api: httpx.AsyncClient, clinic: World) -> None:
    await made(clinic, visit(clinic))
    ada = f"res_{clinic.ada}"
    lines = massage(clinic, resource=ada), massage(clinic, "2027-03-02T11:00:00", resource=ada)
    skipped = await quote(api, *lines, on_conflict="skip")
    assert [line["outcome"] for line in skipped["lines"]] == ["skipped", "booked"]
    assert skipped["lines"][0]["reason"]["code"] == "taken"
    moved = await quote(api, *lines, on_conflict="nearest")
    assert [line["outcome"] for line in moved["lines"]] == ["moved", "booked"]


async def test_it_begins_as_the_policy_says(clinic: World, connect: Any) -> None:
    strict = await open_clinic(clinic.db, confirm_manually=True)
    api = await connect(strict)
    quoted = await quote(api, massage(strict), customer=f"cus_{strict.kari}", initiate=True)
    assert (quoted["lines"][0]["state"], quoted["policy"]["confirm_manually"]) == ("awaiting_confirmation", True)


async def test_what_can_not_be_read_is_a_fault(api: httpx.AsyncClient, clinic: World) -> None:
    none = await api.post("/bookings/quote", json={"lines": []})
    assert none.status_code == 422
    held = await api.post("/bookings/quote", json={"hold": "hold_7", "lines": [massage(clinic)]})
    assert [fault["pointer"] for fault in held.json()["errors"]] == ["/hold"]
    unknown = await api.post("/bookings/quote", json={"lines": [{"service": "svc_999999", "from": "2027-03-01T11:00"}]})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "unknown")
