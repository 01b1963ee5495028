"""Writing back what was read changes nothing: no revision, no stamp, no line in the journal."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kalends.actions.accounts import profile, settings
from kalends.actions.availability import hours
from kalends.actions.billing import documents, invoices, occasions
from kalends.actions.catalog import assignments, custom_fields, inventory, prices, resources, services, sites
from kalends.actions.context import Context
from kalends.actions.customers import add, change
from kalends.actions.messages import webhooks
from kalends.engine.accounts.account import AccountPatch, PolicyPatch, SettingsPatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.availability.openings import Opening
from kalends.engine.billing.document import DocumentPatch
from kalends.engine.billing.occasion import OccasionPatch
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.messages.webhook import WebhookPatch
from kalends.engine.patch import patch_from
from tests.acts import book_item, issue_invoice
from tests.desk import HOUR, SOON, hour_of, told
from tests.world import NOW, World

Write = Callable[[Context], Awaitable[Any]]
Case = Callable[[World], Awaitable[Write]]
KEPT = {"one": {"x": 1, "y": [None]}}


async def site(w: World) -> Write:
    made = await sites.add_site(w.ctx(), SitePatch(name="Annex", city="Oslo", details=KEPT))
    return lambda ctx: sites.change_site(ctx, made.id, patch_from(SitePatch, made))


async def resource(w: World) -> Write:
    patch = ResourcePatch(title="Eve", capacity=3, external_id="E-1", details=KEPT)
    made = await resources.add_resource(w.ctx(), patch, [Opening(1, 480, 960), Opening(2, 480, 720)])
    back = list(reversed((await resources.list_openings(w.ctx(), [made.id]))[made.id]))
    return lambda ctx: resources.change_resource(ctx, made.id, patch_from(ResourcePatch, made), back)


async def part(w: World) -> Write:
    left = await resources.get_resource(w.ctx(), w.left)
    return lambda ctx: resources.change_resource(ctx, w.left, patch_from(ResourcePatch, left))


async def service(w: World) -> Write:
    made = await services.add_service(w.ctx(), ServicePatch(title="Bath", price=Decimal("9.5"), details=KEPT))
    return lambda ctx: services.change_service(ctx, made.id, patch_from(ServicePatch, made))


async def assignment(w: World) -> Write:
    new = ServiceAssignmentPatch(service_id=w.physio, resource_id=w.bo, duration=30)
    made = await assignments.add_assignment(w.ctx(), new, [Opening(1, 480, 960), Opening(2, 480, 720)])
    back = list(reversed((await assignments.openings_of_assignments(w.ctx(), [made.id]))[made.id]))
    return lambda ctx: assignments.change_assignment(ctx, made.id, patch_from(ServiceAssignmentPatch, made), back)


async def customer(w: World) -> Write:
    patch = CustomerPatch(
        first_name="Eva Maria", last_name="von Berg", phone="41 00 00 00", custom={"a": 1}, details=KEPT
    )
    made = await add.add_customer(w.ctx(), patch)
    return lambda ctx: change.change_customer(ctx, made.id, patch_from(CustomerPatch, made))


async def name_of_customer(w: World) -> Write:
    made = await add.add_customer(w.ctx(), CustomerPatch(first_name="Eva", last_name="von  Berg"))
    return lambda ctx: change.change_customer(ctx, made.id, CustomerPatch(name=made.name))


async def custom_field(w: World) -> Write:
    made = await custom_fields.add_field(w.ctx(), CustomFieldPatch(title="Seats", kind="select", options=("A", "B")))
    return lambda ctx: custom_fields.change_field(ctx, made.id, patch_from(CustomFieldPatch, made))


async def values(w: World) -> Write:
    field = await custom_fields.add_field(w.ctx(), CustomFieldPatch(title="Persons", kind="numeric"))
    kept = await custom_fields.set_values(w.ctx(), w.left, {field.id: 8})
    return lambda ctx: custom_fields.set_values(ctx, w.left, kept)


async def price(w: World) -> Write:
    rules = await prices.set_prices(w.ctx(), [Price(amount=Decimal("10.5")), Price(per="day")], resource_id=w.hall)
    return lambda ctx: prices.set_prices(ctx, rules, resource_id=w.hall)


async def links(w: World) -> Write:
    await inventory.set_inventory_resources(w.ctx(), w.projectors, [w.sauna, w.hall])
    return lambda ctx: inventory.set_inventory_resources(ctx, w.projectors, [w.hall, w.sauna])


async def exception_days(w: World) -> Write:
    monday, friday = date(2027, 3, 1), date(2027, 3, 5)
    made = await hours.set_exception_days(w.ctx(), w.ada, {monday: [(600, 720), (480, 540)], friday: []})
    back = {one.day: one.hours for one in made}
    return lambda ctx: hours.set_exception_days(ctx, w.ada, {**back, date(2027, 3, 2): None})


async def occasion(w: World) -> Write:
    patch = OccasionPatch(title="Jazz", starts_at=SOON, ends_at=SOON + HOUR, entrance_minute=600)
    made = await occasions.add_occasion(w.ctx(), patch)
    return lambda ctx: occasions.change_occasion(ctx, made.id, patch_from(OccasionPatch, made))


async def document(w: World) -> Write:
    fair = await occasions.add_occasion(w.ctx(), OccasionPatch(title="Fair", starts_at=SOON, ends_at=SOON + HOUR))
    made = await documents.add_document(w.ctx(), fair.id, DocumentPatch(kind="offer", amount=Decimal(5)))
    processed = await documents.process_document(w.ctx(), made.id)
    return lambda ctx: documents.process_document(ctx, made.id, processed.processed_on)


async def invoice(w: World) -> Write:
    await prices.set_prices(w.ctx(), [Price(amount=Decimal(9))], resource_id=w.left)
    entry = await book_item(w.ctx(), hour_of(w.left, customer_id=w.kari))
    made = await issue_invoice(w.ctx(), [entry.item.booking_id])
    paid = await invoices.pay_invoice(w.ctx(), made.id, NOW, "cash")
    return lambda ctx: invoices.pay_invoice(ctx, made.id, paid.paid_at, paid.payment_method)


async def account(w: World) -> Write:
    await settings.change_settings(w.ctx(), SettingsPatch(details=KEPT))
    found = await settings.get_settings(w.ctx())
    rules = patch_from(PolicyPatch, found.account.policy)
    own = AccountPatch(name=found.account.name, time_zone=found.account.time_zone, policy=rules)
    return lambda ctx: settings.change_settings(ctx, SettingsPatch(account=own, details=found.details))


async def who_the_account_is(w: World) -> Write:
    made = await profile.change_profile(w.ctx(), ProfilePatch(company="Spa", country="SE", city="Malmö"))
    return lambda ctx: profile.change_profile(ctx, patch_from(ProfilePatch, made))


async def webhook(w: World) -> Write:
    made = await webhooks.add_webhook(w.ctx(), "native", WebhookPatch(url="https://example.org/x", events=("*",)))
    return lambda ctx: webhooks.change_webhook(ctx, "native", made.id, patch_from(WebhookPatch, made))


CASES: tuple[Case, ...] = (
    *(site, resource, part, service, assignment, customer, name_of_customer, custom_field, values, price, links),
    *(exception_days, occasion, document, invoice, account, who_the_account_is, webhook),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_writing_back_what_was_read_changes_nothing(clinic: World, case: Case) -> None:
    write = await case(clinic)
    journal = await told(clinic)
    first = await write(clinic.ctx(NOW + HOUR, "Somebody"))
    second = await write(clinic.ctx(NOW + 2 * HOUR, "Somebody else"))
    assert first == second
    assert getattr(first, "updated_at", NOW) == NOW
    assert await told(clinic) == journal
