"""A class that is moved or called off while somebody takes a seat in it."""

from datetime import timedelta

from kalends.actions.bookings.sessions import remove_session
from kalends.engine.refusals import Retired
from tests.acts import book_item, change_session, request
from tests.desk import SOON
from tests.races.stage import staged
from tests.world import World

LATER = timedelta(hours=3)


async def test_a_seat_taken_while_the_class_is_moved(clinic: World) -> None:
    yoga = await clinic.class_of(5, SOON)
    _, entry = await staged(
        clinic,
        lambda ctx: change_session(ctx, yoga, {"starts_at": SOON + LATER}),
        lambda ctx: book_item(ctx, request(session_id=yoga, customer_id=clinic.kari)),
    )
    assert entry.item.starts_at == SOON + LATER


async def test_a_seat_taken_while_the_class_is_called_off(clinic: World) -> None:
    yoga = await clinic.class_of(5, SOON)
    _, refusal = await staged(
        clinic,
        lambda ctx: remove_session(ctx, yoga),
        lambda ctx: book_item(ctx, request(session_id=yoga, customer_id=clinic.kari)),
    )
    assert isinstance(refusal, Retired)
