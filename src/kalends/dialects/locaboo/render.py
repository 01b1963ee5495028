"""Writes the vendor's envelope: `{"data": ..., "total": ..., "success": true}`."""

from typing import Any

import msgspec

from kalends.web.door import Answer

_encoder = msgspec.json.Encoder()


def render(data: object, total: int | None = None, **more: Any) -> Answer:
    """The answer to a call that succeeded; some writes have no total. Fields of `more` come before `success`."""
    totals = {} if total is None else {"total": total}
    return Answer(200, _encoder.encode({"data": data, **totals, **more, "success": True}))


def render_done(object_id: int, message: str, total: int | None = None, **more: str) -> Answer:
    """The answer to a write that succeeded, with texts of our own behind the message."""
    return render([{"id": object_id, "message": message, **more}], total)
