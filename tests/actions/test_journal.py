"""The journal is looked through by what, who, where and when; who may not see a thing does not see its entries."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kalends.actions.accounts.keys import create_key
from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.sites import add_site
from kalends.actions.changes import query_journal
from kalends.actions.context import Context
from kalends.actions.messages.webhooks import add_webhook
from kalends.engine.bookings.change_set import Change
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.journal import JournalQuery
from kalends.engine.messages.webhook import WebhookPatch
from kalends.engine.refusals import Invalid
from kalends.store import journal
from tests.acts import change
from tests.desk import HOUR, SOON, made, visit
from tests.world import World, at_sites, open_clinic


async def found(ctx: Context, limit: int = 100, **asked: Any) -> list[Change]:
    """All entries that match, page by page."""
    entries, before = list[Change](), None
    while True:
        page = await query_journal(ctx, JournalQuery(**{"before": before, **asked}), limit)
        entries += page.entries
        before = page.rest
        if before is None:
            return entries


@pytest.fixture
def few_looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A page looks at three entries only."""
    monkeypatch.setattr(journal, "MOST_LOOKED_AT", 3)
    return iter(())


async def test_the_newest_come_first_page_by_page(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(clinic.now + HOUR, "Ada"), item.id, {"starts_at": SOON + HOUR})
    await change_item_state(clinic.ctx(), item.id, "cancel")
    for limit in (1, 2, 100):
        entries = await found(clinic.ctx(), limit, kind="item", subject_id=item.id)
        assert [entry.verb for entry in entries] == ["cancel", "change", "create"]
    assert entries[1].before == {"starts_at": "2027-03-01T10:00:00+00:00", "ends_at": "2027-03-01T11:00:00+00:00"}


@pytest.mark.parametrize(
    "asked",
    [
        {"actor": "Ada"},
        {"verb": "change", "kind": "item"},
        {"door": "tests", "actor": "Ada"},
        {"since": SOON, "kind": "item"},
        {"since": SOON, "until": SOON + HOUR},
    ],
)
@pytest.mark.usefixtures("few_looked_at")
async def test_what_is_looked_for_is_found_among_many(clinic: World, asked: dict[str, Any]) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(SOON, "Ada"), item.id, {"notes": "Window seat"})
    await made(clinic, visit(clinic, resource_id=clinic.bo))
    assert [(entry.subject_id, entry.verb) for entry in await found(clinic.ctx(), 2, **asked)] == [(item.id, "change")]


@pytest.mark.usefixtures("few_looked_at")
async def test_a_search_ends_at_what_is_older_than_asked_for(clinic: World) -> None:
    for _ in range(3):
        await add_site(clinic.ctx(SOON + timedelta(days=9)), SitePatch(name=f"Site {_}"))
    page = await query_journal(clinic.ctx(), JournalQuery(since=SOON + timedelta(days=8), kind="item"), 9)
    assert page.rest is not None
    page = await query_journal(clinic.ctx(), JournalQuery(since=SOON + timedelta(days=8), before=page.rest), 9)
    assert (page.entries, page.rest) == ([], None)


async def test_keys_and_webhooks_are_for_who_may_see_them(clinic: World) -> None:
    await create_key(clinic.ctx(), "front", "till")
    await add_webhook(clinic.ctx(), "front", WebhookPatch(url="https://hooks.example.org/x", events=("*",)))
    for scopes, kinds in (({"read"}, set()), ({"manage"}, {"webhook"}), ({"manage", "administer"}, {"webhook", "key"})):
        principal = msgspec.structs.replace(clinic.ctx().principal, scopes=frozenset({"read", *scopes}))
        entries = await found(msgspec.structs.replace(clinic.ctx(), principal=principal))
        assert {entry.kind for entry in entries} & {"webhook", "key"} == kinds


async def test_what_is_at_other_sites_is_left_out(clinic: World) -> None:
    north = await add_site(clinic.ctx(), SitePatch(name="North"))
    here, there = await made(clinic, visit(clinic)), await made(clinic, visit(clinic, resource_id=clinic.bo))
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(site_id=north.id))
    session = await clinic.class_of(8)
    entries = await found(at_sites(clinic.ctx(), frozenset({clinic.site})))
    seen = {(entry.kind, entry.subject_id) for entry in entries}
    assert {("item", here.id), ("session", session), ("resource", clinic.ada), ("customer", clinic.kari)} <= seen
    assert not {("item", there.id), ("resource", clinic.bo), ("site", north.id)} & seen
    assert {("item", there.id), ("resource", clinic.bo)} <= {
        (entry.kind, entry.subject_id) for entry in await found(at_sites(clinic.ctx(), frozenset({north.id})))
    }


async def test_another_account_has_another_journal(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    other = await open_clinic(clinic.db)
    assert await found(other.ctx(), kind="item", subject_id=item.id) == []


async def test_what_is_no_position(clinic: World) -> None:
    with pytest.raises(Invalid):
        await query_journal(clinic.ctx(), JournalQuery(before="x"))
