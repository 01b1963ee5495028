"""Requests about services."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.makeplans.fields import services as of_services
from kalends.dialects.makeplans.parse.reader import Reader, parse_fields, parse_object
from kalends.engine.catalog.service import Service, ServicePatch


class ServiceQuery(msgspec.Struct, frozen=True):
    """Filters of a list of services."""

    kind: str | None = None
    category_id: int | None = None

    def matches(self, service: Service) -> bool:
        """Whether the service is listed. There are no categories, so no service is in one."""
        return self.category_id is None and self.kind in (None, service.kind)


def parse_service(params: Mapping[str, Any], ctx: Context) -> tuple[ServicePatch, tuple[int, ...] | None]:
    """A new service, and the resources that serve it, None for all.

    Raises Invalid(service: blank; and any field that can't be read).
    """
    fields = parse_object(params, ctx, "service", of_services.SERVICE)
    resource_ids: tuple[int, ...] | None = fields.pop("resource_ids", None)
    return patch_of(ServicePatch, fields), resource_ids


def parse_service_change(params: Mapping[str, Any], ctx: Context, present: Service) -> ServicePatch:
    """A change of a service: only the fields that were sent. A step of null is as long as the service.

    Raises Invalid(any field that can't be read).
    """
    fields = parse_fields(params, ctx, "service", of_services.SERVICE)
    if "step" in fields and fields["step"] is None:
        fields["step"] = fields.get("duration") or present.duration
    fields.pop("resource_ids", None)
    return patch_of(ServicePatch, fields)


def parse_service_query(params: Mapping[str, Any], ctx: Context) -> ServiceQuery:
    """The filters of a list of services. Raises Invalid(a parameter that can't be read)."""
    filters = Reader(ctx, params).only(of_services.QUERY)
    return ServiceQuery(filters.get("kind"), filters.get("category_id"))
