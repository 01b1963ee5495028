"""What an account wants to know of its resources beside what everybody does, and how it sorts them."""

from collections.abc import Mapping, Sequence
from functools import partial

from kalends.actions.access import allow
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.context import Context, transaction
from kalends.actions.save import add, save, save_images
from kalends.engine.catalog.category import Category, unique_title
from kalends.engine.catalog.custom_field import (
    CustomField,
    CustomFieldPatch,
    FieldValue,
    changed_field,
    kept_values,
    why_unfit,
)
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.catalog import custom_fields
from kalends.store.ids import next_ids


@allow("read")
async def list_fields(ctx: Context, with_inactive: bool = False) -> list[CustomField]:
    """The account's fields, in the order they are to be shown."""
    return await custom_fields.find_fields(ctx.db, ctx.account.id, with_inactive)


@allow("manage", whole_account=True)
async def add_field(ctx: Context, patch: CustomFieldPatch) -> CustomField:
    """A new field. Raises Forbidden to a key that is limited to sites, Duplicate(title), Invalid as
    engine.catalog.custom_field.changed_field does."""
    async with transaction(ctx) as tx:
        (field_id,) = await next_ids(tx.db, "custom_field")
        field = changed_field(CustomField(ctx.account.id, field_id, ""), patch)
        await add(tx, field)
    return field


@allow("manage", whole_account=True)
async def change_field(ctx: Context, field_id: int, patch: CustomFieldPatch) -> CustomField:
    """Change a field; the values that resources have of it must still fit.

    Raises Forbidden to a key that is limited to sites, NotFound(custom_field), Duplicate(title), and Invalid as
    engine.catalog.custom_field.changed_field does or, of values that would not fit, (kind or options: in_use).
    """
    async with transaction(ctx) as tx:
        present = await custom_fields.lock_field(tx.db, ctx.account.id, field_id)
        if present is None:
            raise NotFound("custom_field", field_id)
        wanted = changed_field(present, patch)
        values = await custom_fields.list_values(tx.db, ctx.account.id, field_id)
        if any(why_unfit(wanted, value) for value in values):
            raise Invalid(Fault("kind" if wanted.kind != present.kind else "options", "in_use"))
        return await save(tx, present, wanted)


@allow("read")
async def values_of(ctx: Context, resource_ids: Sequence[int] | None = None) -> dict[int, dict[int, str]]:
    """The values of these resources themselves, or of all, by resource and field; nothing of one that has none."""
    found: dict[int, dict[int, str]] = {}
    ids = None if resource_ids is None else list(resource_ids)
    for resource_id, field_id, value in await custom_fields.find_values(ctx.db, ctx.account.id, ids):
        found.setdefault(resource_id, {})[field_id] = value
    return found


@allow("manage")
async def set_values(ctx: Context, resource_id: int, values: Mapping[int, FieldValue]) -> dict[int, str]:
    """Give a resource these values by id of their field, None or "" takes one away; answers all that it has then.

    Raises NotFound(resource or custom_field), Invalid as engine.catalog.custom_field.kept_values does.
    """
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        fields = await custom_fields.share_fields(tx.db, ctx.account.id, list(values))
        wanted = kept_values(fields, values)
        before = (await values_of(tx, [resource_id])).get(resource_id, {})
        after = {field_id: value for field_id, value in {**before, **wanted}.items() if value is not None}
        write = partial(custom_fields.save_values, tx.db, ctx.account.id, resource_id, wanted)
        await save_images(tx, "change", ("resource", resource_id), {"values": before}, {"values": after}, write)
    return after


@allow("read", "customer", "guest")
async def list_categories(ctx: Context) -> list[Category]:
    """The categories that resources are sorted by, the oldest first."""
    return await custom_fields.find_categories(ctx.db, ctx.account.id)


@allow("manage", whole_account=True)
async def add_category(ctx: Context, title: str) -> Category:
    """A new category. Raises Forbidden to a key that is limited to sites, Invalid(title: blank or too_long),
    Duplicate(title)."""
    async with transaction(ctx) as tx:
        (category_id,) = await next_ids(tx.db, "category")
        category = Category(ctx.account.id, category_id, unique_title(title))
        await add(tx, category)
    return category
