"""Who an account is, and the terms it thinks in, as a description has them: groups of customers, fields, categories."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial

from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.catalog.custom_fields import add_category, add_field, change_field, list_categories, list_fields
from kalends.actions.catalog.prices import add_group, list_groups
from kalends.actions.context import Context
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.patch import changes, patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description
from kalends.provision.offer import walk

Ids = Mapping[str, int]
"""By title."""


async def apply_profile(ctx: Context, said: Description, applied: Applied) -> None:
    """Who the account is to its customers."""
    if changes(said.profile):
        present = await get_profile(ctx)
        with error_context("profile"):
            wanted = await change_profile(ctx, said.profile)
        applied.note("profile", present, wanted)


async def apply_groups(ctx: Context, said: Description, applied: Applied) -> Ids:
    """The ids of all groups of customers."""
    titles = (one.title for one in said.customer_groups)
    return await _each(applied, "customer group", titles, await list_groups(ctx), partial(add_group, ctx))


async def apply_fields(ctx: Context, said: Description, applied: Applied) -> dict[str, CustomField]:
    """All fields of the account by title, those described as described."""
    known = {field.title: field for field in await list_fields(ctx, with_inactive=True)}
    for one in said.fields:
        present, patch = known.get(one.title), patch_from(CustomFieldPatch, one)
        with error_context(f"field {one.title}"):
            changed = await change_field(ctx, present.id, patch) if present else await add_field(ctx, patch)
        applied.note(f"field {one.title}", present, changed)
        known[one.title] = changed
    return known


async def apply_categories(ctx: Context, said: Description, applied: Applied) -> Ids:
    """The ids of all categories; those that resources name are made."""
    titles = (one.category for _, _, one in walk(said.resources) if isinstance(one.category, str))
    return await _each(applied, "category", titles, await list_categories(ctx), partial(add_category, ctx))


async def _each(
    applied: Applied,
    what: str,
    titles: Iterable[str],
    known: Sequence[CustomerGroup | Category],
    add: Callable[[str], Awaitable[CustomerGroup | Category]],
) -> Ids:
    """All that is known, and those of these titles that are not yet."""
    ids = {one.title: one.id for one in known}
    for title in dict.fromkeys(title.strip() for title in titles):
        name = f"{what} {title}"
        applied.note(name, ids.get(title), ids.get(title))
        if title not in ids:
            with error_context(name):
                ids[title] = (await add(title)).id
    return ids
