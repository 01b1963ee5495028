"""All that is known of a person is handed out."""

from decimal import Decimal

import pytest

from kalends.actions.accounts.logins import set_customer_login
from kalends.actions.catalog.prices import set_prices
from kalends.actions.customers.cases import add_case
from kalends.actions.customers.export import export_customer
from kalends.actions.customers.history import customer_history
from kalends.actions.customers.merge import merge_customers
from kalends.actions.messages.refusals import refuse_messages
from kalends.engine.catalog.price import Price
from kalends.engine.customers.case import CasePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import NotFound
from tests.acts import issue_invoice
from tests.desk import HOUR, SOON, made, visit
from tests.people import PASSWORD
from tests.world import World, open_clinic


async def test_everything_is_there(clinic: World) -> None:
    of_ola = await made(clinic, visit(clinic, customer_id=clinic.ola, starts_at=SOON + HOUR))
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    await set_prices(clinic.ctx(), [Price(per="hour", amount=Decimal(100))], service_id=clinic.massage)
    own = await made(clinic, visit(clinic))
    invoice = await issue_invoice(clinic.ctx(), [own.booking_id])
    await refuse_messages(clinic.ctx(), clinic.kari, "reminder", "email")
    other = await made(clinic, visit(clinic, resource_id=clinic.bo, customer_id=None, customer={"first_name": "Eve"}))
    case = await add_case(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"))
    await set_customer_login(clinic.ctx(), clinic.kari, "kari", PASSWORD)
    export = await export_customer(clinic.ctx(), clinic.kari)
    assert (export.customer.id, [merged.id for merged in export.merged]) == (clinic.kari, [clinic.ola])
    assert [item.id for item in export.items] == [own.id, of_ola.id]
    assert other.id not in {item.id for item in export.items}
    assert {booking.id for booking in export.bookings} == {own.booking_id, of_ola.booking_id}
    assert ([each.id for each in export.cases], export.login) == ([case.id], "kari")
    assert [each.id for each in export.invoices] == [invoice.id]
    assert [(each.kind, each.channel) for each in export.refusals] == [("reminder", "email")]
    assert {message.customer_id for message in export.messages} <= {clinic.kari}
    assert [entry.verb for entry in await customer_history(clinic.ctx(), clinic.kari)][-1] == "read"


async def test_another_account_gets_nothing(clinic: World) -> None:
    with pytest.raises(NotFound):
        await export_customer((await open_clinic(clinic.db)).ctx(), clinic.kari)
