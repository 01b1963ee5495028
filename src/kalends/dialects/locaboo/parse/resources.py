"""A new resource."""

from collections.abc import Mapping
from typing import Any

from kalends.actions.context import Context
from kalends.dialects.kit.reader import Reader
from kalends.dialects.locaboo.fields.resources import RESOURCE
from kalends.dialects.locaboo.parse.reader import filled
from kalends.engine.refusals import Fault


def parse_resource(params: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """The fields of a space, or of a part of the one that `parent_id` names. Raises Invalid.

    Source: vendors/locaboo.md, 5.2.
    """
    reader = Reader(ctx, filled(params))
    fields = reader.fields(RESOURCE)
    if not params.get("title"):
        reader.faults.append(Fault("title", "blank"))
    reader.done()
    return {"kind": "space", **fields}
