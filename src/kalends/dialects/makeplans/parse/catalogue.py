"""Resources, services and events."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.paging import Paging, parse_page
from kalends.dialects.makeplans.fields import catalogue as of_catalogue
from kalends.dialects.makeplans.fields.hours import openings_from
from kalends.dialects.makeplans.parse.reader import OTHERS_A_PAGE, parse_filters, parse_object
from kalends.engine.listing import SessionQuery
from kalends.engine.openings import Opening


def parse_resource(params: Mapping[str, Any], ctx: Context) -> tuple[dict[str, Any], list[Opening] | None]:
    """A new resource and its weekly openings, None for always open. Raises Invalid."""
    fields = parse_object(params, ctx, "resource", of_catalogue.RESOURCE)
    openings = openings_from(fields)
    return fields, openings


def parse_service(params: Mapping[str, Any], ctx: Context) -> tuple[dict[str, Any], tuple[int, ...] | None]:
    """A new service, and the resources that serve it, None for any. Raises Invalid."""
    fields = parse_object(params, ctx, "service", of_catalogue.SERVICE)
    resource_ids: tuple[int, ...] | None = fields.pop("resource_ids", None)
    return fields, resource_ids


def parse_event(params: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """A new event. Raises Invalid."""
    return parse_object(params, ctx, "event", of_catalogue.EVENT)


def parse_session_query(params: Mapping[str, Any], ctx: Context) -> tuple[SessionQuery, Paging]:
    """Which events a listing asks for, and which page of them. Raises Invalid."""
    paging = parse_page(params.get("page"), OTHERS_A_PAGE)
    asked = parse_filters(params, ctx, of_catalogue.EVENT_QUERY)
    newest_first = params.get("order") == "starts_at_desc"
    return SessionQuery(**asked, newest_first=newest_first, limit=paging.size, offset=paging.offset), paging
