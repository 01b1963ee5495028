"""What an account wants to know of its resources beside what everybody does, and how it sorts them."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.noting import note, note_images
from kalends.actions.resources import held_resource
from kalends.engine.catalogue import LONGEST_TITLE, Category, fault_of_title, kept_title
from kalends.engine.custom_field import KINDS, CustomField, kept_values, why_unfit
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store import custom_fields
from kalends.store.ids import next_ids

_MOST_OPTIONS = 1000
_CHANGEABLE = ("title", "kind", "options", "position", "active")


@allow("read")
async def list_fields(ctx: Context, with_inactive: bool = False) -> list[CustomField]:
    """The account's fields, in the order they are to be shown."""
    return await custom_fields.find_fields(ctx.db, ctx.account.id, with_inactive)


@allow("manage", whole_account=True)
async def add_field(ctx: Context, fields: Mapping[str, Any]) -> CustomField:
    """A new field from title, kind, options, position and active of engine.custom_field.CustomField.

    Raises Forbidden to a key that is limited to sites, Invalid(title, kind, options), Duplicate(title).
    """
    async with transaction(ctx) as tx:
        (field_id,) = await next_ids(tx.db, "custom_field")
        field = _checked(CustomField(ctx.account.id, field_id, ""), fields)
        await custom_fields.add_field(tx.db, field)
        await note(tx, "add", None, field)
    return field


@allow("manage", whole_account=True)
async def change_field(ctx: Context, field_id: int, fields: Mapping[str, Any]) -> CustomField:
    """Change some fields of a field; the values that resources have of it must still fit.

    Raises Forbidden to a key that is limited to sites, NotFound(custom_field), Duplicate(title), and Invalid (title,
    kind, options; kind or options: in_use).
    """
    async with transaction(ctx) as tx:
        present = await custom_fields.lock_field(tx.db, ctx.account.id, field_id)
        if present is None:
            raise NotFound("custom_field", field_id)
        wanted = _checked(present, fields)
        if wanted == present:
            return present
        values = await custom_fields.list_values(tx.db, ctx.account.id, field_id)
        if any(why_unfit(wanted, value) for value in values):
            raise Invalid(Fault("kind" if wanted.kind != present.kind else "options", "in_use"))
        await custom_fields.save_field(tx.db, wanted)
        await note(tx, "change", present, wanted)
    return wanted


@allow("read")
async def values_of(ctx: Context, resource_ids: Sequence[int] | None = None) -> dict[int, dict[int, str]]:
    """The values of these resources themselves, or of all, by resource and field; nothing of one that has none."""
    found: dict[int, dict[int, str]] = {}
    ids = None if resource_ids is None else list(resource_ids)
    for resource_id, field_id, value in await custom_fields.find_values(ctx.db, ctx.account.id, ids):
        found.setdefault(resource_id, {})[field_id] = value
    return found


@allow("manage")
async def set_values(ctx: Context, resource_id: int, values: Mapping[int, Any]) -> dict[int, str]:
    """Give a resource these values by id of their field, None or "" takes one away; answers all that it has then.

    Raises NotFound(resource or custom_field), Invalid as engine.custom_field.kept_values does.
    """
    async with transaction(ctx) as tx:
        await held_resource(tx, resource_id)
        fields = await custom_fields.share_fields(tx.db, ctx.account.id, list(values))
        wanted = kept_values(fields, values)
        before = (await values_of(tx, [resource_id])).get(resource_id, {})
        await custom_fields.save_values(tx.db, ctx.account.id, resource_id, wanted)
        after = (await values_of(tx, [resource_id])).get(resource_id, {})
        if before != after:
            await note_images(tx, "change", "resource", resource_id, {"values": before}, {"values": after})
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
        category = await custom_fields.add_category(tx.db, ctx.account.id, kept_title(title))
        await note(tx, "add", None, category)
    return category


def _checked(present: CustomField, fields: Mapping[str, Any]) -> CustomField:
    given = {name: fields[name] for name in _CHANGEABLE if name in fields}
    if "options" in given:
        given["options"] = tuple(given["options"])
    wanted = msgspec.structs.replace(present, **given)
    title = fault_of_title(wanted.title)
    faults = [title] if title else []
    faults += [] if wanted.kind in KINDS else [Fault("kind", "unknown")]
    faults += [Fault("options", why) for why in [_why_unfit(wanted)] if why]
    if faults:
        raise Invalid(*faults)
    return wanted


def _why_unfit(field: CustomField) -> str | None:
    """The reason code of options that are not as the kind of field has them."""
    if not field.options:
        return "blank" if field.kind == "select" else None
    if field.kind != "select" or len(set(field.options)) < len(field.options):
        return "invalid"
    if len(field.options) > _MOST_OPTIONS or any(len(option) > LONGEST_TITLE for option in field.options):
        return "too_long"
    return "blank" if any(not option.strip() for option in field.options) else None
