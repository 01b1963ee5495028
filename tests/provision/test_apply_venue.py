"""What a venue describes beside rooms and hours: who it is, prices, fields, inventory, events."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kalends.actions.accounts.profile import get_profile
from kalends.actions.billing.occasions import list_occasions
from kalends.actions.catalog.custom_fields import list_categories, list_fields, list_values
from kalends.actions.catalog.inventory import list_inventory_links
from kalends.actions.catalog.prices import list_groups, list_prices
from kalends.actions.catalog.resources import list_resources
from kalends.actions.catalog.services import list_services
from kalends.provision.apply import apply
from kalends.provision.description import Description
from kalends.store.db import Db
from tests.desk import told
from tests.provision.test_apply import context, described, refused
from tests.world import NOW

VENUE = """
time_zone = "Europe/Oslo"
profile = { email = "post@hall.example", iban = "NO93 8601 1117 947" }
customer_groups = [{ title = "Clubs" }]

[[fields]]
title = "Persons"
kind = "numeric"

[[fields]]
title = "Seating"
kind = "select"
options = ["Rows", "Tables"]

[[resources]]
title = "Hall"
kind = "space"
category = "Halls"
image = "https://hall.example/hall.jpg"
fields = { Persons = 120, Seating = "Rows" }
prices = [
    { per = "hour", amount = "20.00", tax_rate = "19", groups = ["Clubs"], title = "Training" },
    { per = "hour", amount = "45.50", tax_rate = "19" },
]
details = { door = { color = "#ff0000" } }
parts = [{ title = "Left", kind = "space", category = "Parts" }]

[[resources]]
title = "Projectors"
kind = "inventory"
capacity = 3
goes_with = ["Hall / Left"]
prices = [{ per = "quantity", amount = "10" }]

[[services]]
title = "Cleaning"
kind = "product"
image = "https://hall.example/broom.jpg"
prices = [{ per = "booking", amount = "80", tax_rate = "19" }]

[[events]]
title = "Jazz night"
day = 2027-06-05
starts = "18:00"
ends = "02:00"
entrance = "18:30"
beginning = "19:00"
ticket_price = "12"

[[events]]
title = "Jazz night"
day = 2027-06-12
last_day = 2027-06-13
starts = "18:00"
ends = "24:00"
"""


async def venue(db: Db, text: str = VENUE) -> Description:
    """The described account, made."""
    description = described(text)
    await apply(db, NOW, description)
    return description


async def test_a_venue_is_made_as_it_is_described(db: Db) -> None:
    ctx = await context(db, await venue(db))
    hall, left, projectors = await list_resources(ctx)
    titles = {category.id: category.title for category in await list_categories(ctx)}
    assert [titles.get(resource.category_id or 0) for resource in (hall, left, projectors)] == ["Halls", "Parts", None]
    assert (hall.image, hall.details) == ("https://hall.example/hall.jpg", {"door": {"color": "#ff0000"}})
    persons, seating = await list_fields(ctx)
    assert (seating.kind, seating.options) == ("select", ("Rows", "Tables"))
    assert await list_values(ctx) == {hall.id: {persons.id: "120", seating.id: "Rows"}}
    assert await list_inventory_links(ctx) == {projectors.id: (left.id,)}
    (cleaning,) = await list_services(ctx)
    assert (cleaning.kind, cleaning.image) == ("product", "https://hall.example/broom.jpg")
    profile = await get_profile(ctx)
    assert (profile.email, profile.iban) == ("post@hall.example", "NO93 8601 1117 947")


async def test_prices_are_made_in_the_order_in_which_they_count(db: Db) -> None:
    ctx = await context(db, await venue(db))
    (clubs,) = await list_groups(ctx)
    rules = [
        (price.title, price.per, price.amount, price.tax_rate, price.group_ids) for price in await list_prices(ctx)
    ]
    assert rules == [
        ("Training", "hour", Decimal(20), Decimal(19), (clubs.id,)),
        ("", "hour", Decimal("45.5"), Decimal(19), None),
        ("", "quantity", Decimal(10), Decimal(0), None),
        ("", "booking", Decimal(80), Decimal(19), None),
    ]


async def test_gross_prices_and_reasons_for_no_tax_are_described(db: Db) -> None:
    text = """
policy = { prices_include_tax = true }
profile = { vat_id = "ATU12345678", exemption = "§ 6 Abs. 1 Z 14 UStG" }
resources = [{ title = "Hall", prices = [{ per = "day", amount = "90", exemption = "§ 6 Abs. 1 Z 16 UStG" }] }]
"""
    description = described(text)
    await apply(db, NOW, description)
    ctx = await context(db, description)
    (price,), profile = await list_prices(ctx), await get_profile(ctx)
    assert (ctx.account.policy.prices_include_tax, price.exemption) == (True, "§ 6 Abs. 1 Z 16 UStG")
    assert (profile.vat_id, profile.exemption) == ("ATU12345678", "§ 6 Abs. 1 Z 14 UStG")
    again = await apply(db, NOW, description)
    assert (again.named("made"), again.named("changed")) == ([], [])


async def test_events_are_made_on_their_days(db: Db) -> None:
    first, second = await list_occasions(await context(db, await venue(db)))
    assert (first.entrance_minute, first.beginning_minute, first.ticket_price) == (1110, 1140, "12")
    assert (first.starts_at, first.ends_at) == (
        datetime(2027, 6, 5, 16, tzinfo=UTC),
        datetime(2027, 6, 6, tzinfo=UTC),
    )
    assert second.ends_at == datetime(2027, 6, 13, 22, tzinfo=UTC)


async def test_a_second_run_changes_nothing_of_a_venue(db: Db) -> None:
    description = await venue(db)
    ctx = await context(db, description)
    before = await told(ctx)
    again = await apply(db, NOW + timedelta(days=1), description)
    assert again.named("left") == list(again.outcomes)
    assert await told(ctx) == before
    spaced = VENUE.replace('"Clubs"', '" Clubs "').replace('"Halls"', '" Halls "')
    assert (await apply(db, NOW, described(spaced, description.slug))).named("left") == list(again.outcomes)


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        ("Persons = 120", "Persons = 100", "resource Hall"),
        ('"45.50"', '"46"', "resource Hall"),
        ('"#ff0000"', '"#00ff00"', "resource Hall"),
        ('"Hall / Left"]', '"Hall", "Hall / Left"]', "resource Projectors"),
        ('amount = "80"', 'amount = "85"', "service Cleaning"),
        ('["Rows", "Tables"]', '["Rows", "Tables", "None"]', "field Seating"),
        ('"post@hall.example"', '"hi@hall.example"', "profile"),
        ('"18:30"', '"18:45"', "event Jazz night 2027-06-05"),
    ],
)
async def test_only_what_differs_in_a_venue_is_changed(db: Db, was: str, becomes: str, name: str) -> None:
    description = await venue(db)
    assert was in VENUE
    changed = await apply(db, NOW, described(VENUE.replace(was, becomes), description.slug))
    assert (changed.named("changed"), changed.named("made")) == ([name], [])


async def test_what_a_venue_does_not_name_stays(db: Db) -> None:
    description = await venue(db)
    ctx = await context(db, description)
    less = 'profile = { city = "Oslo" }\nresources = [{ title = "Hall", fields = { Persons = 90 } }]'
    await apply(db, NOW, described(less, description.slug))
    hall, _, _ = await list_resources(ctx)
    assert sorted((await list_values(ctx))[hall.id].values()) == ["90", "Rows"]
    assert (hall.category_id is not None, len(await list_prices(ctx)), len(await list_inventory_links(ctx))) == (
        True,
        4,
        1,
    )
    assert (await get_profile(ctx)).iban == "NO93 8601 1117 947"
    await apply(
        db, NOW, described('resources = [{ title = "Projectors", goes_with = [], prices = [] }]', description.slug)
    )
    assert (len(await list_prices(ctx)), await list_inventory_links(ctx)) == (3, {})


HALL = '[[resources]]\ntitle = "Hall"\nkind = "space"\n'
PARTY = '[[events]]\ntitle = "Party"\nday = 2027-06-05\nstarts = "18:00"\n'
SEATING = '[[fields]]\ntitle = "Seating"\nkind = "select"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('profile = { color = "red" }', "profile: Object contains unknown field `color`"),
        ('customer_groups = [{ title = " " }]', "customer group : title is missing"),
        (SEATING, "field Seating: options is missing"),
        ('[[fields]]\ntitle = "Odd"\nkind = "secret"', "field Odd: kind is not known"),
        (f'{HALL}category = ""', "category : title is missing"),
        (f"{HALL}fields = {{ Persons = 3 }}", "resource Hall: there is no field `Persons`"),
        (
            f'{SEATING}options = ["A"]\n{HALL}fields = {{ Seating = "B" }}',
            "resource Hall: field Seating is not one of the possible values",
        ),
        (
            f'[[fields]]\ntitle = "Persons"\nkind = "numeric"\n{HALL}fields = {{ Persons = "many" }}',
            "resource Hall: field Persons is not a number",
        ),
        (f'{HALL}prices = [{{ per = "week", amount = "1" }}]', "resource Hall: per is not known"),
        (f'{HALL}prices = [{{ per = "day", amount = "-1" }}]', "resource Hall: amount is out of range"),
        (
            f'{HALL}prices = [{{ per = "day", amount = "1", groups = ["VIP"] }}]',
            "resource Hall: there is no customer group `VIP`",
        ),
        (f'{HALL}goes_with = ["Hall"]', "resource Hall: inventory_id is not inventory"),
        (
            '[[resources]]\ntitle = "Chairs"\nkind = "inventory"\ngoes_with = ["Attic"]',
            "resource Chairs: there is no resource `Attic`",
        ),
        (f'{PARTY}ends = "late"', "event Party 2027-06-05: `late` is no time of day such as 08:30 or 24:00"),
        (f'{PARTY}ends = "17:00"\nlast_day = 2027-06-05', "event Party 2027-06-05: ends_at must be after the start"),
        (f'{PARTY}ends = "17:00"\nentrance = "24:00"', "event Party 2027-06-05: entrance_minute is out of range"),
        (f'{PARTY}ends = "17:00"\nseats = 3', "events[0]: Object contains unknown field `seats`"),
    ],
)
async def test_what_is_wrong_with_a_venue_is_said_with_its_place(db: Db, text: str, why: str) -> None:
    assert await refused(db, text) == why


async def test_an_event_of_that_day_is_taken_for_the_same(db: Db) -> None:
    description = await venue(db)
    moved = described(VENUE.replace("day = 2027-06-05", "day = 2027-06-06"), description.slug)
    assert (await apply(db, NOW, moved)).named("made") == ["event Jazz night 2027-06-06"]
    days = [event.starts_at.date() for event in await list_occasions(await context(db, description))]
    assert days == [date(2027, 6, 5), date(2027, 6, 6), date(2027, 6, 12)]
