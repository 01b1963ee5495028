"""Exceptions to the weekly hours of a site or of a resource: one by one, or all of them replaced."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from kalends.actions.access import allow, check_whole_account
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.catalog.services import check_service_ids
from kalends.actions.catalog.sites import lock_site
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.actions.save import Subject, journal_images, save_images
from kalends.engine.availability.exception_entry import (
    ExceptionEntry,
    ExceptionPatch,
    changed_exception,
    new_exception,
)
from kalends.engine.availability.openings import OpeningException
from kalends.engine.patch import next_revision
from kalends.engine.query import CursorPage, Filter, Page, Query
from kalends.engine.refusals import NotFound
from kalends.store import rows
from kalends.store.availability import exceptions as store
from kalends.store.availability.query import query_exceptions as find_page
from kalends.store.ids import next_ids


@allow("manage", whole_account=True)
async def set_site_exceptions(ctx: Context, site_id: int, replacement: Sequence[OpeningException]) -> bool:
    """Replace the exceptions of a whole site; returns whether anything changed.

    Raises Forbidden to a key that is limited to sites, NotFound(site).
    """
    async with transaction(ctx) as tx:
        await lock_site(tx, site_id)
        return await _replace(tx, replacement, site_id=site_id)


@allow("manage")
async def set_resource_exceptions(ctx: Context, resource_id: int, replacement: Sequence[OpeningException]) -> bool:
    """Replace the exceptions of a resource itself; returns whether anything changed. Raises NotFound(resource)."""
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        return await _replace(tx, replacement, resource_id=resource_id)


@allow("read")
async def query_exceptions(ctx: Context, query: Query) -> Page[ExceptionEntry]:
    """One page of the exceptions of the caller's sites and of resources there; those of services' own hours excluded.

    Raises Invalid(field: unsupported, if it can't be filtered or sorted by, or not with this operator; field: invalid,
    for a value of another type; cursor: invalid, if it belongs to another order).
    """
    return Page(*await find_page(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("read")
async def get_exception(
    ctx: Context, exception_id: int, *, site_id: int | None = None, resource_id: int | None = None
) -> ExceptionEntry:
    """Return one exception; with a site or a resource, one of it. Raises NotFound(exception)."""
    page = await query_exceptions(ctx, Query(CursorPage(1), (Filter("id", "equal", exception_id),)))
    for exception in page.rows:
        if site_id in (None, exception.site_id) and resource_id in (None, exception.resource_id):
            return exception
    raise NotFound("exception", exception_id)


@allow("manage")
async def add_exception(
    ctx: Context, patch: ExceptionPatch, *, site_id: int | None = None, resource_id: int | None = None
) -> ExceptionEntry:
    """Add an exception of a site or of a resource: name one of them.

    Raises Forbidden to a key that is limited to sites (of a site only), NotFound(site, resource, service),
    Invalid(day_from, day_until: blank; day_until: before_start; opens, closes: blank, out_of_range; title: invalid,
    too_long).
    """
    async with transaction(ctx) as tx:
        subject = await _lock_owner(tx, site_id, resource_id)
        (exception_id,) = await next_ids(tx.db, "opening_exception")
        exception = new_exception(
            patch, ctx.account.id, exception_id, site_id=site_id, resource_id=resource_id, now=ctx.now
        )
        await check_service_ids(tx, exception.service_ids)
        await _write(tx, subject, partial(rows.insert, tx.db, exception))
    return exception


@allow("manage")
async def change_exception(
    ctx: Context,
    exception_id: int,
    patch: ExceptionPatch,
    *,
    site_id: int | None = None,
    resource_id: int | None = None,
) -> ExceptionEntry:
    """Change an exception; with a site or a resource, one of it.

    Raises Forbidden to a key that is limited to sites (of a site only), NotFound(exception, service),
    Outdated, Invalid(day_until: before_start; opens, closes: blank, out_of_range; title: invalid, too_long).
    """
    async with transaction(ctx) as tx:
        present, subject = await _lock_exception(tx, exception_id, site_id, resource_id)
        check_expected(tx, present)
        changed = next_revision(present, changed_exception(present, patch), ctx.now, ctx.actor)
        await check_service_ids(tx, changed.service_ids)
        if changed is not present:
            await _write(tx, subject, partial(rows.update, tx.db, changed))
    return changed


@allow("manage")
async def remove_exception(
    ctx: Context, exception_id: int, *, site_id: int | None = None, resource_id: int | None = None
) -> ExceptionEntry:
    """Remove an exception, with a site or a resource one of it; returns it as it was.

    Raises Forbidden to a key that is limited to sites (of a site only), NotFound(exception), Outdated.
    """
    async with transaction(ctx) as tx:
        present, subject = await _lock_exception(tx, exception_id, site_id, resource_id)
        check_expected(tx, present)
        await _write(tx, subject, partial(store.remove_exception, tx.db, ctx.account.id, exception_id))
    return present


async def _lock_exception(
    ctx: Context, exception_id: int, site_id: int | None, resource_id: int | None
) -> tuple[ExceptionEntry, Subject]:
    """The exception as it is once its owner, which never changes, is locked."""
    exception = await get_exception(ctx, exception_id, site_id=site_id, resource_id=resource_id)
    subject = await _lock_owner(ctx, exception.site_id, exception.resource_id)
    return await get_exception(ctx, exception_id), subject


async def _lock_owner(ctx: Context, site_id: int | None, resource_id: int | None) -> Subject:
    if resource_id is not None:
        return Subject("resource", (await lock_resource(ctx, resource_id)).id)
    check_whole_account(ctx)
    return Subject("site", (await lock_site(ctx, site_id or 0)).id)


async def _write(ctx: Context, subject: Subject, write: Callable[[], Awaitable[object]]) -> None:
    """Write one exception of a subject that is locked; the journal tells of all that it has then."""
    images = [{"exceptions": await _exceptions_of(ctx, subject)}]
    await write()
    images.append({"exceptions": await _exceptions_of(ctx, subject)})
    await journal_images(ctx, "except", subject, *images)


async def _exceptions_of(ctx: Context, subject: Subject) -> list[OpeningException]:
    owner = {f"{subject.kind}_id": subject.id}
    return await store.find_exceptions(ctx.db, ctx.account.id, **owner)


async def _replace(
    ctx: Context, replacement: Sequence[OpeningException], site_id: int | None = None, resource_id: int | None = None
) -> bool:
    present = await store.find_exceptions(ctx.db, ctx.account.id, site_id, resource_id)
    if set(present) == set(replacement):
        return False
    write = partial(
        store.save_exceptions, ctx.db, ctx.account.id, ctx.now, replacement, site_id=site_id, resource_id=resource_id
    )
    kind, subject_id = ("site", site_id) if resource_id is None else ("resource", resource_id)
    subject = Subject(kind, subject_id or 0)
    return await save_images(ctx, "except", subject, {"exceptions": present}, {"exceptions": replacement}, write)
