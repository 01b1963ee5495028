"""A booking is changed by form: what it is, what goes with it, what is noted and for whom; one time or several."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from kalends.actions.bookings.find import get_item
from kalends.actions.catalog.assignments import change_assignment, get_assignment_of
from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.prices import set_prices
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.messages.about_item import list_messages_about
from kalends.engine.bookings.booking import Item
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.price import Price
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from tests.acts import book_item, change, request
from tests.console.browsing import Visitor
from tests.console.desk_client import Desk, desk
from tests.console.screens import item_screen, physio
from tests.console.test_moving import weekly
from tests.desk import DAY, SOON
from tests.world import World

_DRAWN = re.compile(r'name="was" value="([^"]*)"')


async def edit(marit: Desk, view: ItemView, clinic: World, **fields: object) -> int:
    """Open the form and send it with some fields as they are typed, and the others as they are drawn."""
    path = item_screen(clinic, view, "/change")
    answer = await marit.client.get(path)
    marit.page = answer.text
    drawn = _DRAWN.search(answer.text)
    assert drawn is not None
    was = json.loads(unescape(drawn[1]))
    sent = {**was, "was": json.dumps(was), **fields}
    return await marit.send(path, **sent)


async def now(clinic: World, view: ItemView) -> Item:
    return (await get_item(clinic.ctx(), view.item.id)).item


async def test_notes_title_service_and_extras_are_changed_at_once(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic, notes="Left knee.")
    async with desk(address, clinic, password) as marit:
        typed = {"notes": "Right knee.", "title": "Check", "service": clinic.massage, "tell": "yes"}
        typed[f"extra_resource_{clinic.projectors}"] = 2
        assert await edit(marit, booked, clinic, **typed) == 200
        assert "The change is saved." in marit.page
        assert "2 × Projectors" in marit.page
        assert "Massage, 60 min" in marit.page
    item = await now(clinic, booked)
    assert (item.notes, item.title, item.service_id) == ("Right knee.", "Check", clinic.massage)
    assert item.extras == (Extra(2, resource_id=clinic.projectors),)
    assert [sent.template for sent in await list_messages_about(clinic.ctx(), item.id)] == ["modification"]


@pytest.mark.parametrize(("typed", "minutes"), [("", 50), ("90", 90)])
async def test_another_service_takes_as_long_as_it_does_there_or_as_is_typed(
    clinic: World, password: str, address: str, typed: str, minutes: int
) -> None:
    assignment = await get_assignment_of(clinic.ctx(), clinic.massage, clinic.ada)
    await change_assignment(clinic.ctx(), assignment.id, ServiceAssignmentPatch(duration=50))
    views = await weekly(clinic)
    path = item_screen(clinic, views[1], "/change")
    async with desk(address, clinic, password) as marit:
        await marit.open(f"{path}?was={{}}&service={clinic.massage}&length={typed}")
        assert f"It then takes place Monday, 8 March 2027, 11:00–{'11:50' if minutes == 50 else '12:30'}." in marit.page
        sent = {"service": clinic.massage, "length": typed, "scope": "following", "tell": "no"}
        assert await edit(marit, views[1], clinic, **sent) == 200
    items = [await now(clinic, view) for view in views]
    assert [item.ends_at - item.starts_at for item in items] == [
        timedelta(minutes=each) for each in (45, *[minutes] * 3)
    ]
    assert [item.starts_at for item in items] == [view.item.starts_at for view in views]


async def test_the_length_alone_is_changed_and_told(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic)
    async with desk(address, clinic, password) as marit:
        assert await edit(marit, booked, clinic, length="0") == 422
        assert "Minutes: " in marit.page
        assert await edit(marit, booked, clinic, length="30", tell="yes") == 200
    assert (await now(clinic, booked)).ends_at - booked.item.starts_at == timedelta(minutes=30)
    assert [sent.template for sent in await list_messages_about(clinic.ctx(), booked.item.id)] == ["modification"]


async def test_what_was_not_touched_changes_nothing(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic, notes="Left\r\nknee.", custom={"Side": "left", "Days": [1, 2]})
    async with desk(address, clinic, password) as marit:
        assert await edit(marit, booked, clinic, tell="yes") == 200
    assert await now(clinic, booked) == booked.item
    assert await list_messages_about(clinic.ctx(), booked.item.id) == []


async def test_a_note_is_not_told_whatever_is_chosen(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic)
    async with desk(address, clinic, password) as marit:
        await edit(marit, booked, clinic, notes="Rude.", tell="yes")
    assert (await now(clinic, booked)).notes == "Rude."
    assert await list_messages_about(clinic.ctx(), booked.item.id) == []


async def test_own_fields_are_filled_in_and_must_fit(clinic: World, password: str, address: str) -> None:
    count = await add_field(clinic.ctx(), CustomFieldPatch(title="Guests", kind="numeric"))
    side = await add_field(clinic.ctx(), CustomFieldPatch(title="Side", kind="text", subject="booking"))
    vip = await add_field(clinic.ctx(), CustomFieldPatch(title="VIP", kind="checkbox"))
    booked = await physio(clinic, custom={"Side": "left", "Days": [1, 2]})
    async with desk(address, clinic, password) as marit:
        typed = {f"custom_{side.id}": "right", f"custom_{vip.id}": "yes"}
        assert await edit(marit, booked, clinic, **typed, **{f"custom_{count.id}": "many"}) == 422
        assert "Guests: is not a number" in marit.page
        assert 'value="many"' in marit.page
        assert await edit(marit, booked, clinic, **typed, **{f"custom_{count.id}": "12"}) == 200
        custom = {"Side": "right", "Days": [1, 2], "Guests": "12", "VIP": "on"}
        assert (await now(clinic, booked)).custom == custom
        assert await edit(marit, booked, clinic, **{f"custom_{side.id}": ""}) == 200
    assert (await now(clinic, booked)).custom == {"Days": [1, 2], "Guests": "12", "VIP": "on"}


async def test_all_that_is_wrong_is_said_and_nothing_typed_is_lost(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic)
    wrong = {"title": "x" * 300, f"extra_resource_{clinic.projectors}": "-1", "service": "987654321", "notes": "Kept."}
    async with desk(address, clinic, password) as marit:
        assert await edit(marit, booked, clinic, **wrong) == 422
        assert "Title: is too long" in marit.page
        assert "Kept." in marit.page
        assert await edit(marit, booked, clinic, **{**wrong, "title": "x"}) == 422
        assert "Service: " in marit.page
        assert await edit(marit, booked, clinic, customer="x") == 422
        assert "For whom: is not known" in marit.page
    assert await now(clinic, booked) == booked.item


async def test_this_and_the_following_get_the_note_and_keep_the_rest(
    clinic: World, password: str, address: str
) -> None:
    views = await weekly(clinic)
    await change(clinic.ctx(), views[3].item.id, {"title": "Last"})
    path = item_screen(clinic, views[1], "/change")
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        assert "This one and the following: 3 dates" in marit.page
        await marit.open(f"{path}?was={{}}&scope=following")
        assert "Change 3 dates" in marit.page
        assert await edit(marit, views[1], clinic, notes="Bring shoes.", scope="following") == 200
    items = [await now(clinic, view) for view in views]
    assert [item.notes for item in items] == [None, *["Bring shoes."] * 3]
    assert [item.title for item in items] == [None, None, None, "Last"]


async def test_it_becomes_somebody_elses_or_somebody_new_or_nobodys(clinic: World, password: str, address: str) -> None:
    booked = await physio(clinic)
    async with desk(address, clinic, password) as marit:
        assert await edit(marit, booked, clinic, customer=clinic.ola, tell="no") == 200
        assert "Ola Nordmann" in marit.page
        assert await edit(marit, booked, clinic, customer="new", name="Kari Nordmann", tell="no") == 422
        assert "This looks like somebody who is here already." in marit.page
        typed = {"customer": "new", "name": "Kari Nordmann", "known": "no"}
        assert await edit(marit, booked, clinic, **typed, tell="no") == 200
        another = (await now(clinic, booked)).customer_id
        assert another not in (clinic.kari, clinic.ola, None)
        assert await edit(marit, booked, clinic, customer="none") == 200
    assert (await now(clinic, booked)).customer_id is None


async def test_who_is_faster_keeps_their_change_and_so_does_who_typed(
    clinic: World, password: str, address: str
) -> None:
    booked = await physio(clinic, notes="Left knee.")
    path = item_screen(clinic, booked, "/change")
    async with desk(address, clinic, password) as marit:
        await marit.open(path)
        await change(clinic.ctx(), booked.item.id, {"title": "Urgent"})
        sent = {"notes": "Right knee.", "title": "", "service": clinic.physio, "units": 1, "revision": 0}
        sent["was"] = json.dumps({"notes": "Left knee.", "title": "", "service": str(clinic.physio), "units": "1"})
        assert await marit.send(path, **sent) == 412
        assert "Somebody else changed this meanwhile." in marit.page
        assert "Right knee." in marit.page
        assert 'value="Urgent"' in marit.page
    assert (await now(clinic, booked)).notes == "Left knee."


async def test_an_extra_that_is_gone_says_so(clinic: World, password: str, address: str) -> None:
    await physio(clinic, extras=(Extra(3, resource_id=clinic.projectors),), resource_id=clinic.ada)
    massage = {"service_id": clinic.massage, "resource_id": clinic.bo, "starts_at": SOON, "customer_id": clinic.ola}
    booked = await book_item(clinic.ctx(), request(**massage))
    async with desk(address, clinic, password) as marit:
        assert await edit(marit, booked, clinic, **{f"extra_resource_{clinic.projectors}": 1}) == 422
        assert "That time is taken." in marit.page
        assert "Kari Nordmann" in marit.page
    assert await now(clinic, booked) == booked.item


async def test_a_stock_and_a_product_of_the_same_number_are_two(clinic: World, password: str, address: str) -> None:
    await clinic.db.execute(
        """
        select setval(pg_get_serial_sequence('service', 'id'), newest),
            setval(pg_get_serial_sequence('resource', 'id'), newest)
        from (select greatest((select max(id) from service), (select max(id) from resource)) as newest)
        """
    )
    chairs = await add_resource(clinic.ctx(), ResourcePatch(title="Chairs", kind="inventory", capacity=3))
    tape = await add_service(clinic.ctx(), ServicePatch(title="Tape", kind="product", active=False))
    assert chairs.id == tape.id
    booked = await physio(clinic, extras=(Extra(1, resource_id=chairs.id),))
    async with desk(address, clinic, password) as marit:
        await marit.open(item_screen(clinic, booked, "/change"))
    assert f'name="extra_resource_{chairs.id}"' in marit.page
    assert f'name="extra_service_{tape.id}"' not in marit.page


async def test_a_person_sees_price_and_message_while_they_type(clinic: World, marit: Visitor) -> None:
    await set_prices(clinic.ctx(), [Price(amount=Decimal(100))], service_id=clinic.massage)
    booked = await physio(clinic, DAY)
    await marit.open(item_screen(clinic, booked, "/change"))
    assert "Nothing is different" in await marit.text("#telling")
    await marit.page.select_option("#service", str(clinic.massage))
    await marit.page.wait_for_selector("#telling .paper")
    assert "Massage" in await marit.text("#telling .paper")
    assert "It then takes place Tuesday, 2 March 2027, 11:00–12:00." in await marit.text("#outlook")
    assert "100" in await marit.text("#outlook")
    await marit.check()
    await marit.page.click("label >> text=Do not tell")
    await marit.page.click("text=Save")
    await marit.page.wait_for_selector("text=The change is saved.")
    assert (await now(clinic, booked)).service_id == clinic.massage
