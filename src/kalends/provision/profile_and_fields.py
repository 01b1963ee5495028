"""Apply the described profile, booking page, customer groups, custom fields, and categories of resources."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial

from kalends.actions.accounts.booking_page import change_booking_page, get_booking_page
from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.catalog.custom_fields import (
    add_category,
    add_field,
    change_field,
    list_categories,
    list_fields,
    list_service_fields,
)
from kalends.actions.catalog.prices import add_group, list_groups
from kalends.actions.context import Context
from kalends.engine.catalog.category import Category
from kalends.engine.catalog.custom_field import CustomField, CustomFieldPatch
from kalends.engine.customers.customer import CustomerGroup
from kalends.engine.patch import changes, patch_from
from kalends.provision.applied import Applied, error_context
from kalends.provision.description import Description, InvalidDescription
from kalends.provision.resources import walk

Ids = Mapping[str, int]
"""By title."""
FieldsBySubject = dict[str, dict[str, CustomField]]
"""The fields of resources and those of services, by title."""


async def apply_profile(ctx: Context, description: Description, applied: Applied) -> None:
    """Change the account's profile, if any field of it is described."""
    if changes(description.profile):
        present = await get_profile(ctx)
        with error_context("profile"):
            profile = await change_profile(ctx, description.profile)
        applied.note("profile", present, profile)


async def apply_booking_page(ctx: Context, description: Description, applied: Applied) -> None:
    """Change the account's booking page, if anything of it is described."""
    if changes(description.booking_page):
        present = await get_booking_page(ctx)
        with error_context("booking_page"):
            page = await change_booking_page(ctx, description.booking_page)
        applied.note("booking page", present, page)


async def apply_groups(ctx: Context, description: Description, applied: Applied) -> Ids:
    """Add the described customer groups that are missing; returns the ids of all groups by title."""
    titles = (group.title for group in description.customer_groups)
    return await _add_missing(applied, "customer group", titles, await list_groups(ctx), partial(add_group, ctx))


async def apply_fields(ctx: Context, description: Description, applied: Applied) -> FieldsBySubject:
    """Add or change the described custom fields; returns all fields of the account by subject and title."""
    fields = {
        "resource": {field.title: field for field in await list_fields(ctx, with_inactive=True)},
        "service": {field.title: field for field in await list_service_fields(ctx, with_inactive=True)},
    }
    for described in description.fields:
        name = f"field {described.title}" if described.subject == "resource" else f"service field {described.title}"
        patch = patch_from(CustomFieldPatch, described)
        present = fields.get(described.subject, {}).get(described.title)
        with error_context(name):
            if described.subject == "booking":
                raise InvalidDescription("questions have a table of their own: [[questions]]")
            field = await change_field(ctx, present.id, patch) if present else await add_field(ctx, patch)
        applied.note(name, present, field)
        fields[field.subject][field.title] = field
    return fields


async def apply_categories(ctx: Context, description: Description, applied: Applied) -> Ids:
    """Add the missing categories that described resources name; returns the ids of all categories by title."""
    resources = (resource for _, _, resource in walk(description.resources))
    titles = (resource.category for resource in resources if isinstance(resource.category, str))
    return await _add_missing(applied, "category", titles, await list_categories(ctx), partial(add_category, ctx))


async def _add_missing(
    applied: Applied,
    kind: str,
    titles: Iterable[str],
    existing: Sequence[CustomerGroup | Category],
    add: Callable[[str], Awaitable[CustomerGroup | Category]],
) -> Ids:
    """Add those of the titles that do not exist; returns all ids by title."""
    ids = {group_or_category.title: group_or_category.id for group_or_category in existing}
    for title in dict.fromkeys(title.strip() for title in titles):
        name = f"{kind} {title}"
        applied.note(name, ids.get(title), ids.get(title))
        if title not in ids:
            with error_context(name):
                ids[title] = (await add(title)).id
    return ids
