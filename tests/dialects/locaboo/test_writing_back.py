"""A client that edits a customer with what the list says of it changes nothing."""

from typing import Any

import pytest

from kalends.actions.customers.change import change_customer
from kalends.actions.customers.find import get_customer
from kalends.engine.customers.customer import CustomerPatch
from tests.desk import told
from tests.dialects.locaboo.venue import Venue


async def listed(venue: Venue) -> dict[str, Any]:
    """Kari as the list has her."""
    rows = (await venue.get("/customer_list"))["data"]
    customer: dict[str, Any] = next(row for row in rows if row["id"] == venue.world.kari)
    return customer


@pytest.mark.parametrize(
    "kept", [{}, {"show_name": "Kari N."}, {"show_name": "Kari Nordmann", "iban": "NO1", "customer_tags": ["vip"]}]
)
async def test_editing_with_what_is_listed_changes_nothing(venue: Venue, kept: dict[str, Any]) -> None:
    w = venue.world
    await change_customer(w.ctx(), w.kari, CustomerPatch(company="Spa", details={"locaboo": kept}))
    before, journal = await get_customer(w.ctx(), w.kari), await told(w, "customer", w.kari)
    shown = await listed(venue)
    response = await venue.client.post("/customer_edit", json=shown)
    assert response.json()["success"] is True
    assert await get_customer(w.ctx(), w.kari) == before
    assert await told(w, "customer", w.kari) == journal
    assert await listed(venue) == shown


async def test_another_shown_name_is_kept(venue: Venue) -> None:
    sent = {"customer_id": venue.world.kari, "show_name": "Kari N."}
    await venue.client.post("/customer_edit", json=sent)
    assert (await listed(venue))["show_name"] == "Kari N."
