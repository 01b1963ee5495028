"""Who else asks beside the staff of the tests: customers, guests, users who log in."""

from datetime import timedelta

import msgspec

from kalends.actions.accounts.keys import authenticate_secret
from kalends.actions.accounts.logins import LoginAttempt, log_in
from kalends.actions.accounts.users import create_user
from kalends.actions.bookings.guest_links import create_booking_link, create_item_link
from kalends.actions.context import Context
from kalends.engine.accounts.principal import OWN_SCOPES, Principal, Role
from kalends.engine.bookings.booking import Item
from tests.world import World

DOOR = "front"
LIFETIME = timedelta(hours=7)
PASSWORD = "correct horse battery"


def as_customer(clinic: World, customer_id: int) -> Context:
    """What a customer who has logged in asks in."""
    who = Principal(
        kind="customer",
        id=customer_id,
        name="",
        door=DOOR,
        scopes=frozenset(OWN_SCOPES),
        customer_id=customer_id,
    )
    return msgspec.structs.replace(clinic.ctx(), principal=who)


async def as_guest(clinic: World, item: Item, *, whole_booking: bool = False) -> Context:
    """What somebody asks in who follows a link to an item, or to all items of its booking."""
    link, about = (create_booking_link, item.booking_id) if whole_booking else (create_item_link, item.id)
    secret = await link(clinic.ctx(), DOOR, about, clinic.now + LIFETIME)
    return await authenticate_secret(clinic.db, clinic.now, DOOR, secret)


async def hired(clinic: World, role: Role = "staff", email: str = "olga@example.org") -> str:
    """A new user of the clinic; answers the first password."""
    _, password = await create_user(clinic.ctx(), email, role, "Olga")
    return password


def attempt(
    clinic: World, login: str, password: str, *, staff: bool = True, address: str = "here", door: str = DOOR
) -> LoginAttempt:
    """Somebody logs in at the clinic's front door. Addresses are counted for all clinics, so each has its own."""
    return LoginAttempt(
        account=clinic.account.slug,
        staff=staff,
        login=login,
        password=password,
        door=door,
        address=f"{address} {clinic.account.id}",
        lifetime=LIFETIME,
    )


async def logged_in(clinic: World, login: str, password: str, *, staff: bool = True) -> tuple[Context, str]:
    """The context and the secret of a login session."""
    return await log_in(clinic.db, clinic.now, attempt(clinic, login, password, staff=staff))
