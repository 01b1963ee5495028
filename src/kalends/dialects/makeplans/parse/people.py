"""People."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import people as of_people
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, Reader, parse_fields, parse_object
from kalends.engine.customers.customer import CustomerPatch, CustomerQuery


def parse_customer_query(
    params: Mapping[str, Any], ctx: Context, *, with_deleted: bool
) -> tuple[CustomerQuery, Paging]:
    """Which people a listing asks for, and which page of them. Raises Invalid."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    asked = Reader(ctx, params).only(of_people.QUERY)
    return CustomerQuery(**asked, with_deleted=with_deleted, limit=paging.size, offset=paging.offset), paging


def parse_person(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """A new person. Raises Invalid."""
    return patch_of(CustomerPatch, parse_object(params, ctx, "person", of_people.PERSON))


def parse_person_change(params: Mapping[str, Any], ctx: Context) -> CustomerPatch:
    """What is to become of a person. Raises Invalid."""
    return patch_of(CustomerPatch, parse_fields(params, ctx, "person", of_people.PERSON))


def parse_merged(params: Mapping[str, Any], ctx: Context) -> int:
    """Which person is to be merged into the one in the path. Raises Invalid."""
    reader = Reader(ctx, params)
    found: int = reader.required(*of_people.MERGE)
    reader.done()
    return found
