"""Services."""

from collections.abc import Callable, Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import services as of_services
from kalends.dialects.makeplans.parse.reader import Reader, parse_fields, parse_object
from kalends.engine.catalog.service import Service, ServicePatch


def parse_service(params: Mapping[str, Any], ctx: Context) -> tuple[ServicePatch, tuple[int, ...] | None]:
    """A new service, and the resources that serve it, None for any. Raises Invalid."""
    fields = parse_object(params, ctx, "service", of_services.SERVICE)
    resource_ids: tuple[int, ...] | None = fields.pop("resource_ids", None)
    return patch_of(ServicePatch, fields), resource_ids


def parse_service_change(params: Mapping[str, Any], ctx: Context, present: Service) -> ServicePatch:
    """What is to become of a service; a step of null is as long as the service. Raises Invalid."""
    fields = parse_fields(params, ctx, "service", of_services.SERVICE)
    if "step" in fields and fields["step"] is None:
        fields["step"] = fields.get("duration") or present.duration
    fields.pop("resource_ids", None)
    return patch_of(ServicePatch, fields)


def parse_service_query(params: Mapping[str, Any], ctx: Context) -> Callable[[Service], bool]:
    """Which services a listing asks for. There are no categories, so none is in one. Raises Invalid."""
    asked = Reader(ctx, params).only(of_services.QUERY)
    kind, category_id = asked.get("kind"), asked.get("category_id")
    return lambda service: category_id is None and kind in (None, service.kind)
