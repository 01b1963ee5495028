"""No text is stored that is too long to be indexed or searched, or that PostgreSQL can't store, whatever door it comes
through."""

from collections.abc import Awaitable, Callable
from types import UnionType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from kalends.actions.accounts.profile import change_profile
from kalends.actions.accounts.settings import change_settings
from kalends.actions.bookings.book import book
from kalends.actions.bookings.change_booking import change_booking
from kalends.actions.bookings.change_item import change_item
from kalends.actions.bookings.sessions import change_session
from kalends.actions.catalog.resources import change_resource
from kalends.actions.catalog.services import change_service
from kalends.actions.catalog.sites import change_site
from kalends.actions.customers.add import add_customer
from kalends.actions.customers.change import change_customer
from kalends.engine.accounts.account import AccountPatch, SettingsPatch
from kalends.engine.accounts.profile import ProfilePatch
from kalends.engine.bookings.patch import BookingPatch, ItemPatch, SessionPatch
from kalends.engine.bookings.request import BookingRequest, RequestedLine
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.catalog.site import SitePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.engine.limits import LONGEST_TEXT
from kalends.engine.refusals import Invalid
from tests.acts import book_item
from tests.world import World

NOT_STORED = {"resource_kind"}
Act = Callable[[World, Any], Awaitable[object]]


def _drafted(clinic: World) -> BookingRequest:
    """For a draft, as these take no time."""
    return BookingRequest(lines=(RequestedLine(service_id=clinic.massage, starts_at=clinic.now),), state="draft")


async def _book_line(clinic: World, line: RequestedLine) -> None:
    asked = _drafted(clinic)
    line = msgspec.structs.replace(line, service_id=clinic.massage, starts_at=clinic.now)
    await book(clinic.ctx(), msgspec.structs.replace(asked, lines=(line,)))


async def _book(clinic: World, asked: BookingRequest) -> None:
    await book(clinic.ctx(), msgspec.structs.replace(asked, lines=_drafted(clinic).lines))


async def _change_item(clinic: World, patch: ItemPatch) -> None:
    view = await book_item(clinic.ctx(), _drafted(clinic))
    await change_item(clinic.ctx(), view.item.id, patch)


async def _change_booking(clinic: World, patch: BookingPatch) -> None:
    view = await book_item(clinic.ctx(), _drafted(clinic))
    await change_booking(clinic.ctx(), view.item.booking_id, patch)


async def _change_session(clinic: World, patch: SessionPatch) -> None:
    await change_session(clinic.ctx(), await clinic.class_of(3), patch)


ACTS: dict[type[Any], Act] = {
    AccountPatch: lambda clinic, patch: change_settings(clinic.ctx(), SettingsPatch(account=patch)),
    BookingPatch: _change_booking,
    BookingRequest: _book,
    CustomerPatch: lambda clinic, patch: change_customer(clinic.ctx(), clinic.kari, patch),
    ItemPatch: _change_item,
    ProfilePatch: lambda clinic, patch: change_profile(clinic.ctx(), patch),
    RequestedLine: _book_line,
    ResourcePatch: lambda clinic, patch: change_resource(clinic.ctx(), clinic.ada, patch),
    ServicePatch: lambda clinic, patch: change_service(clinic.ctx(), clinic.massage, patch),
    SessionPatch: _change_session,
    SitePatch: lambda clinic, patch: change_site(clinic.ctx(), clinic.site, patch),
}


def text_fields(kind: type[Any]) -> list[str]:
    hints = get_type_hints(kind)
    texts = [name for name, hint in hints.items() if hint is str or (type(hint) is UnionType and str in get_args(hint))]
    return [name for name in texts if name not in NOT_STORED]


def built(kind: type[Any], name: str, text: str) -> Any:
    needed = {"lines": ()} if kind is BookingRequest else {}
    return kind(**needed, **{name: text})


@pytest.mark.parametrize("text", ["x" * (LONGEST_TEXT + 1), "Kari\0"], ids=["long", "nul"])
@pytest.mark.parametrize("kind", ACTS, ids=lambda kind: kind.__name__)
async def test_every_text_has_a_limit(clinic: World, kind: type[Any], text: str) -> None:
    taken = []
    for name in text_fields(kind):
        try:
            await ACTS[kind](clinic, built(kind, name, text))
        except Invalid:
            continue
        taken.append(name)
    assert taken == []


async def test_all_that_is_too_long_of_a_customer_is_told(clinic: World) -> None:
    patch = CustomerPatch(name="Nils " + "x" * 256, national_id="x" * 256, notes="x" * (LONGEST_TEXT + 1))
    with pytest.raises(Invalid) as refused:
        await add_customer(clinic.ctx(), patch)
    assert {(fault.field, fault.reason) for fault in refused.value.faults} == {
        (name, "too_long") for name in ("last_name", "national_id", "notes")
    }
