"""What is chosen in a form stays chosen when something else is changed there, also what is archived by then."""

from urllib.parse import urlencode

from kalends.actions.catalog.add_ons import change_inventory, get_inventory
from kalends.actions.catalog.custom_fields import add_field, change_field, get_field
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import change_service
from kalends.actions.catalog.serving import get_providers, set_providers
from kalends.engine.catalog.add_on import AddOnPatch
from kalends.engine.catalog.assignment import ServiceOverride
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from tests.console.office import Office, office_of
from tests.console.walking import Page, below
from tests.world import World


async def _save_as_it_is(office: Office, path: str) -> None:
    page = Page((await office.client.get(path)).text)
    form = next(each for each in page.forms if below(each.path) == path)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await office.client.post(path, content=urlencode(form.fields), headers=headers)
    assert answer.status_code == 303, answer.text


async def test_who_served_a_service_and_is_archived_serves_it_again_when_they_are_back(
    clinic: World, address: str
) -> None:
    terms = [ServiceOverride(0, 0, clinic.ada), ServiceOverride(0, 0, clinic.bo, duration=90)]
    before = await set_providers(clinic.ctx(), clinic.massage, terms, served_by_all=False)
    await change_resource(clinic.ctx(), clinic.bo, ResourcePatch(active=False))
    async with office_of(clinic, address) as office:
        await _save_as_it_is(office, f"/services/{clinic.massage}")
    assert (await get_providers(clinic.ctx(), clinic.massage)).overrides == before.overrides


async def test_a_service_of_inventory_can_be_changed(clinic: World, address: str) -> None:
    terms = [ServiceOverride(0, 0, clinic.projectors)]
    before = await set_providers(clinic.ctx(), clinic.massage, terms, served_by_all=False)
    async with office_of(clinic, address) as office:
        await _save_as_it_is(office, f"/services/{clinic.massage}")
    assert (await get_providers(clinic.ctx(), clinic.massage)).overrides == before.overrides


async def test_what_goes_with_an_archived_room_alone_does_not_go_with_all(clinic: World, address: str) -> None:
    await change_inventory(clinic.ctx(), clinic.projectors, AddOnPatch(resource_ids=(clinic.sauna,)))
    await change_resource(clinic.ctx(), clinic.sauna, ResourcePatch(active=False))
    async with office_of(clinic, address) as office:
        await _save_as_it_is(office, f"/extras/inventory/{clinic.projectors}")
    assert (await get_inventory(clinic.ctx(), clinic.projectors)).resource_ids == (clinic.sauna,)


async def test_a_question_of_an_archived_service_is_not_asked_by_all(clinic: World, address: str) -> None:
    of_massage = CustomFieldPatch(title="Allergic?", subject="booking", service_ids=frozenset({clinic.massage}))
    first = await add_field(clinic.ctx(), of_massage)
    then = CustomFieldPatch(title="To what?", subject="booking", asked_if_id=first.id, asked_if_value="yes")
    second = await add_field(clinic.ctx(), then)
    await change_field(clinic.ctx(), first.id, CustomFieldPatch(active=False))
    await change_service(clinic.ctx(), clinic.massage, ServicePatch(active=False))
    async with office_of(clinic, address) as office:
        for field in (first, second):
            await _save_as_it_is(office, f"/custom-fields/{field.id}")
    assert (await get_field(clinic.ctx(), first.id)).service_ids == of_massage.service_ids
    assert (await get_field(clinic.ctx(), second.id)).asked_if_id == first.id
