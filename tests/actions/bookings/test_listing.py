"""Lists of items: which, in which order, how many."""

from datetime import timedelta
from typing import Any

import pytest

from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import list_items
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.queries import ItemQuery
from kalends.store.db import Db
from tests.acts import change
from tests.desk import DAY, HOUR, SOON, made, seat, visit
from tests.world import NOW, World, open_clinic

OVER = timedelta(minutes=20)


class Diary:
    """One item of each state, an hour each of one day, in the order of their states' names below."""

    def __init__(self, clinic: World, items: dict[str, Item]) -> None:
        self.clinic = clinic
        self.items = items

    async def found(self, **query: Any) -> list[str]:
        """The names of what is listed after all holds but one are over."""
        page = await list_items(self.clinic.ctx(NOW + OVER), ItemQuery(**query))
        assert page.total == len(page.rows)
        names = {item.id: name for name, item in self.items.items()}
        return [names[entry.item.id] for entry in page.rows]


@pytest.fixture(scope="module")
async def diary(db: Db) -> Diary:
    clinic = await open_clinic(db, verification="email", confirm_manually=True)
    names = ("past", "confirmed", "held", "over", "unconfirmed", "declined", "cancelled", "deleted", "came", "seat")
    fields: dict[str, dict[str, Any]] = {name: {"starts_at": SOON + hour * HOUR} for hour, name in enumerate(names)}
    fields["past"] |= {"starts_at": NOW - DAY, "external_id": "A-1"}
    fields["confirmed"] |= {"resource_id": clinic.bo, "customer_id": clinic.ola}
    fields["over"] |= {"initiate": True}
    fields["held"] |= {"initiate": True, "expires_at": NOW + 2 * OVER}
    for name in ("unconfirmed", "declined"):
        fields[name] |= {"initiate": True}
    items = {name: await made(clinic, visit(clinic, **fields[name])) for name in names[:-1]}
    for name, verb in (
        ("unconfirmed", "verify"),
        ("declined", "decline"),
        ("cancelled", "cancel"),
        ("deleted", "remove"),
    ):
        await change_item_state(clinic.ctx(), items[name].id, verb)
    await set_status(clinic.ctx(), items["came"].id, "completed")
    items["seat"] = await made(clinic, seat(clinic, await clinic.class_of(5, SOON + DAY)))
    return Diary(clinic, items)


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        ("active", "past confirmed held unconfirmed came seat"),
        ("upcoming", "confirmed held unconfirmed came seat"),
        ("unconfirmed", "unconfirmed"),
        ("visible", "past confirmed held unconfirmed declined cancelled came seat"),
        ("no_status", "past confirmed held unconfirmed seat"),
        ("all", "past confirmed held over unconfirmed declined cancelled deleted came seat"),
    ],
)
async def test_each_listing_has_its_own_states(diary: Diary, listing: str, names: str) -> None:
    assert await diary.found(listing=listing) == names.split()


@pytest.mark.parametrize(
    ("states", "names"),
    [
        (("confirmed",), "past confirmed came seat"),
        (("awaiting_verification",), "held"),
        (("verification_expired", "deleted"), "over deleted"),
        (("cancelled", "declined"), "declined cancelled"),
        ((), ""),
    ],
)
async def test_states_are_those_that_are_true_now(diary: Diary, states: tuple[str, ...], names: str) -> None:
    for listing in ("active", "all"):
        assert await diary.found(listing=listing, states=states) == names.split()


async def test_every_question_is_answered(diary: Diary) -> None:
    clinic, seated = diary.clinic, diary.items["seat"]
    assert seated.session_id is not None
    asked: list[tuple[dict[str, Any], str]] = [
        ({"service_ids": (clinic.yoga, clinic.physio)}, "seat"),
        ({"session_ids": (seated.session_id,)}, "seat"),
        ({"resource_ids": (clinic.bo,)}, "confirmed"),
        ({"resource_ids": (clinic.bo, clinic.ada)}, "past confirmed held unconfirmed came"),
        ({"customer_ids": (clinic.ola,)}, "confirmed"),
        ({"customer_ids": ()}, ""),
        ({"external_id": "A-1"}, "past"),
        ({"external_id": "a-1"}, ""),
        ({"starts_after": SOON + 8 * HOUR}, "came seat"),
        ({"ends_before": SOON + 2 * HOUR}, "past confirmed"),
        ({"statuses": ("completed", "no_show")}, "came"),
        ({"statuses": ("no_show",)}, ""),
        ({"starts_after": SOON, "ends_before": SOON + DAY, "customer_ids": (clinic.kari,)}, "held unconfirmed came"),
        ({"updated_after": NOW - HOUR, "resource_ids": (clinic.bo,)}, "confirmed"),
        ({"updated_after": NOW}, ""),
    ]
    assert [await diary.found(**question) for question, _ in asked] == [names.split() for _, names in asked]


async def test_a_collection_is_found_by_its_uid(diary: Diary) -> None:
    page = await list_items(diary.clinic.ctx(), ItemQuery(limit=1))
    uid = page.rows[0].booking_uid
    assert await diary.found(uid=uid) == ["past"]
    assert await diary.found(uid="00000000-0000-4000-8000-000000000000") == []


async def test_the_newest_first(diary: Diary) -> None:
    assert await diary.found(newest_first=True) == ["seat", "came", "unconfirmed", "held", "confirmed", "past"]


async def test_pages_follow_one_another_and_know_of_all(diary: Diary) -> None:
    pages = [
        await list_items(diary.clinic.ctx(NOW + OVER), ItemQuery(limit=4, offset=offset)) for offset in (0, 4, 6, 8)
    ]
    assert [(len(page.rows), page.total) for page in pages] == [(4, 6), (2, 6), (0, 6), (0, 6)]
    whole = await list_items(diary.clinic.ctx(NOW + OVER), ItemQuery(limit=6))
    assert [*pages[0].rows, *pages[1].rows] == whole.rows
    assert whole.total == 6


async def test_an_entry_brings_what_it_refers_to(diary: Diary) -> None:
    rows = (await list_items(diary.clinic.ctx(NOW + OVER), ItemQuery())).rows
    named = [
        (entry.customer and entry.customer.first_name, entry.resource and entry.resource.title, entry.siblings)
        for entry in rows
    ]
    assert named[:2] == [("Kari", "Ada", 1), ("Ola", "Bo", 1)]
    assert rows[-1].session is not None
    assert rows[-1].service is not None
    assert (rows[-1].session.title, rows[-1].service.title, rows[-1].resource) == ("Yoga", "Yoga", None)


async def test_the_latest_change_first(db: Db) -> None:
    clinic = await open_clinic(db)
    items = [await made(clinic, visit(clinic, starts_at=SOON + hour * HOUR)) for hour in range(3)]
    await change(clinic.ctx(NOW + HOUR), items[1].id, {"notes": "New"})
    page = await list_items(clinic.ctx(NOW + HOUR), ItemQuery(latest_change_first=True))
    assert [entry.item.id for entry in page.rows] == [items[1].id, items[2].id, items[0].id]
    since = await list_items(clinic.ctx(NOW + HOUR), ItemQuery(listing="all", updated_after=NOW))
    assert [entry.item.id for entry in since.rows] == [items[1].id]


async def test_one_account_sees_nothing_of_another(diary: Diary, db: Db) -> None:
    stranger, clinic = await open_clinic(db), diary.clinic
    page = await list_items(clinic.ctx(), ItemQuery(limit=1))
    for query in (
        ItemQuery(listing="all"),
        ItemQuery(listing="all", resource_ids=(clinic.ada,)),
        ItemQuery(listing="all", external_id="A-1"),
        ItemQuery(listing="all", uid=page.rows[0].booking_uid),
    ):
        assert await list_items(stranger.ctx(), query) == await list_items(stranger.ctx(), ItemQuery())
        assert (await list_items(stranger.ctx(), query)).total == 0
