"""The form for the details, as scripts keep it true: what it costs, and until when it is held."""

import asyncio
from datetime import timedelta
from decimal import Decimal

from playwright.async_api import Route

from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.services import add_service
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.service import ServicePatch
from tests.console.browsing import Visitor
from tests.page.booking import KARI
from tests.page.conftest import Clock, Visit
from tests.world import World


async def hold_a_massage(studio: World, visitor: Visitor) -> None:
    await visitor.open(f"/{studio.massage}")
    await visitor.page.locator(".next button").first.click()
    await visitor.page.wait_for_selector("form.stack")
    await visitor.page.wait_for_load_state()


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


async def kept(visitor: Visitor) -> int:
    """How much the browser keeps."""
    number: int = await visitor.page.evaluate("sessionStorage.length + localStorage.length")
    return number


async def test_what_was_typed_stays_with_another_time_and_language_until_it_is_booked(
    studio: World, visit: Visit, clock: Clock
) -> None:
    oil = await add_service(studio.ctx(), ServicePatch(title="Oil", kind="product", price=Decimal(50)))
    await add_field(studio.ctx(), CustomFieldPatch(title="First visit?", kind="checkbox", subject="booking"))
    visitor = await visit()
    page = visitor.page
    await hold_a_massage(studio, visitor)
    for field, text in {"#name": KARI["name"], "#email": KARI["email"], "#comments": "My knee"}.items():
        await page.fill(field, text)
    await page.fill(f"[name=extra-service-{oil.id}]", "2")
    await page.check("label:has-text('First visit?')")
    await page.click(".crumb a")
    await page.locator(".times button").last.click()
    await page.wait_for_selector("form.stack")
    await page.click(".menu summary")
    await page.click("text=Deutsch")
    await page.wait_for_selector("html[lang=de] #price:has-text('100')")
    assert await page.input_value("#name") == KARI["name"]
    assert await page.input_value("#comments") == "My knee"
    assert await page.is_checked("label:has-text('First visit?')")
    assert "Kari" not in page.url
    await page.click("form.stack .primary:visible")
    await page.wait_for_selector(".outcome.confirmed")
    assert (await kept(visitor), visitor.complaints) == (0, [])


async def test_what_was_sent_is_there_again_though_it_was_not_typed(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await hold_a_massage(studio, visitor)
    await visitor.page.fill("#name", KARI["name"])
    await visitor.page.evaluate("document.querySelector('#name').value = 'Kari filled in'")
    await visitor.page.click("form.stack .primary:visible")
    await visitor.page.wait_for_selector("#summary")
    assert await visitor.page.input_value("#name") == "Kari filled in"


async def test_who_gives_the_time_back_leaves_nothing_typed_behind(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await hold_a_massage(studio, visitor)
    await visitor.page.fill("#name", KARI["name"])
    assert await kept(visitor) == 1
    await visitor.page.click("form[action$=release] button")
    await visitor.page.wait_for_selector(".times")
    assert await kept(visitor) == 0


async def test_another_language_is_no_leaving(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.page.add_init_script("navigator.sendBeacon = (path) => localStorage.setItem('left', path)")
    await hold_a_massage(studio, visitor)
    await visitor.page.click(".menu summary")
    await visitor.page.click("text=Deutsch")
    await visitor.page.wait_for_selector("html[lang=de] .hold")
    assert await kept(visitor) == 0
    await visitor.page.click(".brand")
    await visitor.page.wait_for_selector(".cards")
    assert await kept(visitor) == 1


async def test_where_nothing_may_be_kept_the_form_works_as_without_scripts(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    await hold_a_massage(studio, visitor)
    await visitor.page.fill("#name", KARI["name"])
    await visitor.page.fill("#email", KARI["email"])
    await visitor.page.click("form.stack .primary:visible")
    await visitor.page.wait_for_selector(".outcome.confirmed")
    assert visitor.complaints == []
