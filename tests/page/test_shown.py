"""Nothing else is booked than the visitor was shown, whatever happens in another window or at the desk meanwhile."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service, assign_resources, change_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from tests.page.booking import Booker, plan, starts
from tests.page.conftest import Clock
from tests.world import World

EIGHT = "2027-03-02T08:00:00+01:00"
CHANGED = "has changed since this page was shown"


async def test_nothing_is_booked_at_another_time_than_was_shown(studio: World, booker: Booker) -> None:
    page = await booker.look(studio.physio)
    shown = [hidden_field("shown", await booker.choose(studio.physio, page, nth=nth)) for nth in (0, 4)]
    refused = await booker.send(shown=shown[0])
    assert CHANGED in refused.text
    assert hidden_field("shown", refused) == shown[1] != shown[0]
    assert await plan(studio, "id") == []
    assert "You are booked in" in (await booker.send(shown=shown[1])).text


async def test_nothing_is_booked_for_more_people_than_were_shown(studio: World, booker: Booker) -> None:
    alone = hidden_field("shown", await booker.choose(studio.sauna_visit))
    visit = booker.own.removeprefix("/h/")
    await booker.choose(studio.sauna_visit, await booker.look(studio.sauna_visit, units=4, visit=visit))
    refused = await booker.send(shown=alone)
    assert (CHANGED in refused.text, "for 4" in refused.text) == (True, True)
    assert await plan(studio, "id") == []


async def test_nothing_is_booked_with_somebody_else_than_was_shown(studio: World, booker: Booker) -> None:
    with_ada = hidden_field("shown", await booker.choose(studio.massage))
    visit = booker.own.removeprefix("/h/")
    await booker.choose(studio.massage, await booker.look(studio.massage, resource=studio.bo, visit=visit))
    refused = await booker.send(shown=with_ada)
    assert (CHANGED in refused.text, "Bo" in refused.text) == (True, True)
    assert await plan(studio, "id") == []


async def test_what_has_changed_is_told_with_all_else_that_is_wrong(studio: World, booker: Booker) -> None:
    await booker.choose(studio.massage)
    refused = await booker.send(shown="something else", email="kari")
    assert (CHANGED in refused.text, 'href="#email"' in refused.text) == (True, True)


@pytest.mark.parametrize("title", ["Massage", "Oil"])
async def test_nothing_is_booked_at_another_price_than_was_shown(studio: World, booker: Booker, title: str) -> None:
    oil = await add_service(studio.ctx(), ServicePatch(title="Oil", kind="product", price=Decimal(50)))
    await change_service(studio.ctx(), studio.massage, ServicePatch(price=Decimal(500)))
    shown = hidden_field("shown", await booker.choose(studio.massage))
    raised = {"Massage": studio.massage, "Oil": oil.id}[title]
    await change_service(studio.ctx(), raised, ServicePatch(price=Decimal(900)))
    refused = await booker.send(shown=shown)
    assert (CHANGED in refused.text, "900" in refused.text) == (True, True)
    assert "You are booked in" in (await booker.send(shown=hidden_field("shown", refused))).text


async def test_a_hold_that_is_over_says_what_it_costs_all_the_same(studio: World, booker: Booker, clock: Clock) -> None:
    await change_service(studio.ctx(), studio.massage, ServicePatch(price=Decimal(500)))
    shown = hidden_field("shown", await booker.choose(studio.massage))
    clock.now += timedelta(minutes=21)
    over = await booker.client.get(booker.own)
    assert ("if it is still free, it is yours" in over.text, "500" in over.text) == (True, True)
    assert "You are booked in" in (await booker.send(shown=shown)).text


async def test_the_same_time_at_another_site_is_another_one(studio: World, booker: Booker) -> None:
    branch = await add_site(studio.ctx(), SitePatch(name="Branch"))
    eve = await add_resource(studio.ctx(), ResourcePatch(title="Eve", site_id=branch.id))
    await assign_resources(studio.ctx(), studio.massage, [studio.ada, eve.id])
    first = await booker.look(studio.massage, site=studio.site, day="2027-03-02")
    await booker.choose(studio.massage, first, starts(first).index(EIGHT))
    there = await booker.look(studio.massage, site=branch.id, day="2027-03-02", visit=booker.own.removeprefix("/h/"))
    held = await booker.choose(studio.massage, there, starts(there).index(EIGHT))
    assert ("Eve" in held.text, "Ada" in held.text) == (True, False)


def hidden_field(name: str, page: httpx.Response) -> str:
    return page.text.partition(f'name="{name}" value="')[2].partition('"')[0]
