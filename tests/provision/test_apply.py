import secrets
import tomllib
from datetime import date, timedelta

import pytest

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.users import create_user
from kalends.actions.catalog.resources import get_resource, list_openings, list_resources, resources_of
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.accounts.principal import system
from kalends.engine.availability.openings import Opening, OpeningException
from kalends.provision.apply import apply
from kalends.provision.description import Description, InvalidDescription, read
from kalends.store.accounts.accounts import find_account
from kalends.store.availability.openings import hours_of
from kalends.store.catalog.services import find_overrides
from kalends.store.db import Db
from tests.acts import book_item, request
from tests.desk import told
from tests.world import NOW, open_clinic

CLINIC = """
name = "Clinic"
time_zone = "Europe/Oslo"
country = "NO"
policy = { verification = "sms" }
holiday_calendars = [{ name = "Norway", country = "NO", days = [{ day = 2027-05-18, title = "Planning" }] }]
sites = [{ name = "Harbour", holiday_calendar = "Norway", exceptions = [{ day = 2027-12-24 }] }]
keys = [{ door = "makeplans", name = "website", sites = ["Harbour"] }]

[[resources]]
title = "Ada"
site = "Harbour"
openings = [
    { days = ["mon", "fri"], opens = "08:00", closes = "16:00" },
    { days = ["sat"], opens = "18:00", closes = "02:00", services = ["Massage"] },
]

[[resources]]
title = "Hall"
kind = "space"
exceptions = [{ from = 2027-07-01, until = 2027-08-01, opens = "10:00", closes = "12:00", title = "Summer" }]
parts = [{ title = "Left", kind = "space" }, { title = "Right", kind = "space" }]

[[services]]
title = "Massage"
duration = 60
price = "750"
resources = ["Ada", { resource = "Hall / Left", duration = 90 }]
"""


NEW = {"time_zone": "Europe/Oslo", "currency": "NOK", "country": "NO"}


def described(text: str = CLINIC, slug: str | None = None) -> Description:
    fresh = {"slug": f"clinic-{secrets.token_hex(6)}", **NEW}
    return read({**({"slug": slug} if slug else fresh), **tomllib.loads(text)})


async def context(db: Db, description: Description) -> Context:
    account = await find_account(db, description.slug)
    assert account is not None
    return Context(system("tests", "Tester"), account, NOW, db)


async def refused(db: Db, text: str) -> str:
    with pytest.raises(InvalidDescription) as why:
        await apply(db, NOW, described(text))
    return str(why.value)


async def test_everything_described_is_made(db: Db) -> None:
    description = described()
    applied = await apply(db, NOW, description)
    ctx = await context(db, description)
    assert applied.named("made") == list(applied.outcomes)
    assert (ctx.account.country, ctx.account.policy.verification) == ("NO", "sms")
    (harbour,) = await list_sites(ctx)
    ada, hall, left, right = await list_resources(ctx)
    assert (harbour.name, ada.site_id, left.path, right.parent_id) == (
        "Harbour",
        harbour.id,
        (hall.id, left.id),
        hall.id,
    )
    (massage,) = await list_services(ctx)
    assert [resource.title for resource in await resources_of(ctx, massage.id)] == ["Ada", "Left"]
    assert [offer.duration for offer in await find_overrides(db, ctx.account.id, [massage.id])] == [None, 90]
    assert (await list_openings(ctx, [ada.id]))[ada.id] == [
        Opening(1, 480, 960),
        Opening(5, 480, 960),
        Opening(6, 1080, 1560, service_ids=frozenset({massage.id})),
    ]
    hours = await hours_of(db, ctx.account.id, [left.id])
    assert set(hours[left.id].exceptions) == {
        OpeningException(date(2027, 12, 24), date(2027, 12, 25)),
        OpeningException(date(2027, 7, 1), date(2027, 8, 1), 600, 720, "Summer"),
    }
    holidays = hours[left.id].holidays
    assert holidays is not None
    assert (holidays.country, holidays.days) == ("NO", ((date(2027, 5, 18), "Planning"),))


async def test_a_key_is_told_when_it_is_made(db: Db) -> None:
    description = described()
    (secret,) = (await apply(db, NOW, description)).keys.values()
    ctx = await authenticate_secret(db, NOW, "makeplans", secret)
    assert (ctx.account.slug, ctx.site_ids) == (description.slug, frozenset(s.id for s in await list_sites(ctx)))


async def test_a_second_run_changes_nothing(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    ctx = await context(db, description)
    before = await told(ctx)
    again = await apply(db, NOW + timedelta(days=1), description)
    assert (again.named("left"), again.keys) == (list(again.outcomes), {})
    assert await told(ctx) == before


async def test_only_what_differs_is_changed(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    later = CLINIC.replace('closes = "16:00"', 'closes = "17:00"').replace("duration = 90", "duration = 75")
    changed = await apply(db, NOW, described(later, description.slug))
    assert changed.named("changed") == ["resource Ada", "service Massage"]
    assert changed.named("made") == []


async def test_a_step_that_was_as_long_as_the_service_stays_so(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    longer = described(CLINIC.replace("duration = 60", "duration = 45"), description.slug)
    await apply(db, NOW, longer)
    (massage,) = await list_services(await context(db, description))
    assert (massage.duration, massage.step) == (45, 45)
    again = await apply(db, NOW, longer)
    assert again.named("left") == list(again.outcomes)


async def test_sites_in_the_accounts_time_zone_stay_in_it(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    await apply(db, NOW, described(CLINIC.replace("Europe/Oslo", "Europe/Rome"), description.slug))
    assert {site.time_zone for site in await list_sites(await context(db, description))} == {"Europe/Rome"}


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ('name = "Clinic"', 'name = "Practice"', ("change", "account", {"name"})),
        ('"sms"', '"email"', ("change", "account", {"verification"})),
        ('holiday_calendar = "Norway", ', 'city = "Oslo", ', ("change", "site", {"city"})),
        ("day = 2027-12-24", "day = 2027-12-23", ("except", "site", {"exceptions"})),
        ('title = "Summer"', 'title = "July"', ("except", "resource", {"exceptions"})),
        ('closes = "16:00"', 'closes = "17:00"', ("open", "resource", {"openings"})),
        ("duration = 90", "duration = 75", ("serve", "service", {"serving"})),
        ("2027-05-18", "2027-05-19", ("change", "holiday_calendar", {"days"})),
    ],
)
async def test_the_journal_tells_what_is_changed(
    db: Db, was: str, becomes: str, expected: tuple[str, str, set[str]]
) -> None:
    description = described()
    await apply(db, NOW, description)
    ctx = await context(db, description)
    before = await told(ctx)
    await apply(db, NOW, described(CLINIC.replace(was, becomes), description.slug))
    (line,) = (await told(ctx))[len(before) :]
    what, kind, names = expected
    assert (line[0], set(line[1]), set(line[2])) == (what, names, names)
    assert (await told(ctx, kind))[-1] == line


async def test_the_journal_tells_of_calendars_and_of_who_serves(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    ctx = await context(db, description)
    ada, _, left, _ = await list_resources(ctx)
    _, (what, before, after) = await told(ctx, "service")
    assert (what, before) == ("serve", {"serving": []})
    serving = [(override["resource_id"], override["duration"]) for override in after["serving"]]
    assert serving == [
        (ada.id, None),
        (left.id, 90),
    ]
    norway = {"name": "Norway", "country": "NO", "subdivision": None, "days": [["2027-05-18", "Planning"]]}
    assert await told(ctx, "holiday_calendar") == [("add", None, norway)]


async def test_what_is_not_named_is_left_alone(db: Db) -> None:
    description = described()
    await apply(db, NOW, description)
    await apply(db, NOW, described('[[resources]]\ntitle = "Ada"\nnotes = "Back in May"', description.slug))
    ctx = await context(db, description)
    ada = (await list_resources(ctx))[0]
    assert (ada.notes, ada.always_open, len((await list_openings(ctx, [ada.id]))[ada.id])) == ("Back in May", False, 3)
    assert (ctx.account.name, len(await list_services(ctx))) == ("Clinic", 1)


async def test_an_account_made_through_a_door_can_be_described(db: Db) -> None:
    clinic = await open_clinic(db)
    text = '[[resources]]\ntitle = "Hall"\nparts = [{ title = "Left", notes = "By the sea" }]'
    applied = await apply(db, NOW, described(text, clinic.account.slug))
    assert applied.named("changed") == ["resource Hall / Left"]
    assert len(await list_resources(clinic.ctx())) == 7


async def test_a_whole_that_moves_takes_its_parts_along(db: Db) -> None:
    clinic = await open_clinic(db)
    text = 'sites = [{ name = "Hill" }]\nresources = [{ title = "Hall", site = "Hill" }]'
    await apply(db, NOW, described(text, clinic.account.slug))
    hill = next(site.id for site in await list_sites(clinic.ctx()) if site.name == "Hill")
    moved = {resource.id for resource in await list_resources(clinic.ctx()) if resource.site_id == hill}
    assert moved == {clinic.hall, clinic.left, clinic.right}


async def test_a_capacity_does_not_get_smaller_than_what_is_booked(db: Db) -> None:
    clinic = await open_clinic(db)
    for _ in range(2):
        await book_item(
            clinic.ctx(), request(starts_at=NOW, service_id=clinic.sauna_visit, resource_id=clinic.sauna, units=2)
        )
    fewer = '[[resources]]\ntitle = "Sauna"\ncapacity = {}'
    await apply(db, NOW, described(fewer.format(4), clinic.account.slug))
    with pytest.raises(InvalidDescription, match="resource Sauna: more is booked than a capacity of 3 can hold"):
        await apply(db, NOW, described(fewer.format(3), clinic.account.slug))


async def test_what_is_wrong_is_said_with_its_place(db: Db) -> None:
    assert "resources[0]" in await refused(db, '[[resources]]\ntitle = "Ada"\ncapcity = 2')
    assert "capcity" in await refused(db, '[[resources]]\ntitle = "Ada"\ncapcity = 2')
    assert await refused(db, '[[resources]]\ntitle = "Ada"\nkind = "ghost"') == "resource Ada: kind is not known"
    assert (await refused(db, 'time_zone = "Mars/Base"')).endswith(": time_zone is not known")
    assert await refused(db, "policy = { verify = true }") == "policy: Object contains unknown field `verify`"
    nowhere = '[[resources]]\ntitle = "Ada"\nsite = "Moon"'
    assert await refused(db, nowhere) == "resource Ada: there is no site `Moon`"
    nobody = '[[services]]\ntitle = "Massage"\nresources = ["Eve"]'
    assert await refused(db, nobody) == "service Massage: there is no resource `Eve`"
    noon = '[[resources]]\ntitle = "Ada"\nopenings = [{ days = ["mon"], opens = "noon", closes = "16:00" }]'
    assert await refused(db, noon) == "resource Ada: `noon` is no time of day such as 08:30 or 24:00"
    utopia = 'holiday_calendars = [{ name = "Utopia", country = "ZZ" }]'
    assert await refused(db, utopia) == "holiday calendar Utopia: country is not known"


async def test_a_description_is_followed_whole_or_not_at_all(db: Db) -> None:
    description = described('[[services]]\ntitle = "Massage"\nresources = ["Eve"]')
    with pytest.raises(InvalidDescription):
        await apply(db, NOW, description)
    assert await find_account(db, description.slug) is None


async def test_a_new_account_is_created_only_when_asked_for(db: Db) -> None:
    studio = read({"slug": f"studio-{secrets.token_hex(6)}", **NEW})
    with pytest.raises(InvalidDescription, match=r"to create it, add --create"):
        await apply(db, NOW, studio, create=False)
    await apply(db, NOW, studio)
    assert (await apply(db, NOW, studio, create=False)).named("made") == []


async def test_a_new_account_names_its_zone_currency_and_country(db: Db) -> None:
    with pytest.raises(InvalidDescription, match="a new account needs currency, country"):
        await apply(db, NOW, read({"slug": f"studio-{secrets.token_hex(6)}", "time_zone": "Europe/Oslo"}))


async def test_a_resource_is_a_staff_user(db: Db) -> None:
    clinic = await open_clinic(db)
    user, _ = await create_user(clinic.ctx(), "ada@example.org", "staff", "Ada")
    text = '[[resources]]\ntitle = "Ada"\nuser = "Ada@example.org"\npublic = false'
    await apply(db, NOW, described(text, clinic.account.slug))
    ada = await get_resource(clinic.ctx(), clinic.ada)
    assert (ada.user_id, ada.public) == (user.id, False)
    with pytest.raises(InvalidDescription, match=r"there is no user `bo@example\.org`"):
        await apply(db, NOW, described(text.replace("Ada@", "bo@"), clinic.account.slug))
