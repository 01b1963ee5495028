from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kalends.actions.billing.occasions import add_occasion, change_occasion, get_occasion, list_occasions
from kalends.engine.billing.occasion import Occasion, OccasionPatch
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.db import Db
from tests.desk import HOUR, told
from tests.world import NOW, World, open_clinic

FIRST, LAST = date(2027, 3, 1), date(2027, 3, 2)


async def jazz(clinic: World, starts_at: datetime = NOW, hours: int = 5, **fields: Any) -> Occasion:
    """Jazz in the clinic, now and for five hours unless said otherwise."""
    patch = OccasionPatch(title="Jazz night", starts_at=starts_at, ends_at=starts_at + hours * HOUR, **fields)
    return await add_occasion(clinic.ctx(), patch)


async def test_an_event_is_kept_as_it_was_told(db: Db) -> None:
    clinic = await open_clinic(db)
    said: dict[str, Any] = {
        "headline": "Blue notes",
        "ticket_price": "12",
        "entrance_minute": 1110,
        "beginning_minute": 1140,
    }
    made = await jazz(clinic, **said, image="https://example.org/jazz.jpg")
    assert await get_occasion(clinic.ctx(), made.id) == made
    assert (made.headline, made.entrance_minute, made.notice, made.active) == ("Blue notes", 1110, "", True)
    ((what, before, after),) = await told(clinic, "occasion", made.id)
    assert (what, before, after["headline"]) == ("add", None, "Blue notes")


async def test_an_event_changes_in_what_is_named(db: Db) -> None:
    clinic = await open_clinic(db)
    made = await jazz(clinic, entrance_minute=1110)
    later = clinic.ctx(NOW + HOUR)
    changed = await change_occasion(later, made.id, OccasionPatch(notice="Sold out", entrance_minute=None))
    assert (changed.title, changed.notice, changed.entrance_minute) == ("Jazz night", "Sold out", None)
    assert changed.updated_at == NOW + HOUR
    assert await change_occasion(later, made.id, OccasionPatch(notice="Sold out")) == changed
    _, (_, before, after) = await told(clinic, "occasion", made.id)
    assert (before, after) == (
        {"notice": "", "entrance_minute": 1110},
        {"notice": "Sold out", "entrance_minute": None},
    )


async def test_an_event_that_cannot_be_is_refused(db: Db) -> None:
    clinic = await open_clinic(db)
    with pytest.raises(Invalid) as refused:
        await add_occasion(clinic.ctx(), OccasionPatch(headline="Somewhen"))
    assert [fault.field for fault in refused.value.faults] == ["title", "starts_at", "ends_at"]
    made = await jazz(clinic)
    with pytest.raises(Invalid) as refused:
        await change_occasion(clinic.ctx(), made.id, OccasionPatch(ends_at=NOW - HOUR))
    assert refused.value.faults == (Fault("ends_at", "before_start"),)
    assert await list_occasions(clinic.ctx()) == [made]


async def test_the_events_that_are_on_are_listed(db: Db) -> None:
    clinic = await open_clinic(db)
    late = await jazz(clinic, NOW + timedelta(days=1), hours=20)
    night = await jazz(clinic, NOW - 30 * HOUR, hours=24)
    gone = await jazz(clinic, active=False)
    assert await list_occasions(clinic.ctx()) == [night, late]
    assert await list_occasions(clinic.ctx(), FIRST, FIRST) == [night]
    assert await list_occasions(clinic.ctx(), LAST) == [late]
    assert await list_occasions(clinic.ctx(), last=FIRST) == [night]
    assert await list_occasions(clinic.ctx(), date(2027, 3, 4)) == []
    assert await get_occasion(clinic.ctx(), gone.id) == gone


async def test_a_day_begins_at_the_midnight_of_the_account(db: Db) -> None:
    clinic = await open_clinic(db)
    made = await jazz(clinic, datetime.fromisoformat("2027-03-01T18:00:00+01:00"), hours=6)
    assert await list_occasions(clinic.ctx(), FIRST, FIRST) == [made]
    assert await list_occasions(clinic.ctx(), LAST) == []
    with pytest.raises(Invalid) as refused:
        await list_occasions(clinic.ctx(), LAST, FIRST)
    assert refused.value.faults == (Fault("last", "before_start"),)


async def test_the_events_of_others_are_not_found(db: Db) -> None:
    clinic, other = await open_clinic(db), await open_clinic(db)
    made = await jazz(clinic)
    assert await list_occasions(other.ctx()) == []
    for asked in (
        get_occasion(other.ctx(), made.id),
        change_occasion(other.ctx(), made.id, OccasionPatch(notice="Ha")),
    ):
        with pytest.raises(NotFound):
            await asked
