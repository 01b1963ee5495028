"""Requests about people."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import people as of_people
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields, parse_object
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery


class Merge(msgspec.Struct, frozen=True):
    """The person that is merged into the one in the path, and a change of the one that stays."""

    merged_id: int
    patch: CustomerPatch


def parse_customer_query(
    params: Mapping[str, Any], ctx: Context, *, with_deleted: bool
) -> tuple[CustomerQuery, Paging]:
    """The query of a listing of people, and its page. Raises Invalid(a parameter that can't be read)."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    filters = Reader(ctx, params).only(of_people.QUERY)
    return CustomerQuery(**filters, with_deleted=with_deleted, limit=paging.size, offset=paging.offset), paging


def parse_person(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """A new person. Raises Invalid(person: blank; and any field that can't be read)."""
    return patch_of(CustomerPatch, parse_object(params, ctx, "person", of_people.PERSON))


def parse_person_change(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """A change of a person: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return patch_of(CustomerPatch, parse_fields(params, ctx, "person", of_people.PERSON))


def parse_merge(params: Mapping[str, Any], ctx: Context) -> Merge:
    """A merge of two people. Raises Invalid(merged_id: blank; and any field that can't be read)."""
    reader = Reader(ctx, params)
    merged_id: int = reader.required(*of_people.MERGE)
    reader.done()
    return Merge(merged_id, parse_person_change(params, ctx))
