"""Services, and which resources serve them."""

from collections.abc import Sequence

from kalends.engine.catalogue import Offered, Service
from kalends.store.conflicts import conflicts
from kalends.store.db import Db, build, columns

_SERVICE = columns(Service)
_OFFERED = columns(Offered)


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


async def find_offered(db: Db, account_id: int, service_ids: Sequence[int]) -> list[Offered]:
    """Which resources are named to serve these services, and how; nothing for one that any resource can serve."""
    rows = await db.fetch(
        f"""
        select {_OFFERED} from service_resource
        where account_id = $1 and service_id = any ($2) order by service_id, resource_id
        """,
        account_id,
        service_ids,
    )
    return [build(Offered, row) for row in rows]


async def save_offered(db: Db, account_id: int, service_id: int, offered: Sequence[Offered]) -> None:
    """Replace the resources that are named to serve a service. Raises NotFound(service or resource)."""
    await db.execute("delete from service_resource where account_id = $1 and service_id = $2", account_id, service_id)
    statement = f"""
        insert into service_resource ({_OFFERED})
        select {_OFFERED} from jsonb_populate_recordset(null::service_resource, $1)
        """
    with conflicts():
        await db.execute(statement, offered)
