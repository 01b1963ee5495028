"""A practitioner at the console: their own calendar, and nothing of their colleagues'."""

import re

from kalends.actions.accounts.change_user import change_user
from kalends.actions.bookings.blocks import add_block
from kalends.actions.bookings.cases import add_case_of_items
from kalends.actions.bookings.find import get_item, list_items
from kalends.actions.bookings.resource_blocks import add_resource_blocks
from kalends.actions.catalog.resources import change_resource, get_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.catalog.sites import add_site
from kalends.engine.accounts.user import UserPatch
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.case import CasePatch
from tests.console.office import office_of
from tests.console.screens import item_screen
from tests.desk import DAY as DAY_LATER
from tests.desk import HOUR, SOON, made, new_york, seat, visit
from tests.world import World

DAY = "2027-03-01"


async def test_the_day_is_their_own(clinic: World, address: str) -> None:
    own = await made(clinic, visit(clinic, title="Sore back"))
    of_bo = await made(clinic, visit(clinic, resource_id=clinic.bo, customer_id=clinic.ola, title="Bad knee"))
    async with office_of(clinic, address, "practitioner") as ada:
        for view in ("day", "week", "agenda", "door"):
            page = await ada.open(f"/sites/{clinic.site}/{view}/{DAY}")
            assert "Bad knee" not in page
            assert "Ola Nordmann" not in page
        assert "Sore back" in await ada.open(f"/sites/{clinic.site}/day/{DAY}")
        lanes = (await ada.client.get(f"/sites/{clinic.site}/day/{DAY}")).text
        assert (f"lane-{clinic.ada}" in lanes, f"lane-{clinic.bo}" in lanes) == (True, False)
        form = (await ada.client.get(f"/sites/{clinic.site}/new?at={DAY}T14:00")).text
        assert (f'value="{clinic.ada}" selected>Ada</option>' in form, ">Bo</option>" in form) == (True, False)
        path = f"/sites/{clinic.site}/items"
        assert (await ada.client.get(f"{path}/{own.id}")).status_code == 200
        assert (await ada.client.get(f"{path}/{of_bo.id}")).status_code == 404
        moved = {"start": f"{DAY}T14:00", "end": f"{DAY}T15:00", "resource": str(clinic.ada)}
        assert (await ada.client.post(f"{path}/{of_bo.id}/move", data=moved)).status_code == 404
        assert (await ada.client.post(f"{path}/{own.id}/move", data=moved)).status_code == 303
        to_bo = await ada.client.post(f"{path}/{own.id}/move", data=moved | {"resource": str(clinic.bo)})
        assert to_bo.status_code == 404
    assert (await get_item(clinic.ctx(), own.id)).item.starts_at == SOON + 3 * HOUR


async def test_a_block_of_the_whole_site_can_only_be_looked_at(clinic: World, address: str) -> None:
    block = (await add_block(clinic.ctx(), BlockRequest(clinic.site, SOON, SOON + HOUR, "Fair"))).view.item
    own = await add_resource_blocks(
        clinic.ctx(), ResourceBlockRequest(resource_id=clinic.ada, starts_at=SOON, ends_at=SOON + HOUR)
    )
    path = f"/sites/{clinic.site}/blocks"
    async with office_of(clinic, address, "practitioner") as ada:
        assert "Fair" in await ada.open(path)
        for shown, may_change in ((block, False), (own.items[0].item, True)):
            page = (await ada.client.get(f"{path}/{shown.id}")).text
            assert (f'action="/console{path}/{shown.id}' in page) == may_change
        assert "When Monday, 1 March 2027, 11:00–12:00 Reason Fair" in await ada.open(f"{path}/{block.id}")
        assert (await ada.client.post(f"{path}/{block.id}/remove")).status_code == 403


async def test_what_they_share_with_a_colleague_is_moved_for_both(clinic: World, address: str) -> None:
    both = await made(clinic, visit(clinic, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)))
    path = f"/sites/{clinic.site}/items/{both.id}"
    async with office_of(clinic, address, "practitioner") as ada:
        form = (await ada.client.get(f"{path}/move")).text
        assert (f'value="{clinic.bo}" selected' in form, f'value="{clinic.ada}"' in form) == (True, False)
        moved = {"start": f"{DAY}T14:00", "end": f"{DAY}T15:00", "resource": str(clinic.bo), "tell": "no"}
        await ada.done(f"{path}/move", f"{path}/move", **moved)
    item = (await get_item(clinic.ctx(), both.id)).item
    assert (item.starts_at, item.resource_id, item.also_resource_ids) == (SOON + 3 * HOUR, clinic.bo, (clinic.ada,))


async def test_they_book_a_room_beside_which_they_serve(clinic: World, address: str) -> None:
    patch = ServicePatch(title="Scan", also_needs=("person",))
    scan = await add_service(clinic.ctx(), patch, [clinic.left, clinic.right])
    path, asked = f"/sites/{clinic.site}/new", {"service": str(scan.id), "start": f"{DAY}T14:00", "tell": "no"}
    async with office_of(clinic, address, "practitioner") as ada:
        form = await ada.open(f"{path}?at={DAY}T14:00")
        assert [name in form for name in ("Scan", "Left", "Hall", " Bo ")] == [True, True, True, False]
        assert "Free with Left." in await ada.open(f"{path}?at={DAY}T14:00&service={scan.id}&resource={clinic.ada}")
        booked = await ada.done(path, path, **asked, resource=str(clinic.ada), customer=str(clinic.kari))
        assert "Left" in await ada.open(booked)
        taken = await ada.client.post(path, data=asked | {"resource": str(clinic.right), "customer": str(clinic.ola)})
    assert "is taken" in taken.text
    (view,) = (await list_items(clinic.ctx(), ItemQuery(service_ids=(scan.id,)))).rows
    assert (view.item.resource_id, view.item.also_resource_ids) == (clinic.left, (clinic.ada,))


async def test_what_they_share_is_moved_to_when_both_are_free(clinic: World, address: str) -> None:
    both = await made(clinic, visit(clinic, resource_id=clinic.bo, also_resource_ids=(clinic.ada,)))
    await made(clinic, visit(clinic, resource_id=clinic.bo, starts_at=SOON + 2 * HOUR, customer_id=clinic.ola))
    await made(clinic, visit(clinic, starts_at=SOON + 3 * HOUR))
    path = f"/sites/{clinic.site}/items/{both.id}/move"
    async with office_of(clinic, address, "practitioner") as ada, office_of(clinic, address) as owner:
        for user in (ada, owner):
            form = (await user.client.get(path)).text
            times = re.findall(r"\d\d:\d\d–\d\d:\d\d", form.partition('class="times"')[2].partition("</ul>")[0])
            assert times == ["12:00–13:00", "15:00–16:00"]
        taken = {"start": f"{DAY}T13:00", "end": f"{DAY}T14:00", "resource": str(clinic.bo), "tell": "no"}
        refused = await ada.client.post(path, data=taken)
    assert refused.status_code == 409
    assert "12:00–13:00" in refused.text
    assert "Ola Nordmann" not in refused.text


async def test_they_read_who_changed_what_is_theirs(clinic: World, address: str) -> None:
    own = await made(clinic, visit(clinic, resource_id=clinic.bo))
    path = f"/sites/{clinic.site}/items/{own.id}"
    async with office_of(clinic, address, name="olga") as olga, office_of(clinic, address, "practitioner") as ada:
        form = f"{path}/move"
        moved = {"start": f"{DAY}T14:00", "end": f"{DAY}T15:00", "resource": str(clinic.ada), "tell": "no"}
        await olga.done(form, form, **moved)
        assert "Moved from Monday, 1 March 2027, 11:00–12:00, Bo The owner" in await ada.open(path)


async def test_who_leads_a_class_calls_its_roll_and_does_not_plan_it(clinic: World, address: str) -> None:
    yoga = await clinic.class_with((clinic.hall, clinic.ada), starts_at=SOON, ends_at=SOON + HOUR)
    kari = await made(clinic, seat(clinic, yoga))
    path = f"/sites/{clinic.site}/sessions"
    async with office_of(clinic, address, "practitioner") as ada:
        assert "Yoga" in await ada.open(f"{path}?week={DAY}")
        assert "Yoga 1 of 10 Hall, Ada" in await ada.open(f"/sites/{clinic.site}/agenda/{DAY}")
        assert "Kari Nordmann" in await ada.open(f"{path}/{yoga}")
        page = (await ada.client.get(f"{path}/{yoga}")).text
        assert [f"{path}/{yoga}/{act}" in page for act in ("roll", "seats", "change", "cancel")] == [
            True,
            True,
            False,
            False,
        ]
        await ada.done(f"{path}/{yoga}/roll", f"{path}/{yoga}", **{f"roll-{kari.id}": "completed"})
        await ada.done(f"{path}/{yoga}/seats", f"{path}/{yoga}", customer=str(clinic.ola), units="1")
        assert "Ola Nordmann" in await ada.open(f"{path}/{yoga}")
    assert (await get_item(clinic.ctx(), kari.id)).item.status == "completed"


async def test_a_class_is_found_by_who_leads_it(clinic: World, address: str) -> None:
    for leader, room, after in ((clinic.ada, clinic.hall, DAY_LATER), (clinic.bo, clinic.left, 2 * DAY_LATER)):
        await clinic.class_with((room, leader), starts_at=SOON + after, ends_at=SOON + after + HOUR)
    path = f"/sites/{clinic.site}/find"
    async with office_of(clinic, address, "practitioner") as ada, office_of(clinic, address) as owner:
        assert "Yoga" in await ada.open(path)
        of_ada = [await ada.open(f"{path}?service={clinic.yoga}")]
        of_ada.append(await owner.open(f"{path}?service={clinic.yoga}&resource={clinic.ada}"))
    assert [[day in found for day in ("2 March", "3 March")] for found in of_ada] == [[True, False]] * 2


async def test_of_a_customer_they_read_what_is_theirs(clinic: World, address: str) -> None:
    own = await made(clinic, visit(clinic))
    of_bo = await made(clinic, visit(clinic, resource_id=clinic.bo, starts_at=SOON + HOUR))
    for name, item in (("Back", own), ("Depression", of_bo)):
        await add_case_of_items(clinic.ctx(), CasePatch(customer_id=clinic.kari, name=name), (item.id,))
    async with office_of(clinic, address, "practitioner") as ada, office_of(clinic, address) as owner:
        cards = [await user.open(f"/customers/{clinic.kari}") for user in (ada, owner)]
        assert [[word in card for word in ("Back", "Depression")] for card in cards] == [[True, False], [True, True]]
        assert ["You see what takes place with you." in card for card in cards] == [True, False]
        assert "With you before this First visit" in await ada.open(f"/sites/{clinic.site}/items/{own.id}")


async def test_they_begin_where_they_are(clinic: World, address: str) -> None:
    hill = await add_site(clinic.ctx(), SitePatch(name="Hill"))
    async with office_of(clinic, address, "practitioner") as ada:
        assert (await ada.client.get("/")).headers["location"].endswith(f"/sites/{clinic.site}")
        await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(site_id=hill.id))
        assert (await ada.client.get("/")).headers["location"].endswith(f"/sites/{hill.id}")
        page = (await ada.client.get("/customers")).text
        assert [f'"/console/sites/{each}"' in page for each in (hill.id, clinic.site)] == [True, False]


async def test_who_is_two_people_at_two_sites_has_both_calendars(clinic: World, address: str) -> None:
    chair = await get_resource(clinic.ctx(), await new_york(clinic))
    own = await made(clinic, visit(clinic))
    async with office_of(clinic, address, "practitioner") as ada:
        for other in (chair.id, clinic.bo):
            linked = await get_resource(clinic.ctx(), clinic.ada)
            await change_resource(clinic.ctx(), other, ResourcePatch(user_id=linked.user_id))
        page = (await ada.client.get(f"/sites/{clinic.site}/day/{DAY}")).text
        assert all(f"lane-{each}" in page for each in (clinic.ada, clinic.bo))
        assert f'"/console/sites/{chair.site_id}"' in page
        assert f"lane-{chair.id}" in (await ada.client.get(f"/sites/{chair.site_id}/day/{DAY}")).text
        moved = {"start": f"{DAY}T14:00", "end": f"{DAY}T15:00", "resource": str(clinic.bo)}
        path = f"/sites/{clinic.site}/items/{own.id}"
        assert (await ada.client.post(f"{path}/move", data=moved)).status_code == 303
        assert "Kari Nordmann" in await ada.open(path)
        await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(user_id=None))
        await ada.open(path, status=404)


async def test_who_left_their_own_calendar_out_before_sees_it(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "staff", name="ada") as ada:
        user_id = await clinic.db.fetchval("select max(id) from staff_user where account_id = $1", clinic.account.id)
        await ada.done(f"/sites/{clinic.site}/view", show=str(clinic.bo), back=f"day/{DAY}")
        await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=user_id))
        await change_user(clinic.ctx(), user_id, UserPatch(role="practitioner"))
        page = (await ada.client.get(f"/sites/{clinic.site}/day/{DAY}")).text
        assert (f"lane-{clinic.ada}" in page, f"lane-{clinic.bo}" in page) == (True, False)


async def test_who_is_nobody_is_told_so_and_offered_nothing(clinic: World, address: str) -> None:
    async with office_of(clinic, address, "practitioner") as ada:
        await change_resource(clinic.ctx(), clinic.ada, ResourcePatch(user_id=None))
        assert (await ada.client.get("/")).headers["location"].endswith(f"/sites/{clinic.site}")
        for view in ("day", "week", "agenda", "door"):
            page = await ada.client.get(f"/sites/{clinic.site}/{view}/{DAY}")
            assert ("No calendar here is yours." in page.text, 'id="new"' in page.text) == (True, False)


async def test_an_owner_says_who_of_the_people_a_user_is(clinic: World, address: str) -> None:
    own = await made(clinic, visit(clinic, resource_id=clinic.bo, title="Bad knee"))
    async with office_of(clinic, address) as owner, office_of(clinic, address, "practitioner", name="bo") as bo:
        user_id = (await get_resource(clinic.ctx(), clinic.ada)).user_id
        path = f"/settings/users/{user_id}"
        sent = {"name": "Bo", "email": "bo@example.org", "role": "practitioner", "person_ids": str(clinic.bo)}
        assert "Ada (The practitioner) Bo" in await owner.open("/settings/users/new")
        assert "Ada Bo" in await owner.open(path)
        await owner.done(path, path, **sent)
        assert (await get_resource(clinic.ctx(), clinic.ada)).user_id is None
        assert (await get_resource(clinic.ctx(), clinic.bo)).user_id == user_id
        assert "Bad knee" in await bo.open(f"/sites/{clinic.site}/day/{DAY}")
        assert "Bad knee" in await bo.open(item_screen(clinic, await get_item(clinic.ctx(), own.id)))
