"""Whole bookings: halls, their parts and what goes with them, all of it or none."""

from typing import Any

import pytest

from kalends.actions.bookings.find import get_booking
from kalends.actions.catalog.inventory import set_inventory_resources
from kalends.actions.catalog.resources import remove_resource
from kalends.actions.catalog.services import add_service
from kalends.engine.bookings.patch import RequestedResource
from kalends.engine.bookings.request import BookingRequest
from kalends.engine.catalog.extra import Extra
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.refusals import Fault, Full, Invalid, NotFound, Retired, TooManyOccurrences
from kalends.engine.time.span import Span
from kalends.store.db import Db
from tests.acts import book_item, book_whole, change_booking, whole
from tests.desk import DAY, SOON, claims, counted, hour_of, journal, made, mornings
from tests.world import World, at_sites, open_clinic


def days_at(*places: int | RequestedResource, days: int = 1, **fields: Any) -> BookingRequest:
    named = tuple(RequestedResource(one) if isinstance(one, int) else one for one in places)
    return whole(**{"resources": named, "times": mornings(days), **fields})


def with_projectors(clinic: World, units: int, at: int | None = None) -> RequestedResource:
    return RequestedResource(at or clinic.left, (Extra(units, resource_id=clinic.projectors),))


async def test_every_place_is_booked_at_every_time(clinic: World) -> None:
    booked = await book_whole(clinic.ctx(), days_at(clinic.left, clinic.ada, days=3, customer_id=clinic.kari))
    spots = [(entry.item.resource_id, entry.item.starts_at) for entry in booked.items]
    assert spots == [(place, SOON + turn * DAY) for turn in range(3) for place in (clinic.left, clinic.ada)]
    assert [len(await claims(clinic, entry.item)) for entry in booked.items] == 6 * [1]
    assert (await counted(clinic))["booking"] == 1


async def test_a_place_is_booked_whole(clinic: World) -> None:
    booked = await book_whole(clinic.ctx(), days_at(clinic.sauna))
    assert [units for _, _, units in await claims(clinic, booked.items[0].item)] == [6]
    with pytest.raises(Full):
        await book_item(clinic.ctx(), hour_of(clinic.sauna))


async def test_a_place_of_which_some_is_taken_is_not_free(clinic: World) -> None:
    await made(clinic, hour_of(clinic.sauna, units=2))
    with pytest.raises(Full):
        await book_whole(clinic.ctx(), days_at(clinic.sauna))


async def test_what_is_answered_is_what_is_kept(clinic: World) -> None:
    words = {"title": "Fair", "comments": "Loud", "details": {"locaboo": {"color": "#fff"}}, "repeats": True}
    booked = await book_whole(clinic.ctx(), days_at(clinic.hall, days=2, customer_id=clinic.kari, **words))
    assert await get_booking(clinic.ctx(), booked.booking.id) == booked
    assert (booked.booking.comments, booked.booking.details) == ("Loud", {"locaboo": {"color": "#fff"}})
    assert {(one.item.title, one.siblings, one.recurs) for one in booked.items} == {("Fair", 2, True)}


async def test_all_or_nothing(clinic: World) -> None:
    await made(clinic, hour_of(clinic.ada, SOON + 2 * DAY))
    before = await counted(clinic)
    new = {"first_name": "Liv", "email": "liv@example.org"}
    with pytest.raises(Full) as refused:
        await book_whole(clinic.ctx(), days_at(clinic.hall, clinic.ada, days=3, customer=new))
    assert (refused.value.which, refused.value.in_the_way) == (clinic.ada, (mornings(3)[2],))
    assert await counted(clinic) == before


async def test_a_booking_is_in_its_own_way(clinic: World) -> None:
    for places in ((clinic.hall, clinic.left), (clinic.ada, clinic.ada)):
        with pytest.raises(Full) as refused:
            await book_whole(clinic.ctx(), days_at(*places))
        assert (refused.value.which, refused.value.in_the_way) == (places[1], mornings())
    await book_whole(clinic.ctx(), days_at(clinic.left, clinic.right))


async def test_customers_are_found_or_made(clinic: World) -> None:
    for fields in ({"email": "KARI@example.org"}, {"first_name": "Kari", "phone": "+4722334455"}):
        booked = await book_whole(clinic.ctx(), days_at(clinic.left, state="draft", customer=fields))
        assert booked.booking.customer_id == clinic.kari
    booked = await book_whole(clinic.ctx(), days_at(clinic.left, customer={"company": "Fair Ltd"}))
    assert booked.customer
    assert booked.customer.name == "Fair Ltd"
    assert booked.items[0].item.customer_id == booked.booking.customer_id == booked.customer.id
    with pytest.raises(NotFound):
        await book_whole(clinic.ctx(), days_at(clinic.right, customer_id=10**9))


@pytest.mark.parametrize(
    ("state", "holds"), [("confirmed", 1), ("awaiting_confirmation", 1), ("draft", 0), ("cancelled", 0)]
)
async def test_what_a_booking_takes_depends_on_its_state(clinic: World, state: str, holds: int) -> None:
    (entry,) = (await book_whole(clinic.ctx(), days_at(clinic.hall, state=state))).items
    assert (entry.item.state, entry.item.expires_at, len(await claims(clinic, entry.item))) == (state, None, holds)
    assert (entry.item.cancelled_at is not None) == (state == "cancelled")
    assert [what for what, _, _ in await journal(clinic, entry.item)] == ["create"]


async def test_inventory_is_taken_as_long_as_the_place(clinic: World) -> None:
    place = with_projectors(clinic, 2)
    (one, _) = (await book_whole(clinic.ctx(), days_at(place, days=2))).items
    assert {(which, units) for which, _, units in await claims(clinic, one.item)} == {
        (clinic.left, 1),
        (clinic.projectors, 2),
    }
    with pytest.raises(Full) as refused:
        await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 2, clinic.right)))
    assert (refused.value.which, refused.value.in_the_way) == (clinic.projectors, mornings())
    await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 1, clinic.right)))


async def test_two_places_share_the_inventory(clinic: World) -> None:
    right = with_projectors(clinic, 2, clinic.right)
    with pytest.raises(Full):
        await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 2), right))
    await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 1), right))


async def test_the_same_extra_twice_is_one_with_both(clinic: World) -> None:
    twice = RequestedResource(
        clinic.left, (Extra(1, resource_id=clinic.projectors), Extra(2, resource_id=clinic.projectors))
    )
    (entry,) = (await book_whole(clinic.ctx(), days_at(twice))).items
    assert entry.item.extras == (Extra(3, resource_id=clinic.projectors),)


async def test_inventory_goes_with_some_resources_and_their_parts(clinic: World) -> None:
    await set_inventory_resources(clinic.ctx(), clinic.projectors, [clinic.hall])
    await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 1)))
    with pytest.raises(Invalid) as refused:
        await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 1, clinic.sauna)))
    assert refused.value.faults == (Fault("extras", "not_served"),)


async def test_services_go_with_those_who_offer_them(clinic: World) -> None:
    coffee = await add_service(clinic.ctx(), ServicePatch(title="Coffee", kind="product"), [clinic.hall])
    cake = await add_service(clinic.ctx(), ServicePatch(title="Cake", kind="product"))
    extras = (Extra(20, service_id=coffee.id), Extra(5, service_id=cake.id))
    (entry,) = (await book_whole(clinic.ctx(), days_at(RequestedResource(clinic.left, extras)))).items
    assert (entry.item.extras, len(await claims(clinic, entry.item))) == (extras, 1)
    for place in (
        RequestedResource(clinic.sauna, extras),
        RequestedResource(clinic.right, (Extra(1, service_id=clinic.massage),)),
    ):
        with pytest.raises(Invalid):
            await book_whole(clinic.ctx(), days_at(place))


EXTRAS: list[tuple[dict[str, Any], str]] = [
    ({"units": 0, "resource_id": "projectors"}, "not_positive"),
    ({"units": 100_001, "resource_id": "projectors"}, "out_of_range"),
    ({"units": 1, "resource_id": "sauna"}, "not_served"),
    ({"units": 1, "service_id": "physio"}, "not_served"),
    ({"units": 1}, "invalid"),
    ({"units": 1, "resource_id": "projectors", "service_id": "physio"}, "invalid"),
]


@pytest.mark.parametrize(("fields", "reason"), EXTRAS)
async def test_extras_that_can_not_be_had(clinic: World, fields: dict[str, Any], reason: str) -> None:
    named = {name: getattr(clinic, value) if isinstance(value, str) else value for name, value in fields.items()}
    with pytest.raises(Invalid) as refused:
        await book_whole(clinic.ctx(), days_at(RequestedResource(clinic.left, (Extra(**named),))))
    assert refused.value.faults == (Fault("extras", reason),)


async def test_what_is_not_there_is_not_found(clinic: World) -> None:
    for what, place in (
        ("resource", RequestedResource(10**9)),
        ("resource", RequestedResource(clinic.left, (Extra(1, resource_id=10**9),))),
        ("service", RequestedResource(clinic.left, (Extra(1, service_id=10**9),))),
    ):
        with pytest.raises(NotFound) as refused:
            await book_whole(clinic.ctx(), days_at(place))
        assert (refused.value.what, refused.value.which) == (what, 10**9)


async def test_what_is_out_of_use_is_not_booked(clinic: World) -> None:
    await remove_resource(clinic.ctx(), clinic.projectors)
    await remove_resource(clinic.ctx(), clinic.ada)
    with pytest.raises(Retired):
        await book_whole(clinic.ctx(), days_at(clinic.ada, state="draft"))
    with pytest.raises(Invalid):
        await book_whole(clinic.ctx(), days_at(with_projectors(clinic, 1)))


WORDS: list[tuple[dict[str, Any], Fault]] = [
    ({"times": ()}, Fault("starts_at", "blank")),
    ({"times": (Span(SOON, SOON),)}, Fault("ends_at", "before_start")),
    ({"times": (Span(SOON, SOON + 5000 * DAY),)}, Fault("ends_at", "out_of_range")),
    ({"state": "deleted"}, Fault("state", "unknown")),
    ({"status": "late"}, Fault("status", "unknown")),
    ({"customer": {"email": "?"}}, Fault("email", "invalid")),
]


async def test_inventory_is_not_booked_by_itself(clinic: World) -> None:
    hall = await book_whole(clinic.ctx(), days_at(clinic.left))
    for asked in (
        book_whole(clinic.ctx(), days_at(clinic.projectors)),
        change_booking(clinic.ctx(), hall.booking.id, {"resources": (RequestedResource(clinic.projectors),)}),
    ):
        with pytest.raises(Invalid) as refused:
            await asked
        assert refused.value.faults == (Fault("resource_id", "not_bookable"),)


@pytest.mark.parametrize(("fields", "fault"), WORDS)
async def test_what_can_not_be_meant_is_named(clinic: World, fields: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(Invalid) as refused:
        await book_whole(clinic.ctx(), days_at(clinic.left, **fields))
    assert fault in refused.value.faults


async def test_a_booking_has_its_bounds(clinic: World) -> None:
    with pytest.raises(TooManyOccurrences) as refused:
        await book_whole(clinic.ctx(), days_at(clinic.left, days=732))
    assert refused.value.most == 731
    for places, days in ((8 * [clinic.left], 700), (16 * [with_projectors(clinic, 1)], 320)):
        with pytest.raises(TooManyOccurrences) as refused:
            await book_whole(clinic.ctx(), days_at(*places, days=days))
        assert refused.value.most == 5000


async def test_a_key_of_some_sites_books_only_there(clinic: World) -> None:
    here = clinic.ctx()
    elsewhere = at_sites(here, frozenset({10**9}))
    booked = await book_whole(here, days_at(clinic.left))
    with pytest.raises(NotFound):
        await book_whole(elsewhere, days_at(clinic.right))
    with pytest.raises(NotFound):
        await get_booking(elsewhere, booked.booking.id)


async def test_a_booking_of_another_account_is_not_there(clinic: World, db: Db) -> None:
    booked = await book_whole(clinic.ctx(), days_at(clinic.left))
    neighbour = await open_clinic(db)
    with pytest.raises(NotFound):
        await get_booking(neighbour.ctx(), booked.booking.id)
    with pytest.raises(NotFound):
        await book_whole(neighbour.ctx(), days_at(clinic.right))
