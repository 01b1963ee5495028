"""Parses requests for new resources."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.patches import patch_of
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.resources import RESOURCE
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.catalog.resource import ResourcePatch
from kalends.engine.refusals import Fault


def parse_resource(params: Mapping[str, Any], ctx: Context) -> ResourcePatch:
    """A new space, which is a part if `parent_id` is sent.

    Raises Invalid(title: blank, invalid, too_long; parent_id: not_a_number, invalid, out_of_range).
    Source: vendors/locaboo.md, 5.2.
    """
    reader = Reader(ctx, filled(params))
    fields = reader.fields(RESOURCE)
    if not params.get("title"):
        reader.faults.append(Fault("title", "blank"))
    reader.done()
    return patch_of(ResourcePatch, {"kind": "space", **fields})
