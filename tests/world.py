"""The named cast of the tests: a small clinic in Oslo, opened anew for each test that asks for one."""

import secrets
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from kalends.actions.accounts.keys import create_key
from kalends.actions.catalog.resources import add_resource
from kalends.actions.catalog.services import add_service
from kalends.actions.context import Context
from kalends.actions.customers.add import add_customer
from kalends.engine.accounts.account import Account, Policy
from kalends.engine.accounts.principal import system
from kalends.engine.availability.openings import Opening
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.catalog.service import ServicePatch
from kalends.engine.customers.customer import CustomerPatch
from kalends.store.accounts.accounts import add_account
from kalends.store.db import Db
from tests.acts import add_session

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
"""A Monday, 10:00 in Oslo."""


TICKS = count()


def clock() -> datetime:
    """The time of a request that comes through a door of the tests, a tick after that of the last one: whatever day it
    is, no second, hour or day ends meanwhile."""
    return NOW + timedelta(microseconds=next(TICKS))


WORKING_DAYS = (1, 2, 3, 4, 5)


class World(msgspec.Struct, frozen=True):
    """One account and the ids of all that is in it.

    Ada and Bo work Monday to Friday, 08:00 to 16:00; everything else is always open. The hall has the parts left and
    right, the sauna room for 6, and there are 3 projectors. Massage takes 60 minutes and is done by Ada and Bo, physio
    takes 45 with 15 more to tidy up and is done by Ada; up to 4 go to the sauna together; yoga is a class.
    """

    db: Db
    account: Account
    now: datetime
    site: int
    ada: int
    bo: int
    hall: int
    left: int
    right: int
    sauna: int
    projectors: int
    massage: int
    physio: int
    sauna_visit: int
    yoga: int
    kari: int
    ola: int

    def ctx(self, now: datetime | None = None, who: str = "Tester") -> Context:
        """What an action is told when somebody of this account asks."""
        return Context(system("tests", who), self.account, now or self.now, self.db)

    async def key(self, door: str) -> str:
        """A new key of the account for a door."""
        _, secret = await create_key(self.ctx(), door)
        return secret

    async def class_of(self, seats: int, starts_at: datetime | None = None, hours: int = 1) -> int:
        """A yoga session without a room, tomorrow at this time unless said otherwise; answers its id."""
        starts = starts_at or self.now + timedelta(days=1)
        fields = {"service_id": self.yoga, "starts_at": starts, "ends_at": starts + timedelta(hours=hours)}
        return (await add_session(self.ctx(), {**fields, "capacity": seats})).id

    async def class_with(self, resources: tuple[int, ...], **times: Any) -> int:
        """A yoga session in all of these rooms and with all of these teachers; answers its id."""
        first, *others = resources
        fields = {"service_id": self.yoga, "resource_id": first, "also_resource_ids": tuple(others), "capacity": 10}
        return (await add_session(self.ctx(), {**fields, **times})).id


def at_sites(ctx: Context, site_ids: frozenset[int] | None) -> Context:
    """The same request by somebody who is limited to these sites."""
    return msgspec.structs.replace(ctx, principal=msgspec.structs.replace(ctx.principal, site_ids=site_ids))


async def open_clinic(db: Db, now: datetime = NOW, **policy: Any) -> World:
    """A new account with the whole cast; named are the account's rules that differ from engine.policy.Policy."""
    account = await _open_account(db, now, Policy(**policy))
    ctx = Context(system("tests", "Tester"), account, now, db)
    at_work = [Opening(weekday, opens=480, closes=960) for weekday in WORKING_DAYS]
    ada = await add_resource(ctx, ResourcePatch(title="Ada"), at_work)
    bo = await add_resource(ctx, ResourcePatch(title="Bo"), at_work)
    hall = await add_resource(ctx, ResourcePatch(title="Hall", kind="space"))
    left = await add_resource(ctx, ResourcePatch(title="Left", kind="space", parent_id=hall.id))
    right = await add_resource(ctx, ResourcePatch(title="Right", kind="space", parent_id=hall.id))
    sauna = await add_resource(ctx, ResourcePatch(title="Sauna", kind="space", capacity=6))
    projectors = await add_resource(ctx, ResourcePatch(title="Projectors", kind="inventory", capacity=3))
    massage = await add_service(ctx, ServicePatch(title="Massage"), [ada.id, bo.id])
    physio = await add_service(ctx, ServicePatch(title="Physio", duration=45, buffer_after=15), [ada.id])
    sauna_visit = await add_service(ctx, ServicePatch(title="Sauna visit", most_units=4), [sauna.id])
    yoga = await add_service(ctx, ServicePatch(title="Yoga", kind="attendance"), [hall.id, left.id, right.id])
    kari = await add_customer(
        ctx, CustomerPatch(first_name="Kari", last_name="Nordmann", email="kari@example.org", phone="22 33 44 55")
    )
    ola = await add_customer(
        ctx, CustomerPatch(first_name="Ola", last_name="Nordmann", email="ola@example.org", phone="+47 99 88 77 66")
    )
    cast = (ada, bo, hall, left, right, sauna, projectors, massage, physio, sauna_visit, yoga, kari, ola)
    return World(db, account, now, ada.site_id, *(one.id for one in cast))


async def _open_account(db: Db, now: datetime, policy: Policy) -> Account:
    slug = f"clinic-{secrets.token_hex(6)}"
    return await add_account(db, Account(0, slug, "Clinic", "Europe/Oslo", "nb", "NOK", "NO", policy), now)
