"""Cases of a customer: added, changed, closed and archived on the card."""

from datetime import date

from kalends.actions.bookings.cases import add_case_of_items, list_case_items
from kalends.actions.customers.cases import get_case, query_cases
from kalends.actions.customers.history import customer_history
from kalends.engine.customers.case import CasePatch, CustomerCase
from kalends.engine.query import OffsetPage, Query
from tests.acts import book_item
from tests.console.browsing import Visitor
from tests.console.office import office_of
from tests.desk import visit as massage
from tests.world import World


async def knee(clinic: World, *item_ids: int) -> CustomerCase:
    """Kari's knee."""
    return await add_case_of_items(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"), item_ids)


async def test_a_case_is_added_with_what_is_booked_for_it(clinic: World, marit: Visitor) -> None:
    item_id = (await book_item(clinic.ctx(), massage(clinic))).item.id
    await marit.open(f"/customers/{clinic.kari}")
    await marit.page.click("text=Add a case")
    await marit.page.click("button.primary")
    await marit.page.wait_for_selector("#summary")
    assert (await marit.text("#summary ul")).splitlines() == ["What it is about: is missing"]
    await marit.page.fill("[name=name]", "Knee")
    await marit.page.fill("[name=expires_on]", "2027-08-31")
    await marit.page.check(f"[name=items][value='{item_id}']")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    assert "until 31 Aug 2027" in await marit.text()
    (case,) = (await query_cases(clinic.ctx(), Query(OffsetPage(10)))).rows
    assert (case.customer_id, case.expires_on) == (clinic.kari, date(2027, 8, 31))
    assert await list_case_items(clinic.ctx(), [case.id]) == {case.id: (item_id,)}


async def test_a_case_is_closed_and_archived(clinic: World, marit: Visitor) -> None:
    case = await knee(clinic)
    await marit.open(f"/customers/{clinic.kari}")
    await marit.page.click("a:text-is('Knee')")
    await marit.page.check("[name=closed]")
    await marit.page.click("button.primary")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    assert "closed" in await marit.text()
    assert (await get_case(clinic.ctx(), case.id)).closed
    await marit.page.click("a:text-is('Knee')")
    await marit.page.click("button.danger")
    await marit.page.wait_for_url(f"**/customers/{clinic.kari}")
    assert "Knee" not in await marit.text()
    assert await marit.open(f"/cases/{case.id}") == 404


async def test_what_was_booked_for_it_is_taken_out(clinic: World, address: str) -> None:
    item_id = (await book_item(clinic.ctx(), massage(clinic))).item.id
    case = await knee(clinic, item_id)
    path = f"/cases/{case.id}"
    async with office_of(clinic, address) as office:
        assert "Bookings that are part of it: is not known" in await office.refused(
            path, path, name="Knee", items=999999
        )
        await office.done(path, path, name="Knee")
    assert await list_case_items(clinic.ctx(), [case.id]) == {}


async def test_that_a_case_was_seen_is_written_down(clinic: World, address: str) -> None:
    case = await knee(clinic)
    async with office_of(clinic, address) as office:
        await office.open(f"/cases/{case.id}")
    assert "read" in [entry.verb for entry in await customer_history(clinic.ctx(), clinic.kari)]


async def test_who_only_reads_changes_no_case(clinic: World, address: str) -> None:
    case = await knee(clinic)
    async with office_of(clinic, address, "readonly") as office:
        assert "Knee" in await office.open(f"/customers/{clinic.kari}")
        await office.open(f"/cases/{case.id}", 403)
        assert (await office.send(f"/cases/{case.id}", name="x")).status_code == 403
