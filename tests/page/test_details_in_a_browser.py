"""The form for the details, as scripts keep it true: what it costs, and until when it is held."""

import asyncio
from datetime import timedelta
from decimal import Decimal

from playwright.async_api import Route

from kalends.actions.catalog.services import add_service
from kalends.engine.catalog.service import ServicePatch
from tests.console.browsing import Visitor
from tests.page.booking import KARI
from tests.page.conftest import Clock, Visit
from tests.world import World


async def hold_a_massage(studio: World, visitor: Visitor) -> None:
    await visitor.open(f"/{studio.massage}")
    await visitor.page.locator(".next button").first.click()
    await visitor.page.wait_for_selector("form.stack")


async def test_the_price_of_the_last_choice_is_shown_also_where_only_extras_cost_something(
    studio: World, visit: Visit
) -> None:
    await add_service(studio.ctx(), ServicePatch(title="Oil", kind="product", price=Decimal(50)))
    visitor, second_is_shown = await visit(), asyncio.Event()
    await hold_a_massage(studio, visitor)

    async def let_the_second_overtake(route: Route) -> None:
        if "=1&" in (route.request.post_data or ""):
            await second_is_shown.wait()
        await route.continue_()

    await visitor.page.route("**/h/*", let_the_second_overtake)
    extra = visitor.page.locator("[name^=extra-service]")
    async with visitor.page.expect_request_finished(lambda request: "=1&" in (request.post_data or "")):
        for number in "12":
            await extra.fill(number)
            await extra.dispatch_event("change")
        await visitor.page.wait_for_selector("#price:has-text('100')")
        second_is_shown.set()
    await extra.fill("0")
    await extra.dispatch_event("change")
    await visitor.page.wait_for_selector("#price", state="detached")
    assert visitor.complaints == []


async def test_a_hold_that_is_over_says_so_and_what_was_typed_stays(studio: World, visit: Visit, clock: Clock) -> None:
    visitor = await visit()
    await visitor.page.clock.install()
    await hold_a_massage(studio, visitor)
    await visitor.page.fill("#name", KARI["name"])
    clock.now += timedelta(minutes=21)
    await visitor.page.clock.fast_forward("21:00")
    await visitor.page.wait_for_selector(".hold.over")
    assert await visitor.page.input_value("#name") == KARI["name"]
