"""Publishable keys stand in pages: whoever reads one sees what is offered, and nothing of anybody's."""

from collections.abc import Sequence

import pytest

from kalends.actions.accounts.keys import authenticate_secret, change_key, create_key, is_origin_listed
from kalends.actions.bookings.find import get_item, list_items
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import change_site, list_sites
from kalends.actions.context import Context
from kalends.engine.accounts.key import KeyPatch
from kalends.engine.accounts.principal import Scope
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.catalog.site import SitePatch
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound
from tests.desk import made, visit
from tests.world import World

DOOR = "front"
SHOP = "https://shop.example"


async def page(clinic: World, *origins: str) -> Context:
    """What is asked in by a page with a publishable key."""
    _, secret = await create_key(clinic.ctx(), DOOR, "widget", origins=origins or (SHOP,))
    return await authenticate_secret(clinic.db, clinic.now, DOOR, secret)


async def test_a_page_sees_what_is_offered_and_nobodys_bookings(clinic: World) -> None:
    ctx = await page(clinic)
    item = await made(clinic, visit(clinic))
    assert await list_services(ctx) == await list_services(clinic.ctx())
    with pytest.raises(NotFound):
        await get_item(ctx, item.id)
    with pytest.raises(Forbidden):
        await list_items(ctx, ItemQuery())
    with pytest.raises(Forbidden):
        await create_key(ctx, DOOR)


async def test_a_page_sees_the_sites_that_are_public_and_those_that_its_key_names(clinic: World) -> None:
    await change_site(clinic.ctx(), clinic.site, SitePatch(public=False))
    assert await list_sites(await page(clinic)) == []
    _, secret = await create_key(clinic.ctx(), DOOR, "widget", site_ids=frozenset({clinic.site}), origins=(SHOP,))
    named = await authenticate_secret(clinic.db, clinic.now, DOOR, secret)
    assert [site.id for site in await list_sites(named)] == [clinic.site]


async def test_the_journal_names_the_key_and_not_a_guest(clinic: World) -> None:
    ctx = await page(clinic)
    assert (ctx.principal.kind, ctx.actor) == ("guest", f"key:{ctx.principal.token_id}")
    assert ctx.principal.is_publishable_key


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["https://Shop.example/"], ("https://shop.example",)),
        (["https://shop.example:443", "https://shop.example"], ("https://shop.example",)),
        (["http://localhost:3000", "http://a.example:80"], ("http://localhost:3000", "http://a.example")),
        (["https://[::1]:8443"], ("https://[::1]:8443",)),
        (["https://shop.example", "https://shop.example\n"], ("https://shop.example",)),
    ],
)
async def test_origins_are_kept_as_browsers_send_them(clinic: World, given: list[str], kept: tuple[str, ...]) -> None:
    key, _ = await create_key(clinic.ctx(), DOOR, origins=given)
    assert key.origins == kept


@pytest.mark.parametrize(
    ("origins", "reason"),
    [
        ([], "blank"),
        (["*"], "invalid"),
        (["null"], "invalid"),
        (["https://*.shop.example"], "invalid"),
        (["https://shop.example/book"], "invalid"),
        (["shop.example"], "invalid"),
        (["https://shop example"], "invalid"),
        ([f"https://{n}.example" for n in range(51)], "too_many"),
    ],
)
async def test_what_is_no_origin(clinic: World, origins: Sequence[str], reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await create_key(clinic.ctx(), DOOR, origins=origins)
    assert refused.value.faults == (Fault("origins", reason),)


@pytest.mark.parametrize("scope", ["manage", "administer"])
async def test_what_anybody_can_read_may_not_do_much(clinic: World, scope: Scope) -> None:
    with pytest.raises(Invalid) as refused:
        await create_key(clinic.ctx(), DOOR, scopes=[scope], origins=[SHOP])
    assert refused.value.faults == (Fault("scopes", "not_for_publishable"),)


async def test_a_secret_key_does_not_become_publishable(clinic: World) -> None:
    key, _ = await create_key(clinic.ctx(), DOOR)
    with pytest.raises(Invalid) as refused:
        await change_key(clinic.ctx(), key.id, KeyPatch(origins=(SHOP,)))
    assert refused.value.faults == (Fault("origins", "fixed"),)


async def test_an_origin_is_listed_as_long_as_a_valid_key_lists_it(clinic: World) -> None:
    origin = f"https://{clinic.account.slug}.example"
    key, _ = await create_key(clinic.ctx(), DOOR, origins=[origin])
    assert await is_origin_listed(clinic.db, DOOR, origin, clinic.now)
    assert not await is_origin_listed(clinic.db, "back", origin, clinic.now)
    await change_key(clinic.ctx(), key.id, KeyPatch(origins=(SHOP,)))
    assert not await is_origin_listed(clinic.db, DOOR, origin, clinic.now)
