"""A client that puts back what it got changes nothing: no revision, no `updated_at`, no line in the journal."""

from typing import Any

import pytest

from kalends.actions.customers.change import change_customer
from kalends.engine.customers.customer import CustomerPatch
from tests.desk import told
from tests.dialects.makeplans.clinic import Clinic

DAYS = 3


async def path_of(clinic: Clinic, name: str) -> str:
    """Where one object of that name is read and written, made if it must be."""
    w = clinic.world
    day = f"{clinic.monday(DAYS):%Y-%m-%d}"
    if name == "event":
        made = await clinic.post("/events", {"event": {"service_id": w.yoga, "starts_at": clinic.at(9)}})
        return f"/events/{made.json()['event']['id']}"
    if name == "web_hook":
        hook = {"target_url": "https://example.org/x", "event": "booking.*"}
        made = await clinic.post("/web_hooks", {"web_hook": hook})
        return f"/web_hooks/{made.json()['web_hook']['id']}"
    if name == "provider":
        return f"/providers/{(await clinic.client.get('/providers')).json()[0]['provider']['id']}"
    if name == "resource_exception_date":
        await clinic.put(f"/resources/{w.ada}/exception_dates/{day}", {name: {"opening_hours": ["09:00", "12:00"]}})
        return f"/resources/{w.ada}/exception_dates/{day}"
    if name == "person":
        await change_customer(w.ctx(), w.kari, CustomerPatch(first_name="Kari", last_name="von Berg"))
    return {
        "resource": f"/resources/{w.ada}",
        "service": f"/services/{w.physio}",
        "person": f"/people/{w.kari}",
        "client": "/client",
    }[name]


@pytest.mark.parametrize(
    "name", ["resource", "service", "person", "client", "provider", "web_hook", "event", "resource_exception_date"]
)
async def test_putting_back_what_was_got_changes_nothing(clinic: Clinic, name: str) -> None:
    path = await path_of(clinic, name)
    before = await stored(clinic, name)
    journal = await told(clinic.world)
    got = (await clinic.client.get(path)).json()
    response = await clinic.put(path, got)
    assert (response.status_code, response.json()) == (200, got)
    assert await told(clinic.world) == journal
    assert await stored(clinic, name) == before


async def stored(clinic: Clinic, name: str) -> list[dict[str, Any]]:
    """All rows of the table of that name."""
    table = {
        "person": "customer",
        "client": "account",
        "provider": "service_resource",
        "web_hook": "webhook",
        "event": "group_session",
        "resource_exception_date": "opening_exception",
    }.get(name, name)
    column = "id" if table == "account" else "account_id"
    rows = await clinic.world.db.fetch(
        f"select to_jsonb(t) from {table} t where {column} = $1", clinic.world.account.id
    )
    return [row[0] for row in rows]
