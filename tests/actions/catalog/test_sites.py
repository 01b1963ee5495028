"""A key that is limited to sites: what is at others is not there for it, and what is the account's stays as it is."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from kalends.actions.accounts import profile, settings
from kalends.actions.billing import documents, invoices, occasions
from kalends.actions.bookings.change_state import change_item_state, set_status
from kalends.actions.bookings.find import find_by_external_id, get_item, list_items
from kalends.actions.catalog import assignments, custom_fields, prices, resources, services, sites
from kalends.actions.context import Context
from kalends.actions.customers.find import list_customers
from kalends.actions.messages import webhooks
from kalends.engine.accounts.account import AccountPatch, SettingsPatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.invoice import Invoice, InvoiceQuery
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerQuery
from kalends.engine.messages.webhook import WebhookPatch
from kalends.engine.refusals import Forbidden, Full, NotFound
from tests.acts import add_session, book_item, book_whole, change, issue_invoice, request, whole
from tests.desk import DAY, HOUR, SOON, counted, hour_of, mornings, seat, statements_of, visit
from tests.world import World, at_sites

EVERYTHING = ItemQuery(listing="all")


class Annex(msgspec.Struct, frozen=True):
    """Another site of the clinic, where Cleo works, who also does massages; `here` sees only the first."""

    clinic: World
    site: int
    cleo: int
    here: Context

    async def book(self, **fields: Any) -> ItemView:
        """An hour of Cleo's."""
        return await book_item(self.clinic.ctx(), hour_of(self.cleo, **fields))


@pytest.fixture
async def annex(clinic: World) -> Annex:
    ctx = clinic.ctx()
    site = await sites.add_site(ctx, SitePatch(name="Annex"))
    cleo = await resources.add_resource(ctx, ResourcePatch(title="Cleo", site_id=site.id))
    await assignments.add_assignment(ctx, ServiceAssignmentPatch(service_id=clinic.massage, resource_id=cleo.id))
    here = at_sites(ctx, frozenset({clinic.site}))
    return Annex(clinic, site.id, cleo.id, here)


async def missing(act: Awaitable[object]) -> str:
    """What is not there."""
    with pytest.raises(NotFound) as refused:
        await act
    return refused.value.what


async def test_bookings_of_other_sites_are_not_there(annex: Annex) -> None:
    mine = await book_item(annex.here, visit(annex.clinic, external_id="7"))
    theirs = await annex.book(external_id="7")
    assert (await list_items(annex.here, EVERYTHING)).rows == [mine]
    page = await list_items(annex.here, msgspec.structs.replace(EVERYTHING, limit=1))
    assert (page.rows, page.total) == ([mine], 1)
    assert await find_by_external_id(annex.here, "7") == mine
    assert await find_by_external_id(annex.clinic.ctx(), "7") == theirs
    before = await counted(annex.clinic)
    item_id = theirs.item.id
    for act in (
        get_item(annex.here, item_id),
        change(annex.here, item_id, {"notes": "x"}),
        change_item_state(annex.here, item_id, "cancel"),
        set_status(annex.here, item_id, "completed"),
    ):
        assert await missing(act) == "item"
    assert await counted(annex.clinic) == before


async def test_nothing_of_other_sites_is_booked(annex: Annex) -> None:
    w = annex.clinic
    fields = {"resource_id": annex.cleo, "starts_at": SOON, "ends_at": SOON + HOUR, "capacity": 4}
    session = await add_session(w.ctx(), fields)
    mine = await book_item(annex.here, visit(w))
    before = await counted(w)
    assert await missing(book_item(annex.here, visit(w, resource_id=annex.cleo))) == "resource"
    assert await missing(book_item(annex.here, seat(w, session.id))) == "session"
    assert await missing(change(annex.here, mine.item.id, {"resource_id": annex.cleo})) == "resource"
    assert await missing(change(annex.here, mine.item.id, {"session_id": session.id})) == "session"
    assert await counted(w) == before
    assert (await get_item(annex.here, mine.item.id)) == mine


@pytest.mark.parametrize("how", [{}, {"public": True}, {"overlap_allowed": True}])
async def test_who_serves_at_another_site_is_never_picked(annex: Annex, how: dict[str, Any]) -> None:
    w = annex.clinic
    asked = request(service_id=w.massage, customer_id=w.kari, starts_at=SOON + DAY, **how)
    found = [(await book_item(annex.here, asked)).item.resource_id for _ in range(2)]
    assert set(found) <= {w.ada, w.bo}
    if "overlap_allowed" not in how:
        with pytest.raises(Full):
            await book_item(annex.here, asked)
        assert (await book_item(w.ctx(), asked)).item.resource_id == annex.cleo


async def test_what_is_at_no_site_is_at_all_of_them(annex: Annex) -> None:
    w = annex.clinic
    own = (await book_item(annex.here, seat(w, await w.class_of(3)))).item.id
    assert (await get_item(annex.here, own)).site_id is None
    for site, seen in ((annex.site, []), (w.site, [own]), (None, [own])):
        await w.db.execute("update item set site_id = $2 where id = $1", own, site)
        assert [entry.item.id for entry in (await list_items(annex.here, EVERYTHING)).rows] == seen


@pytest.mark.parametrize("limited", [False, True])
async def test_only_who_is_limited_is_asked_where_to_look(annex: Annex, limited: bool) -> None:
    sites = annex.here.site_ids if limited else None

    async def listed(ctx: Context) -> None:
        await list_items(at_sites(ctx, sites), EVERYTHING)

    first, *_ = await statements_of(annex.clinic, listed)
    assert ("from resource" in first) == limited


async def test_customers_are_of_the_account(annex: Annex) -> None:
    w = annex.clinic
    await annex.book(customer_id=w.ola)
    found = (await list_customers(annex.here, CustomerQuery(name="Ola"))).rows
    assert [customer.id for customer in found] == [w.ola]
    assert (await book_item(annex.here, visit(w, customer_id=w.ola))).customer == found[0]


async def invoiced(annex: Annex, *resource_ids: int) -> Invoice:
    w = annex.clinic
    for resource_id in resource_ids:
        await prices.set_prices(w.ctx(), [Price(amount=Decimal(9))], resource_id=resource_id)
    order = whole(resources=tuple(map(RequestedResource, resource_ids)), times=mornings(), customer_id=w.kari)
    ordered = await book_whole(w.ctx(), order)
    invoice = await issue_invoice(w.ctx(), [ordered.booking.id])
    event = await occasions.add_occasion(w.ctx(), OccasionPatch(title="Fair", starts_at=SOON, ends_at=SOON + HOUR))
    await documents.add_document(w.ctx(), event.id, DocumentPatch(kind="offer", booking_ids=(ordered.booking.id,)))
    occasion = await documents.get_occasion_with_documents(annex.here, event.id)
    assert bool(occasion.papers) == (annex.cleo not in resource_ids)
    return invoice


async def test_papers_about_another_site_are_not_there(annex: Annex) -> None:
    w = annex.clinic
    seen = await invoiced(annex, w.left)
    theirs = await invoiced(annex, annex.cleo)
    await change_item_state(w.ctx(), theirs.rows[0].item_id or 0, "cancel")
    mixed = await invoiced(annex, w.right, annex.cleo)
    page = await invoices.list_invoices(annex.here, InvoiceQuery())
    assert (page.rows, page.total) == ([seen], 1)
    assert await invoices.get_invoice(annex.here, seen.id) == seen
    for invoice in (theirs, mixed):
        assert await missing(invoices.get_invoice(annex.here, invoice.id)) == "invoice"
        assert await missing(invoices.find_invoice(annex.here, invoice.number_text)) == "invoice"
        assert await missing(invoices.pay_invoice(annex.here, invoice.id, w.now)) == "invoice"


OF_THE_ACCOUNT: dict[str, Callable[[Context, Any], Awaitable[object]]] = {
    "settings": lambda ctx, w: settings.change_settings(ctx, SettingsPatch(account=AccountPatch(name="x"))),
    "profile": lambda ctx, w: profile.change_profile(ctx, ProfilePatch(city="x")),
    "webhook": lambda ctx, w: webhooks.add_webhook(ctx, "x", WebhookPatch(url="https://example.org", events=("*",))),
    "event": lambda ctx, w: occasions.add_occasion(ctx, OccasionPatch(title="x", starts_at=SOON, ends_at=SOON + HOUR)),
    "new service": lambda ctx, w: services.add_service(ctx, ServicePatch(title="x"), [w.ada]),
    "service": lambda ctx, w: services.change_service(ctx, w.massage, ServicePatch(title="x")),
    "service out of use": lambda ctx, w: services.remove_service(ctx, w.massage),
    "prices of a service": lambda ctx, w: prices.set_prices(ctx, [], service_id=w.massage),
    "customer group": lambda ctx, w: prices.add_group(ctx, "x"),
    "category": lambda ctx, w: custom_fields.add_category(ctx, "x"),
    "custom field": lambda ctx, w: custom_fields.add_field(ctx, CustomFieldPatch(title="x", kind="text")),
}


@pytest.mark.parametrize("what", OF_THE_ACCOUNT)
async def test_what_is_of_the_account_is_changed_by_who_sees_all_of_it(annex: Annex, what: str) -> None:
    with pytest.raises(Forbidden):
        await OF_THE_ACCOUNT[what](annex.here, annex.clinic)
    await OF_THE_ACCOUNT[what](annex.clinic.ctx(), annex.clinic)


async def test_a_service_is_not_taken_from_other_sites(annex: Annex) -> None:
    w = annex.clinic
    everybodys = await services.add_service(w.ctx(), ServicePatch(title="Advice"))
    with pytest.raises(Forbidden):
        await assignments.add_assignment(
            annex.here, ServiceAssignmentPatch(service_id=everybodys.id, resource_id=w.ada)
        )
    made = await assignments.add_assignment(annex.here, ServiceAssignmentPatch(service_id=w.physio, resource_id=w.bo))
    await assignments.remove_assignment(annex.here, made.id)
