"""A client that is generated from the document books, moves and cancels."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from kalends.api.openapi import document
from kalends.api.routes import OPERATIONS
from tests.api.conftest import BASE
from tests.dialects.generated import Generated, generate
from tests.world import World


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    folder = tmp_path_factory.mktemp("api")
    file: Path = folder / "openapi.json"
    file.write_bytes(document(OPERATIONS, BASE))
    return generate(file, "kalends_client", folder, literal_enums=True)


class Session:
    """A session with the generated client, on the tests' transport."""

    def __init__(self, generated: Generated, api: httpx.AsyncClient) -> None:
        self.generated, self.models = generated, generated.models
        self.client = generated.client.Client(base_url=BASE).set_async_httpx_client(api)

    async def call(self, tag: str, operation: str, status: int, *ids: str, **sent: Any) -> Any:
        """The answer of an operation, which has this status."""
        module = self.generated.operation(operation, tag)
        answer = await module.asyncio_detailed(*ids, client=self.client, **sent)
        assert answer.status_code == status, answer.content
        return answer


async def test_a_booking_is_made_moved_and_cancelled(
    api: httpx.AsyncClient, clinic: World, generated: Generated
) -> None:
    session = Session(generated, api)
    models = session.models
    line = models.LineInput.from_dict(
        {"service": f"svc_{clinic.massage}", "resource": f"res_{clinic.ada}", "from": "2027-03-02T10:00:00+01:00"}
    )
    body = models.BookingInput(lines=[line], customer=f"cus_{clinic.kari}")
    booked = (await session.call("bookings", "create_booking", 201, body=body, idempotency_key="a")).parsed
    again = (await session.call("bookings", "create_booking", 201, body=body, idempotency_key="a")).parsed
    assert (again.id, booked.items[0].state, booked.customer) == (booked.id, "confirmed", f"cus_{clinic.kari}")
    taken = (await session.call("bookings", "create_booking", 409, body=body)).parsed
    assert (taken.conflicts[0].item, len(taken.next_free) > 0) == (booked.items[0].id, True)
    item = await session.call("items", "get_item", 200, booked.items[0].id)
    later = models.ItemMove.from_dict({"from": taken.next_free[0].from_.isoformat()})
    tag = item.headers["etag"]
    moved = (await session.call("items", "move_item", 200, item.parsed.id, body=later, if_match=tag)).parsed
    assert moved.from_ == taken.next_free[0].from_
    stale = (await session.call("items", "move_item", 412, item.parsed.id, body=later, if_match=tag)).parsed
    assert (stale.title, stale.current["id"]) == ("Changed since it was read", moved.id)
    cancelled = (await session.call("items", "cancel_item", 200, moved.id)).parsed
    assert (cancelled.state, cancelled.cancelled_at is not None) == ("cancelled", True)
