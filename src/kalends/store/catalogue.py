"""Services, and which resources serve them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from kalends.engine.catalogue import Service, ServiceAssignment, ServiceOverride
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_SERVICE = columns(Service)
_OFFERED = columns(ServiceOverride)
_SERVING = columns(ServiceAssignment)


async def find_services(
    db: Db, account_id: int, ids: Sequence[int] | None = None, with_inactive: bool = True
) -> list[Service]:
    """The account's services with these ids (None is any), as they are to be shown."""
    rows = await db.fetch(
        f"""
        select {_SERVICE} from service
        where account_id = $1 and ($2::bigint[] is null or id = any ($2)) and (active or $3)
        order by position, id
        """,
        account_id,
        ids,
        with_inactive,
    )
    return [build(Service, row) for row in rows]


async def add_service(db: Db, service: Service) -> None:
    """Keep a new service."""
    statement = f"""
        insert into service ({_SERVICE}) select {_SERVICE} from jsonb_populate_record(null::service, $1)
        """
    with conflicts():
        await db.execute(statement, service)


async def save_service(db: Db, service: Service) -> None:
    """Replace a service by its account and id."""
    statement = f"""
        update service set ({_SERVICE}) = (select {_SERVICE} from jsonb_populate_record(null::service, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, service, service.account_id, service.id)


async def find_offered(db: Db, account_id: int, service_ids: Sequence[int]) -> list[ServiceOverride]:
    """Which resources are named to serve these services, and how; nothing for one that any resource can serve."""
    rows = await db.fetch(
        f"""
        select {_OFFERED} from service_resource
        where account_id = $1 and service_id = any ($2) order by service_id, resource_id
        """,
        account_id,
        service_ids,
    )
    return [build(ServiceOverride, row) for row in rows]


async def save_offered(
    db: Db, account_id: int, service_id: int, offered: Sequence[ServiceOverride], at: datetime
) -> None:
    """Replace the resources that are named to serve a service. Raises NotFound(service or resource)."""
    await db.execute(
        "delete from service_resource where account_id = $1 and service_id = $2 and resource_id <> all ($3)",
        account_id,
        service_id,
        [one.resource_id for one in offered],
    )
    statement = f"""
        insert into service_resource ({_OFFERED}, created_at, updated_at)
        select {_OFFERED}, $2, $2 from jsonb_populate_recordset(null::service_resource, $1)
        on conflict (account_id, service_id, resource_id) do update
        set (duration, step, buffer_before, buffer_after, price, updated_at) = (excluded.duration, excluded.step,
            excluded.buffer_before, excluded.buffer_after, excluded.price, excluded.updated_at)
        """
    with conflicts():
        await db.execute(statement, offered, at)


async def lock_service(db: Db, account_id: int, service_id: int) -> Service | None:
    """In a transaction: the service, which nobody else changes until the end, or None."""
    row = await db.fetchrow(
        f"select {_SERVICE} from service where account_id = $1 and id = $2 for no key update", account_id, service_id
    )
    return None if row is None else build(Service, row)


async def find_serving(
    db: Db,
    account_id: int,
    ids: Sequence[int] | None = None,
    service_ids: Sequence[int] | None = None,
    site_ids: Collection[int] | None = None,
) -> list[ServiceAssignment]:
    """Which active resources at these sites are named to serve which of these services (None is any), best first."""
    rows = await db.fetch(
        f"""
        select {columns(ServiceAssignment, "o")} from service_resource o
        join resource r on r.account_id = $1 and r.id = o.resource_id
        where o.account_id = $1 and r.active and ($2::bigint[] is null or o.id = any ($2))
            and ($3::bigint[] is null or o.service_id = any ($3)) and ($4::bigint[] is null or r.site_id = any ($4))
        order by o.service_id, o.position, r.position, o.resource_id
        """,
        account_id,
        ids,
        service_ids,
        site_ids,
    )
    return [ServiceAssignment(**dict(row)) for row in rows]


async def add_serving(db: Db, serving: ServiceAssignment) -> None:
    """Name a resource to serve a service. Raises Duplicate(resource_id), NotFound(service or resource)."""
    statement = f"""
        insert into service_resource ({_SERVING})
        select {_SERVING} from jsonb_populate_record(null::service_resource, $1)
        """
    with conflicts():
        await db.execute(statement, serving)


async def save_serving(db: Db, serving: ServiceAssignment) -> None:
    """Replace how a resource serves a service, by account and id. Raises Duplicate(resource_id), NotFound."""
    statement = f"""
        update service_resource
        set ({_SERVING}) = (select {_SERVING} from jsonb_populate_record(null::service_resource, $1))
        where account_id = $2 and id = $3
        """
    with conflicts():
        await db.execute(statement, serving, serving.account_id, serving.id)


async def drop_serving(db: Db, account_id: int, serving_id: int) -> None:
    """The resource is not named to serve the service any more."""
    await db.execute("delete from service_resource where account_id = $1 and id = $2", account_id, serving_id)
