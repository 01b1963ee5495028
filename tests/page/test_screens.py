"""Every step in a browser: with axe, on a narrow phone, without scripts, by keyboard alone, from elsewhere."""

import gzip
import re
from datetime import UTC, datetime

import pytest

from kalends.actions.accounts.booking_page import change_booking_page
from kalends.actions.accounts.settings import change_settings
from kalends.actions.catalog.add_ons import add_inventory
from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.services import change_service
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.booking_page import BookingPagePatch
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.service import ServicePatch
from kalends.notices.texts import LANGUAGES
from tests.console.browsing import Visitor
from tests.page.booking import KARI, Booker
from tests.page.conftest import Clock, Visit
from tests.world import World

KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")
"""What the key of a text looks like, such as `times.title`."""
PAGE = BookingPagePatch(
    intro="Welcome.",
    consent="I agree.",
    cancellation_terms="Free until the day before.",
    retention="Three years.",
    imprint_url="https://studio.example/imprint",
    most_services=2,
    most_people=2,
)


async def details_of_kari(visitor: Visitor) -> None:
    for name, value in KARI.items():
        await visitor.page.fill(f"#{name}", value)
    await visitor.page.check("#consent")


@pytest.mark.parametrize(("language", "scheme"), [*((each, "light") for each in LANGUAGES), ("en", "dark")])
async def test_every_step_in_every_language(
    studio: World, booker: Booker, visit: Visit, language: str, scheme: str
) -> None:
    await change_booking_page(studio.ctx(), PAGE)
    await change_settings(studio.ctx(), SettingsPatch(account=AccountPatch(policy=PolicyPatch(verification="email"))))
    await add_inventory(studio.ctx(), AddOnPatch(title="Lamp", quantity=2))
    oil = await add_field(studio.ctx(), CustomFieldPatch(title="Oil", subject="booking", kind="checkbox"))
    which = CustomFieldPatch(
        title="Which", subject="booking", asked_if_id=oil.id, asked_if_value="on", description="An"
    )
    await add_field(studio.ctx(), which)
    visitor = await visit(locale=language, color_scheme=scheme)

    async def check() -> None:
        assert await visitor.page.get_attribute("html", "lang") == language
        assert KEY.findall((await visitor.text("body")).replace(KARI["email"], "")) == []
        await visitor.check()

    await visitor.open(f"/{studio.massage}?day=2027-03-02&at=07:00")
    await check()
    await visitor.page.locator(".next button").first.click()
    await visitor.page.wait_for_selector("form.stack")
    await check()
    await visitor.page.click("form.stack .primary")
    await visitor.page.wait_for_selector("#summary")
    await check()
    await details_of_kari(visitor)
    await visitor.page.click("form.stack .primary")
    await visitor.page.wait_for_selector("#code")
    await check()
    await visitor.page.fill("#code", await booker.code())
    await visitor.page.click("form.stack .primary")
    await visitor.page.wait_for_selector(".outcome.confirmed")
    await check()
    await visitor.page.click("a[href*='/details']")
    await visitor.page.wait_for_selector("#phone")
    await check()


async def test_words_longer_than_a_phone_is_wide(studio: World, visit: Visit) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    await change_booking_page(studio.ctx(), BookingPagePatch(intro=word, cancellation_terms=word, consent=word))
    await change_service(studio.ctx(), studio.massage, ServicePatch(title=word, description=word))
    await add_field(studio.ctx(), CustomFieldPatch(title=word, subject="booking", description=word))
    await add_inventory(studio.ctx(), AddOnPatch(title=word, quantity=2))
    visitor = await visit()
    for path in ("", f"/{studio.massage}"):
        await visitor.open(path)
        await visitor.check()
    await visitor.page.locator(".next button").first.click()
    await visitor.page.wait_for_selector("form.stack")
    await visitor.check()


async def test_without_scripts_on_a_narrow_phone(studio: World, visit: Visit) -> None:
    await change_booking_page(studio.ctx(), PAGE)
    visitor = await visit(java_script_enabled=False, viewport={"width": 320, "height": 640})
    await visitor.open("")
    await visitor.page.click("text=Massage")
    await visitor.page.locator(".times button").first.click()
    await details_of_kari(visitor)
    await visitor.page.click("form.stack .primary")
    assert "You are booked in" in await visitor.text()
    assert await visitor.context.cookies() == []


async def test_by_keyboard_alone(studio: World, visit: Visit) -> None:
    visitor = await visit()
    await visitor.open(f"/{studio.massage}")
    keyboard = visitor.page.keyboard
    await visitor.page.locator(".month a").first.focus()
    await keyboard.press("ArrowRight")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await visitor.page.wait_for_url("**day=2027-03-09**")
    await visitor.focuses("Tuesday, 9 March 2027.*|times")
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await visitor.page.wait_for_selector("form.stack")
    await visitor.page.locator("#name").focus()
    await keyboard.type(KARI["name"])
    await keyboard.press("Tab")
    await keyboard.type(KARI["email"])
    await keyboard.press("Enter")
    await visitor.page.wait_for_selector(".outcome.confirmed")


@pytest.mark.parametrize(("now", "lang", "shown"), [
    (datetime(2027, 3, 1, 9, tzinfo=UTC), "en", "at 10:15 your clock says Monday 04:15"),
    (datetime(2027, 3, 15, 9, tzinfo=UTC), "en", "at 10:15 your clock says Monday 05:15"),
    (datetime(2027, 3, 1, 9, tzinfo=UTC), "cs", "v 10:15 ukazují vaše hodiny pondělí 04:15"),
])  # fmt: skip
async def test_from_new_york_also_while_clocks_differ(
    studio: World, visit: Visit, clock: Clock, now: datetime, lang: str, shown: str
) -> None:
    clock.now = now
    visitor = await visit(timezone_id="America/New_York")
    await visitor.open(f"/{studio.physio}?lang={lang}")
    text = await visitor.text()
    assert "10:15–11:00" in text
    assert shown in text.replace(", ", " ")


async def test_the_night_when_clocks_go_forward(studio: World, visit: Visit, clock: Clock) -> None:
    clock.now = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
    visitor = await visit(timezone_id="America/New_York")
    await visitor.open(f"/{studio.sauna_visit}?day=2027-03-28")
    times = await visitor.page.locator(".times button").all_inner_texts()
    assert [time for time in times if time.startswith("02")] == []
    assert {"01:00", "03:00"} <= {time[:5] for time in times}


async def test_the_reason_why_a_time_is_not_free(studio: World, visit: Visit) -> None:
    visitor = await visit()
    for at, reason in (("07:00", "We are closed then"), ("11:00", "It is free")):
        await visitor.open(f"/{studio.massage}?day=2027-03-02&at={at}")
        assert reason in await visitor.text()


async def test_budgets(studio: World, booker: Booker, address: str) -> None:
    page = await booker.client.get(f"/{studio.massage}?day=2027-03-02", headers={"accept-encoding": "gzip"})
    assert int(page.headers["content-length"]) <= 14_000
    for file in re.findall(r"/book/static/(page\.\w+\.(?:css|js))", page.text):
        answer = await booker.client.get(f"{address}/book/static/{file}")
        assert len(gzip.compress(answer.content)) <= 6_000, file
