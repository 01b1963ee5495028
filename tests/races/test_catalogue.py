"""What two doors change of one thing at one time is kept of both."""

from decimal import Decimal

from kalends.actions.accounts.settings import change_settings, get_settings
from kalends.actions.catalog.assignments import change_assignment, get_assignment, list_assignments, remove_assignment
from kalends.actions.catalog.resources import change_resource, get_resource
from kalends.actions.catalog.services import change_service, get_service
from kalends.actions.context import Context
from kalends.engine.accounts.account import AccountPatch, SettingsPatch
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import NotFound
from kalends.provision.applied import Applied
from kalends.provision.apply import apply
from kalends.store.db import Db
from tests.provision.test_apply import described
from tests.races.stage import Act, staged
from tests.world import NOW, World, open_clinic


def applying(clinic: World, text: str) -> Act:
    async def act(ctx: Context) -> Applied:
        return await apply(ctx.db, NOW, described(text, clinic.account.slug))

    return act


async def test_a_description_reverts_no_change_of_a_resource(db: Db) -> None:
    clinic = await open_clinic(db)
    said = applying(clinic, 'resources = [{ title = "Sauna", position = 3 }]')
    await staged(clinic, lambda ctx: change_resource(ctx, clinic.sauna, ResourcePatch(notes="New stove")), said)
    sauna = await get_resource(clinic.ctx(), clinic.sauna)
    assert (sauna.notes, sauna.position) == ("New stove", 3)


async def test_a_description_reverts_no_change_of_a_service(db: Db) -> None:
    clinic = await open_clinic(db)
    said = applying(clinic, 'services = [{ title = "Massage", position = 3 }]')
    await staged(clinic, lambda ctx: change_service(ctx, clinic.massage, ServicePatch(description="With oil")), said)
    massage = await get_service(clinic.ctx(), clinic.massage)
    assert (massage.description, massage.position) == ("With oil", 3)


async def test_two_change_how_one_serves(db: Db) -> None:
    clinic = await open_clinic(db)
    serving_id = (await list_assignments(clinic.ctx(), [clinic.massage]))[0].id
    await staged(
        clinic,
        lambda ctx: change_assignment(ctx, serving_id, ServiceAssignmentPatch(duration=90)),
        lambda ctx: change_assignment(ctx, serving_id, ServiceAssignmentPatch(price=Decimal(5))),
    )
    serving = await get_assignment(clinic.ctx(), serving_id)
    assert (serving.duration, serving.price) == (90, Decimal(5))


async def test_who_serves_no_more_is_not_changed(db: Db) -> None:
    clinic = await open_clinic(db)
    serving_id = (await list_assignments(clinic.ctx(), [clinic.massage]))[0].id
    _, refused = await staged(
        clinic,
        lambda ctx: remove_assignment(ctx, serving_id),
        lambda ctx: change_assignment(ctx, serving_id, ServiceAssignmentPatch(duration=90)),
    )
    assert isinstance(refused, NotFound)


async def test_who_only_reads_an_account_does_not_wait(db: Db) -> None:
    clinic = await open_clinic(db)
    _, read = await staged(
        clinic,
        lambda ctx: change_settings(ctx, SettingsPatch(account=AccountPatch(name="Spa"))),
        get_settings,
        waits=False,
    )
    assert (read.account.name, (await get_settings(clinic.ctx())).account.name) == ("Clinic", "Spa")


async def test_an_account_is_changed_by_one_after_the_other(db: Db) -> None:
    clinic = await open_clinic(db)
    await staged(
        clinic,
        lambda ctx: change_settings(ctx, SettingsPatch(account=AccountPatch(name="Spa"))),
        lambda ctx: change_settings(ctx, SettingsPatch(account=AccountPatch(locale="nb"))),
    )
    account = (await get_settings(clinic.ctx())).account
    assert (account.name, account.locale) == ("Spa", "nb")
