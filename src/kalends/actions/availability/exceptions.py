"""Replace all exceptions to the weekly hours of a site or of a resource."""

from collections.abc import Sequence
from functools import partial

from kalends.actions.access import allow
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.catalog.sites import site_id_or_first
from kalends.actions.context import Context, transaction
from kalends.actions.save import Subject, save_images
from kalends.engine.availability.openings import OpeningException
from kalends.store.availability import exceptions
from kalends.store.catalog.sites import lock_sites


@allow("manage", whole_account=True)
async def set_site_exceptions(ctx: Context, site_id: int, replacement: Sequence[OpeningException]) -> bool:
    """Replace the exceptions of a whole site; returns whether anything changed.

    Raises Forbidden to a key that is limited to sites, NotFound(site).
    """
    async with transaction(ctx) as tx:
        await site_id_or_first(tx, site_id)
        await lock_sites(tx.db, ctx.account.id, [site_id])
        return await _replace(tx, replacement, site_id=site_id)


@allow("manage")
async def set_resource_exceptions(ctx: Context, resource_id: int, replacement: Sequence[OpeningException]) -> bool:
    """Replace the exceptions of a resource itself; returns whether anything changed. Raises NotFound(resource)."""
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        return await _replace(tx, replacement, resource_id=resource_id)


async def _replace(
    ctx: Context, replacement: Sequence[OpeningException], site_id: int | None = None, resource_id: int | None = None
) -> bool:
    present = await exceptions.find_exceptions(ctx.db, ctx.account.id, site_id, resource_id)
    if set(present) == set(replacement):
        return False
    write = partial(
        exceptions.save_exceptions,
        ctx.db,
        ctx.account.id,
        ctx.now,
        replacement,
        site_id=site_id,
        resource_id=resource_id,
    )
    kind, subject_id = ("site", site_id) if resource_id is None else ("resource", resource_id)
    subject = Subject(kind, subject_id or 0)
    return await save_images(ctx, "except", subject, {"exceptions": present}, {"exceptions": replacement}, write)
