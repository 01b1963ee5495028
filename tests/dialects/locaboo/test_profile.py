"""The manager's profile."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
import pytest

from kalends.actions.accounts.profile import change_profile
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.locaboo.fields.profile import Manager, manager
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.profile import Profile, ProfilePatch
from tests.dialects.locaboo.vendor import example, open_vendor
from tests.dialects.locaboo.venue import Venue

BERLIN = ZoneInfo("Europe/Berlin")


async def test_the_profile_of_the_page(venue: Venue, db: asyncpg.Pool) -> None:
    expected = example("profile")
    shown = {name: expected["data"][name] for name in ("first_name", "last_name", "email", "logo", "logo_thumbnail")}
    named = {"city": "Testhausen", "phone": "123456789456", "fax": "123456789123", "postcode": "55555"}
    vendor = await open_vendor(venue, db, datetime(2016, 6, 2, 8, tzinfo=UTC))
    await change_profile(vendor.ctx, ProfilePatch(**shown, **named, street="Test-Str.", house_number="1"))
    expected["data"]["age"] = "10"
    assert await vendor.get("/profile") == expected


@pytest.mark.parametrize(
    ("now", "age"), [((2019, 7, 6), "3"), ((2017, 6, 1), "0"), ((2017, 6, 2), "1"), ((2016, 6, 2), "0")]
)
def test_the_age_in_whole_years(now: tuple[int, int, int], age: str) -> None:
    account = Account(1, "venue", "Venue", "Europe/Berlin", "de_DE", "EUR", "DE", Policy())
    row = Manager(account, Profile(), datetime(2016, 6, 2, 8, tzinfo=UTC))
    shown = msgspec.to_builtins(manager(WireContext(BERLIN, datetime(*now, 12, tzinfo=UTC)))(row))
    assert (shown["age"], shown["created"], shown["language"], shown["address"]) == (age, "2016-06-02", "de", "")


async def test_an_account_that_says_nothing_of_itself(venue: Venue) -> None:
    shown = (await venue.get("/profile"))["data"]
    named = {"company_name": "Clinic", "currency": "NOK", "language": "nb", "country": "NO", "age": "0"}
    assert {name: value for name, value in shown.items() if value} == {**named, "created": shown["created"]}
