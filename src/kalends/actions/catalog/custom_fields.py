"""An account's own fields of resources, services and bookings, their values in them, and categories of resources."""

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from kalends.actions.access import allow
from kalends.actions.catalog.resources import lock_resource
from kalends.actions.catalog.services import list_services, lock_service
from kalends.actions.context import Context, transaction
from kalends.actions.save import Subject, add, save, save_images
from kalends.engine.catalog.category import Category, unique_title
from kalends.engine.catalog.custom_field import (
    CustomField,
    CustomFieldPatch,
    FieldValue,
    changed_field,
    stored_values,
    value_fault,
)
from kalends.engine.catalog.question import checked_question
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import rows
from kalends.store.catalog import custom_fields
from kalends.store.ids import next_ids


@allow("read", "practitioner")
async def list_fields(ctx: Context, with_inactive: bool = False) -> list[CustomField]:
    """List the account's custom fields of resources in display order."""
    return await custom_fields.find_fields(ctx.db, ctx.account.id, "resource", with_inactive)


@allow("read", "customer", "guest", "practitioner")
async def list_service_fields(ctx: Context, with_inactive: bool = False) -> list[CustomField]:
    """List the account's custom fields of services in display order."""
    return await custom_fields.find_fields(ctx.db, ctx.account.id, "service", with_inactive)


@allow("read", "customer", "guest", "practitioner")
async def list_questions(ctx: Context, with_inactive: bool = False) -> list[CustomField]:
    """List the questions that services ask of whoever books them, in display order."""
    return await custom_fields.find_fields(ctx.db, ctx.account.id, "booking", with_inactive)


@allow("read")
async def get_field(ctx: Context, field_id: int) -> CustomField:
    """Return one custom field, of whatever subject, active or not. Raises NotFound(custom_field)."""
    field = await custom_fields.find_field(ctx.db, ctx.account.id, field_id)
    if field is None:
        raise NotFound("custom_field", field_id)
    return field


@allow("manage", whole_account=True)
async def add_field(ctx: Context, patch: CustomFieldPatch) -> CustomField:
    """Add a custom field.

    Raises Forbidden to a key that is limited to sites, Invalid(title, options: blank, invalid, too_long; description:
    invalid, too_long; kind, subject: unknown; position: out_of_range; and what `checked_question` raises),
    Duplicate(title).
    """
    async with transaction(ctx) as tx:
        (field_id,) = await next_ids(tx.db, "custom_field")
        blank = CustomField(ctx.account.id, field_id, "", updated_at=ctx.now)
        field = await _checked(tx, changed_field(blank, patch))
        await add(tx, field)
    return field


@allow("manage", whole_account=True)
async def change_field(ctx: Context, field_id: int, patch: CustomFieldPatch) -> CustomField:
    """Change a custom field. Values that resources or services already have in it must still fit.

    Raises Forbidden to a key that is limited to sites, NotFound(custom_field), Invalid(title: blank, invalid,
    too_long; options: blank, invalid, too_long, in_use; description: invalid, too_long; kind: unknown, in_use; subject:
    fixed; position: out_of_range; and what `checked_question` raises), Duplicate(title).
    `in_use` means that a stored value would not fit.
    """
    async with transaction(ctx) as tx:
        present = await custom_fields.lock_field(tx.db, ctx.account.id, field_id)
        if present is None:
            raise NotFound("custom_field", field_id)
        changed = changed_field(present, patch)
        if changed.subject != present.subject:
            raise Invalid(Fault("subject", "fixed"))
        changed = await _checked(tx, changed)
        values = await custom_fields.list_values(tx.db, ctx.account.id, field_id)
        if any(value_fault(changed, value) for value in values):
            raise Invalid(Fault("kind" if changed.kind != present.kind else "options", "in_use"))
        return await save(tx, present, changed)


@allow("read", "practitioner")
async def list_values(ctx: Context, resource_ids: Sequence[int] | None = None) -> dict[int, dict[int, str]]:
    """Return values by resource id and field id, of these resources (None: of all); resources without any are left out.

    Only a resource's own values: those that a part takes over from its whole are not included.
    """
    return await _values(ctx, "resource", resource_ids)


@allow("read", "customer", "guest", "practitioner")
async def list_service_values(ctx: Context, service_ids: Sequence[int] | None = None) -> dict[int, dict[int, str]]:
    """Return values by service id and field id, of these services (None: of all); services without any are left out."""
    return await _values(ctx, "service", service_ids)


@allow("manage")
async def set_values(ctx: Context, resource_id: int, values: Mapping[int, FieldValue]) -> dict[int, str]:
    """Set a resource's values by field id; None or "" removes one, fields not named keep theirs.

    Returns all values that the resource has then. Raises NotFound(resource, custom_field), Invalid(custom_field ID:
    not_a_number, not_included, invalid, too_long).
    """
    async with transaction(ctx) as tx:
        await lock_resource(tx, resource_id)
        return await _set_values(tx, Subject("resource", resource_id), values)


@allow("manage", whole_account=True)
async def set_service_values(ctx: Context, service_id: int, values: Mapping[int, FieldValue]) -> dict[int, str]:
    """Set a service's values by field id; None or "" removes one, fields not named keep theirs.

    Returns all values that the service has then. Raises Forbidden to a key that is limited to sites, NotFound(service,
    custom_field), Invalid(custom_field ID: not_a_number, not_included, invalid, too_long).
    """
    async with transaction(ctx) as tx:
        await lock_service(tx, service_id)
        return await _set_values(tx, Subject("service", service_id), values)


@allow("read", "customer", "guest", "practitioner")
async def list_categories(ctx: Context) -> list[Category]:
    """List the account's categories of resources, oldest first."""
    return await custom_fields.find_categories(ctx.db, ctx.account.id)


@allow("read", "customer", "guest", "practitioner")
async def get_category(ctx: Context, category_id: int) -> Category:
    """Return one category of resources. Raises NotFound(category)."""
    for category in await list_categories(ctx):
        if category.id == category_id:
            return category
    raise NotFound("category", category_id)


@allow("manage", whole_account=True)
async def add_category(ctx: Context, title: str) -> Category:
    """Add a category of resources.

    Raises Forbidden to a key that is limited to sites, Invalid(title: blank, invalid, too_long), Duplicate(title).
    """
    async with transaction(ctx) as tx:
        (category_id,) = await next_ids(tx.db, "category")
        category = Category(ctx.account.id, category_id, unique_title(title))
        await add(tx, category)
    return category


@allow("manage", whole_account=True)
async def rename_category(ctx: Context, category_id: int, title: str) -> Category:
    """Give a category another title.

    Raises Forbidden to a key that is limited to sites, NotFound(category), Outdated, Invalid(title: blank, invalid,
    too_long), Duplicate(title).
    """
    async with transaction(ctx) as tx:
        present = await rows.lock(tx.db, Category, ctx.account.id, category_id)
        if present is None:
            raise NotFound("category", category_id)
        return await save(tx, present, msgspec.structs.replace(present, title=unique_title(title)))


async def _checked(ctx: Context, field: CustomField) -> CustomField:
    others = [each for each in await list_questions(ctx, with_inactive=True) if each.id != field.id]
    services = await list_services(ctx, with_inactive=True)
    return checked_question(field, others, {service.id for service in services})


async def _values(ctx: Context, subject: str, ids: Sequence[int] | None) -> dict[int, dict[int, str]]:
    values: dict[int, dict[int, str]] = {}
    for subject_id, field_id, value in await custom_fields.find_values(
        ctx.db, ctx.account.id, subject, None if ids is None else list(ids)
    ):
        values.setdefault(subject_id, {})[field_id] = value
    return values


async def _set_values(ctx: Context, subject: Subject, values: Mapping[int, FieldValue]) -> dict[int, str]:
    """Set values of a subject that the transaction has locked; returns all that it has then."""
    fields = await custom_fields.share_fields(ctx.db, ctx.account.id, subject.kind, list(values))
    changed = stored_values(fields, values)
    before = (await _values(ctx, subject.kind, [subject.id])).get(subject.id, {})
    after = {field_id: value for field_id, value in {**before, **changed}.items() if value is not None}
    write = partial(custom_fields.save_values, ctx.db, ctx.account.id, subject.kind, subject.id, changed)
    await save_images(ctx, "change", subject, {"values": before}, {"values": after}, write)
    return after
