"""Customers say what they do not want to be told; what they must know is told all the same."""

import pytest

from kalends.actions.catalog.sites import change_site
from kalends.actions.customers.merge import merge_customers
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.refusals import accept_messages, is_refused, list_refusals, refuse_messages
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.refusals import Fault, Invalid, NotFound
from tests.desk import made, told, visit
from tests.people import as_customer
from tests.world import World


async def refused(clinic: World, customer_id: int) -> list[tuple[str, str]]:
    return [(one.kind, one.channel) for one in await list_refusals(clinic.ctx(), customer_id)]


async def test_what_is_refused_stays_so_until_it_is_accepted(clinic: World) -> None:
    for _ in range(2):
        await refuse_messages(clinic.ctx(), clinic.kari, "reminder", "email")
    await refuse_messages(clinic.ctx(), clinic.kari, "confirmation", "sms")
    assert await refused(clinic, clinic.kari) == [("reminder", "email"), ("confirmation", "sms")]
    assert await refused(clinic, clinic.ola) == []
    for _ in range(2):
        await accept_messages(clinic.ctx(), clinic.kari, "reminder", "email")
    assert await refused(clinic, clinic.kari) == [("confirmation", "sms")]
    assert [verb for verb, _, _ in await told(clinic, "message_refusal")] == ["add", "add", "remove"]


@pytest.mark.parametrize(
    ("kind", "channel", "faults"),
    [
        ("confirmation", "email", [Fault("kind", "fixed")]),
        ("cancellation", "email", [Fault("kind", "fixed")]),
        ("verification", "sms", [Fault("kind", "fixed")]),
        ("notification", "sms", [Fault("kind", "fixed")]),
        ("poem", "fax", [Fault("kind", "unknown"), Fault("channel", "unknown")]),
    ],
)
async def test_what_must_be_known_can_not_be_refused(
    clinic: World, kind: str, channel: str, faults: list[Fault]
) -> None:
    with pytest.raises(Invalid) as refusal:
        await refuse_messages(clinic.ctx(), clinic.kari, kind, channel)
    assert list(refusal.value.faults) == faults
    assert not await is_refused(clinic.ctx(), clinic.kari, kind, channel)


async def test_customers_refuse_for_themselves_alone(clinic: World) -> None:
    await refuse_messages(as_customer(clinic, clinic.kari), clinic.kari, "reminder", "sms")
    assert await is_refused(clinic.ctx(), clinic.kari, "reminder", "sms")
    for act in (refuse_messages, accept_messages):
        with pytest.raises(NotFound):
            await act(as_customer(clinic, clinic.ola), clinic.kari, "reminder", "sms")
    with pytest.raises(NotFound):
        await list_refusals(as_customer(clinic, clinic.ola), clinic.kari)
    with pytest.raises(NotFound):
        await refuse_messages(clinic.ctx(), 2**40, "reminder", "sms")


async def test_who_is_merged_still_refuses(clinic: World) -> None:
    await refuse_messages(clinic.ctx(), clinic.ola, "reminder", "email")
    await merge_customers(clinic.ctx(), clinic.kari, clinic.ola, CustomerPatch())
    assert await is_refused(clinic.ctx(), clinic.kari, "reminder", "email")


async def test_a_mail_that_can_be_refused_says_how(clinic: World) -> None:
    await change_site(clinic.ctx(), clinic.site, SitePatch(email="desk+oslo@example.org"))
    item = await made(clinic, visit(clinic))
    reminder = MessageRequest(kind="reminder", channel="email", items={item.id: 0})
    assert (await load_facts(clinic.ctx(), reminder)).unsubscribe == (
        f"mailto:desk%2Boslo@example.org?subject=unsubscribe%20reminder%20{clinic.kari}"
    )
    confirmation = MessageRequest(kind="confirmation", channel="email", items={item.id: 0})
    assert (await load_facts(clinic.ctx(), confirmation)).unsubscribe == ""
