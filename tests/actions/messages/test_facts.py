"""A message tells what is true when it is sent, and calendars are told of changes of time, place and state alone."""

import pytest

from kalends.actions.bookings.change_state import change_item_state
from kalends.actions.catalog.services import add_service, remove_service
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.render import render_message
from kalends.engine.bookings.booking import Item
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.messages.facts import MessageFacts
from kalends.engine.refusals import NotFound
from kalends.engine.time.span import Span
from tests.acts import change
from tests.desk import HOUR, SOON, made, visit
from tests.world import World


async def facts(clinic: World, item: Item, kind: str = "confirmation", since: int = 0) -> MessageFacts:
    return await load_facts(clinic.ctx(), MessageRequest(kind=kind, channel="email", items={item.id: since}))


async def test_it_tells_of_the_item_its_customer_and_its_site(clinic: World) -> None:
    loaded = await facts(clinic, await made(clinic, visit(clinic)))
    (told,) = loaded.items
    assert (told.view.service and told.view.service.title, told.site and told.site.id) == ("Massage", clinic.site)
    assert (loaded.customer and loaded.customer.id, loaded.locale) == (clinic.kari, "nb")


async def test_the_sequence_rises_with_time_place_and_state_and_not_with_notes(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    sequences = []
    for fields in (
        {"notes": "by the window"},
        {"starts_at": SOON + HOUR},
        {"title": "Back"},
        {"resource_id": clinic.bo},
    ):
        await change(clinic.ctx(), item.id, fields)
        sequences.append((await facts(clinic, item)).items[0].sequence)
    await change_item_state(clinic.ctx(), item.id, "cancel")
    assert [*sequences, (await facts(clinic, item)).items[0].sequence] == [0, 1, 1, 2, 3]


async def test_a_modification_tells_when_it_was_before_the_change_it_was_asked_for_with(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    await change(clinic.ctx(), item.id, {"starts_at": SOON + HOUR})
    await change(clinic.ctx(), item.id, {"starts_at": SOON + 2 * HOUR})
    last = await change(clinic.ctx(), item.id, {"notes": "late"})
    was = [(await facts(clinic, item, "modification", since)).items[0].was for since in range(item.revision + 1, 5)]
    assert was[:2] == [Span(SOON, SOON + HOUR), Span(SOON + HOUR, SOON + 2 * HOUR)]
    assert (await facts(clinic, item, "modification", last.item.revision)).items[0].was is None
    assert (await facts(clinic, item, "reminder")).items[0].was is None


async def test_what_goes_with_a_time_is_told_also_once_it_is_offered_no_more(clinic: World) -> None:
    towel = await add_service(clinic.ctx(), ServicePatch(title="Towel", kind="product"))
    extras = (Extra(1, resource_id=clinic.projectors), Extra(2, service_id=towel.id))
    item = await made(clinic, visit(clinic, extras=extras))
    await remove_service(clinic.ctx(), towel.id)
    (told,) = (await facts(clinic, item)).items
    assert [each.thing.title for each in told.add_ons] == ["Projectors", "Towel"]


async def test_a_message_is_in_the_language_of_the_customer(clinic: World) -> None:
    item = await made(clinic, visit(clinic))
    request = MessageRequest(kind="confirmation", channel="sms", items={item.id: 0})
    rendered = await render_message(clinic.ctx(), await load_facts(clinic.ctx(), request))
    assert rendered.text.startswith("Bestillingen er bekreftet: Massage")


async def test_of_what_is_not_there_nothing_can_be_told(clinic: World) -> None:
    with pytest.raises(NotFound):
        await load_facts(clinic.ctx(), MessageRequest(kind="reminder", channel="sms", items={2**40: 0}))
