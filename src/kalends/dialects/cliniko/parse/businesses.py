"""Requests about businesses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.businesses import BUSINESS
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.parse.reader import Reader
from kalends.dialects.kit.patches import patch_of
from kalends.engine.catalog.site import SitePatch


class SentBusiness(NamedTuple):
    """The fields that were sent, and the services that are to be offered there; None leaves these as they are."""

    patch: SitePatch
    service_ids: list[int] | None


def parse_business(params: Mapping[str, Any], ctx: Context) -> SentBusiness:
    """A new business. Raises Invalid(name: blank; and any field that can't be read)."""
    return _parse(params, ctx, new=True)


def parse_business_change(params: Mapping[str, Any], ctx: Context) -> SentBusiness:
    """A change of a business: only the fields that were sent. Raises Invalid(any field that can't be read)."""
    return _parse(params, ctx, new=False)


def _parse(params: Mapping[str, Any], ctx: Context, *, new: bool) -> SentBusiness:
    reader = Reader(ctx, params)
    fields = reader.fields(BUSINESS)
    if new or fields.get("name") is not None:
        reader.check_present(fields, "name")
    details = (reader.new_details if new else reader.changed_details)(DOOR, BUSINESS)
    reader.done()
    service_ids = fields.pop("service_ids", None)
    if zone_name := fields.pop("zone_name", None):  # it counts more than the label
        fields["time_zone"] = zone_name
    return SentBusiness(patch_of(SitePatch, {**fields, **details}), service_ids)
