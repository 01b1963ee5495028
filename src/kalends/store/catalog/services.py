"""Services, and the resources that are assigned to them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from kalends.engine.catalog.assignment import ServiceAssignment, ServiceOverride
from kalends.engine.catalog.service import Service
from kalends.store.catalog.resources import IN_USE
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.rows import columns, fetch, fetch_one

_SERVICE_COLUMNS = columns(Service)
_OVERRIDE_COLUMNS = columns(ServiceOverride)
_SAVE_OVERRIDES = f"""
    insert into service_resource ({_OVERRIDE_COLUMNS}, created_at, updated_at)
    select {_OVERRIDE_COLUMNS}, $2, $2 from jsonb_populate_recordset(null::service_resource, $1)
    on conflict (account_id, service_id, resource_id) do update
    set (duration, step, buffer_before, buffer_after, price, resource_units, updated_at) = (excluded.duration,
        excluded.step, excluded.buffer_before, excluded.buffer_after, excluded.price, excluded.resource_units,
        excluded.updated_at)
    """


async def find_services(
    db: Db, account_id: int, ids: Sequence[int] | None = None, with_inactive: bool = True
) -> list[Service]:
    """List services with these ids (None: all) in display order."""
    return await fetch(
        db,
        Service,
        f"""
        select {_SERVICE_COLUMNS} from service
        where account_id = $1 and ($2::bigint[] is null or id = any ($2)) and (archived_at is null or $3)
        order by position, id
        """,
        account_id,
        ids,
        with_inactive,
    )


async def find_overrides(db: Db, account_id: int, service_ids: Sequence[int]) -> list[ServiceOverride]:
    """List the resources assigned to these services, with their terms; none for a service that all resources serve."""
    return await fetch(
        db,
        ServiceOverride,
        f"""
        select {_OVERRIDE_COLUMNS} from service_resource
        where account_id = $1 and service_id = any ($2) order by service_id, resource_id
        """,
        account_id,
        service_ids,
    )


async def find_own_prices(db: Db, account_id: int) -> dict[tuple[int, int], Decimal]:
    """The prices that resources have for services, by service and resource."""
    rows = await db.fetch(
        "select service_id, resource_id, price from service_resource where account_id = $1 and price is not null",
        account_id,
    )
    return {(row["service_id"], row["resource_id"]): row["price"] for row in rows}


async def save_overrides(
    db: Db, account_id: int, service_id: int, overrides: Sequence[ServiceOverride], at: datetime
) -> None:
    """Replace the resources assigned to a service, with their terms. Raises NotFound(service, resource)."""
    await db.execute(
        "delete from service_resource where account_id = $1 and service_id = $2 and resource_id <> all ($3)",
        account_id,
        service_id,
        [override.resource_id for override in overrides],
    )
    with conflicts():
        await db.execute(_SAVE_OVERRIDES, overrides, at)


async def lock_service(db: Db, account_id: int, service_id: int) -> Service | None:
    """Lock and return the service, or None; until the transaction ends nobody else changes it."""
    statement = f"select {_SERVICE_COLUMNS} from service where account_id = $1 and id = $2 for no key update"
    return await fetch_one(db, Service, statement, account_id, service_id)


async def find_assignments(
    db: Db,
    account_id: int,
    ids: Sequence[int] | None = None,
    service_ids: Sequence[int] | None = None,
    site_ids: Collection[int] | None = None,
) -> list[ServiceAssignment]:
    """List assignments of active resources, by service, then by position.

    With these ids, of these services, of resources at these sites (None: any).
    """
    return await fetch(
        db,
        ServiceAssignment,
        f"""
        select {columns(ServiceAssignment, "o")} from service_resource o
        join resource r on r.account_id = $1 and r.id = o.resource_id
        where o.account_id = $1 and {IN_USE} and ($2::bigint[] is null or o.id = any ($2))
            and ($3::bigint[] is null or o.service_id = any ($3)) and ($4::bigint[] is null or r.site_id = any ($4))
        order by o.service_id, o.position, r.position, o.resource_id
        """,
        account_id,
        ids,
        service_ids,
        site_ids,
    )


async def remove_assignment(db: Db, account_id: int, assignment_id: int) -> None:
    """Delete an assignment."""
    await db.execute("delete from service_resource where account_id = $1 and id = $2", account_id, assignment_id)


async def save_offered(
    db: Db, account_id: int, resource_id: int, overrides: Sequence[ServiceOverride], at: datetime
) -> None:
    """Replace the services that a resource is assigned to, with its terms. Raises NotFound(service)."""
    await db.execute(
        "delete from service_resource where account_id = $1 and resource_id = $2 and service_id <> all ($3)",
        account_id,
        resource_id,
        [override.service_id for override in overrides],
    )
    with conflicts():
        await db.execute(_SAVE_OVERRIDES, overrides, at)
