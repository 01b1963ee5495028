"""Engine values as the vendor's bytes: `{"data": ..., "total": ..., "success": true}`."""

from typing import Any

import msgspec

from kalends.web.door import Answer

_encoder = msgspec.json.Encoder()


def render(data: object, total: int | None = None, **beside: Any) -> Answer:
    """The envelope of a call that went well; some writes leave the total out. `beside` stands before `success`."""
    counted = {} if total is None else {"total": total}
    return Answer(200, _encoder.encode({"data": data, **counted, **beside, "success": True}))


def render_done(id_: int, message: str, total: int | None = None) -> Answer:
    """What a write answers."""
    return render([{"id": id_, "message": message}], total)
