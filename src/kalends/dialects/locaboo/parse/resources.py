"""A new resource."""

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
    """A space, or a part of the one that `parent_id` names. Raises Invalid.

    Source: vendors/locaboo.md, 5.2.
    """
    reader = Reader(ctx, filled(params))
    fields = reader.fields(RESOURCE)
    if not params.get("title"):
        reader.faults.append(Fault("title", "blank"))
    reader.done()
    return patch_of(ResourcePatch, {"kind": "space", **fields})
