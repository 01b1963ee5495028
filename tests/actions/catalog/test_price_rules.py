"""Price rules are added, changed and removed one by one."""

from decimal import Decimal

import pytest

from kalends.actions.catalog.price_rules import add_price, change_price, get_price, query_prices, remove_price
from kalends.actions.catalog.prices import add_group, set_prices
from kalends.actions.catalog.resources import add_resource, get_resource
from kalends.actions.catalog.sites import add_site
from kalends.engine.catalog.price import Price, PricePatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.query import CursorPage, Filter, Query
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound
from tests.desk import broken, told
from tests.world import World, at_sites

HOURLY = PricePatch(per="hour", amount=Decimal("10.5"))
EVERY = Query(CursorPage(10))


async def test_a_rule_is_added_changed_and_removed(clinic: World) -> None:
    (first,) = await set_prices(clinic.ctx(), [Price(per="day", amount=Decimal(50))], resource_id=clinic.hall)
    rule = await add_price(clinic.ctx(), HOURLY, resource_id=clinic.hall)
    assert rule.id > first.id
    assert await get_price(clinic.ctx(), rule.id) == rule
    club = await add_group(clinic.ctx(), "Club")
    changed = await change_price(clinic.ctx(), rule.id, PricePatch(amount=Decimal(9), group_ids=(club.id,)))
    assert (changed.id, changed.amount, changed.per, changed.revision) == (rule.id, Decimal(9), "hour", 1)
    assert await change_price(clinic.ctx(), rule.id, PricePatch(amount=Decimal("9.00"))) == changed
    assert await remove_price(clinic.ctx(), rule.id) == changed
    assert (await query_prices(clinic.ctx(), EVERY)).rows == [first]
    *_, last = await told(clinic, "resource", clinic.hall)
    assert (last[0], len(last[1]["prices"]), len(last[2]["prices"])) == ("price", 2, 1)
    assert (await get_resource(clinic.ctx(), clinic.hall)).revision == 4
    assert await broken(clinic) == []


async def test_a_rule_needs_an_amount_and_what_it_is_per(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        await add_price(clinic.ctx(), PricePatch(), service_id=clinic.yoga)
    assert refused.value.faults == (Fault("per", "blank"), Fault("amount", "blank"))
    with pytest.raises(Invalid) as refused:
        await add_price(clinic.ctx(), PricePatch(per="week", amount=Decimal(-1)), service_id=clinic.yoga)
    assert refused.value.faults == (Fault("per", "unknown"), Fault("amount", "out_of_range"))
    with pytest.raises(NotFound):
        await add_price(clinic.ctx(), HOURLY, service_id=999_999)


async def test_a_key_of_a_site_has_those_of_its_resources_and_reads_those_of_services(clinic: World) -> None:
    north = await add_site(clinic.ctx(), SitePatch(name="North"))
    chair = await add_resource(clinic.ctx(), ResourcePatch(title="Chair", site_id=north.id))
    of_hall = await add_price(clinic.ctx(), HOURLY, resource_id=clinic.hall)
    of_yoga = await add_price(clinic.ctx(), HOURLY, service_id=clinic.yoga)
    there = at_sites(clinic.ctx(), frozenset({north.id}))
    of_chair = await add_price(there, HOURLY, resource_id=chair.id)
    assert (await query_prices(there, EVERY)).rows == [of_yoga, of_chair]
    of_services = Query(CursorPage(10), (Filter("service_id", "equal", clinic.yoga),))
    assert (await query_prices(there, of_services)).rows == [of_yoga]
    with pytest.raises(NotFound):
        await change_price(there, of_hall.id, HOURLY)
    with pytest.raises(Forbidden):
        await remove_price(there, of_yoga.id)
