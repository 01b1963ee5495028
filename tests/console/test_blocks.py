"""Staff block a site or a resource, once or several times."""

import html
import re

from kalends.actions.bookings.search import search_items
from kalends.engine.query import Filter, OffsetPage, Query, Sort
from tests.acts import book_item
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.desk import visit as massage
from tests.world import World

FROM_ELEVEN = {"first_day": "2027-03-01", "from_minute": "11:00", "to_minute": "11:45"}


async def blocks(clinic: World) -> list[tuple[int | None, str, str]]:
    filters = Filter("kind", "equal", "block"), Filter("state", "not_equal", "deleted")
    page = await search_items(clinic.ctx(), Query(OffsetPage(50), filters, (Sort("starts_at"),)))
    return [
        (view.item.resource_id, f"{view.item.starts_at:%d %H:%M}", f"{view.item.ends_at:%d %H:%M}")
        for view in page.rows
    ]


async def fill(visitor: Visitor, **values: str) -> None:
    for name, value in values.items():
        await visitor.page.fill(f"[name={name}]", value)


async def test_a_person_is_blocked_every_week_and_what_is_booked_then_is_shown(clinic: World, marit: Visitor) -> None:
    await book_item(clinic.ctx(), massage(clinic))
    await marit.open(f"/sites/{clinic.site}/blocks/new?resource={clinic.ada}&at=2027-03-01T11:00")
    await marit.check()
    await marit.page.select_option("[name=unit]", "week")
    await marit.page.click("main button.primary")
    await marit.page.wait_for_selector("#summary")
    assert (await marit.text("#summary ul")).splitlines() == ["At: is missing", "How many more times: is missing"]
    await marit.check()
    await fill(marit, to_minute="13:00", repeats="2")
    await marit.page.click("main button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert "Kari Nordmann" not in await marit.text()
    assert "Massage" in await marit.text("tbody")
    await marit.check()
    assert await blocks(clinic) == [(clinic.ada, f"{day} 10:00", f"{day} 12:00") for day in ("01", "08", "15")]
    await marit.page.click("text=Remove this and all later ones")
    await marit.page.wait_for_url("**/blocks?note=saved")
    assert await blocks(clinic) == []


async def test_a_site_is_blocked_for_whole_days_and_moved(clinic: World, marit: Visitor) -> None:
    await marit.open(f"/sites/{clinic.site}/blocks/new")
    await fill(marit, first_day="2027-03-28", last_day="2027-03-28", notes="Stocktaking")
    await marit.page.click("main button.primary")
    await marit.page.wait_for_url("**note=saved")
    assert await blocks(clinic) == [(None, "27 23:00", "28 22:00")]
    await fill(marit, from_minute="08:00", to_minute="12:00")
    await marit.page.click("main button.primary")
    await marit.page.wait_for_load_state()
    await marit.open(f"/sites/{clinic.site}/blocks")
    assert "Stocktaking" in await marit.text("tbody")
    await marit.check()
    assert await blocks(clinic) == [(None, "28 06:00", "28 10:00")]


async def test_a_time_that_is_free_on_the_day_is_blocked_instead_of_booked(clinic: World, address: str) -> None:
    site = f"/sites/{clinic.site}"
    async with office_of(clinic, address) as olga:
        page = (await olga.client.get(f"{site}/new?resource={clinic.ada}&at=2027-03-01T11:00&length=45")).text
        (link,) = re.findall(rf'href="/console({site}/blocks/new[^"]*)"', page)
        link = html.unescape(link)
        form = (await olga.client.get(link)).text
        for name, value in FROM_ELEVEN.items():
            assert re.search(rf'name="{name}"[^>]*value="{value}"', form)
        assert f'<option value="{clinic.ada}" selected>' in form
        block = await olga.done(f"{site}/blocks", link, **FROM_ELEVEN, resource_id=str(clinic.ada))
        assert f'href="/console{site}/day/2027-03-01"' in (await olga.client.get(block)).text
        for odd in ("at=x&length=x", "at=2027-03-01T11:00&length=9999999999999", "at=2027-03-01&length=15"):
            assert (await olga.client.get(f"{site}/blocks/new?{odd}")).status_code == 200


async def test_of_an_hour_that_clocks_show_twice_it_is_asked_which_is_meant(clinic: World, address: str) -> None:
    path = f"/sites/{clinic.site}/blocks"
    sent = {"first_day": "2027-10-31", "from_minute": "02:30", "to_minute": "04:00", "resource_id": str(clinic.ada)}
    async with office_of(clinic, address) as olga:
        assert 'name="from_fold"' not in (await olga.client.get(f"{path}/new")).text
        asked = await olga.send(path, f"{path}/new", **sent)
        assert asked.status_code == 422
        assert '<option value="1">02:30 (UTC+1)</option>' in asked.text
        block = (await olga.done(path, f"{path}/new", **sent, from_fold="1")).partition("?")[0]
        assert await blocks(clinic) == [(clinic.ada, "31 01:30", "31 03:00")]
        form = (await olga.client.get(block)).text
        assert '<option value="1" selected>02:30 (UTC+1)</option>' in form
        await olga.done(
            block, block, first_day="2027-10-31", from_minute="02:00", from_fold="0", to_minute="02:30", to_fold="1"
        )
        assert await blocks(clinic) == [(clinic.ada, "31 00:00", "31 01:30")]
        skipped = await olga.send(path, f"{path}/new", **{**sent, "first_day": "2027-03-28"})
    assert "clocks skip" in skipped.text
