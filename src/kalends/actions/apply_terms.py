"""Who an account is, and the terms it thinks in, as a description has them: groups of customers, fields, categories."""

from collections.abc import Mapping

from kalends.actions.applied import Applied, placed
from kalends.actions.apply_offer import walk
from kalends.actions.context import Context
from kalends.actions.custom_fields import add_category, add_field, change_field, list_categories, list_fields
from kalends.actions.prices import add_group, list_groups
from kalends.actions.profile import get_profile, set_profile
from kalends.engine.custom_field import CustomField
from kalends.engine.description import Description, named

Ids = Mapping[str, int]
"""By title."""


async def apply_profile(ctx: Context, said: Description, applied: Applied) -> None:
    """Who the account is to its customers."""
    if said.profile:
        present = await get_profile(ctx)
        with placed("profile"):
            wanted = await set_profile(ctx, said.profile)
        applied.note("profile", present, wanted)


async def apply_groups(ctx: Context, said: Description, applied: Applied) -> Ids:
    """The ids of all groups of customers."""
    ids = {group.title: group.id for group in await list_groups(ctx)}
    for title in dict.fromkeys(one.title.strip() for one in said.customer_groups):
        name = f"customer group {title}"
        applied.note(name, ids.get(title), ids.get(title))
        if title not in ids:
            with placed(name):
                ids[title] = (await add_group(ctx, title)).id
    return ids


async def apply_fields(ctx: Context, said: Description, applied: Applied) -> dict[str, CustomField]:
    """All fields of the account by title, those described as described."""
    known = {field.title: field for field in await list_fields(ctx, with_inactive=True)}
    for one in said.fields:
        present, fields = known.get(one.title), named(one)
        with placed(f"field {one.title}"):
            changed = await change_field(ctx, present.id, fields) if present else await add_field(ctx, fields)
        applied.note(f"field {one.title}", present, changed)
        known[one.title] = changed
    return known


async def apply_categories(ctx: Context, said: Description, applied: Applied) -> Ids:
    """The ids of all categories; those that resources name are made."""
    ids = {category.title: category.id for category in await list_categories(ctx)}
    for title in dict.fromkeys(one.category for _, _, one in walk(said.resources) if isinstance(one.category, str)):
        name = f"category {title}"
        applied.note(name, ids.get(title), ids.get(title))
        if title not in ids:
            with placed(name):
                ids[title] = (await add_category(ctx, title)).id
    return ids
