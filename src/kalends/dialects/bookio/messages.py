"""Sentences in answers that worked: about reservations that stay although a change leaves no place for them."""

from collections.abc import Iterable
from pathlib import Path

from kalends.dialects.bookio.fields.view import RenderContext, local
from kalends.engine.bookings.followed import FollowedItem
from kalends.notices.texts import Message, read_catalogues

TEXTS = read_catalogues(Path(__file__).parent / "texts")
LEFT_OVER = ("outside", "under")
"""Reservations outside of their calendar's times or services, and under a blocked time: `left_over.WHERE`."""


def left_over_sentences(where: str, rows: Iterable[FollowedItem], context: RenderContext) -> list[str]:
    """A sentence for each reservation; `where` is one of LEFT_OVER."""
    say = TEXTS[context.language].text
    return [
        say(
            Message(
                f"left_over.{where}",
                {"number": row.number, "start": local(row.view.item.starts_at, context.zone_of(row.view.site_id))},
            )
        )
        for row in rows
    ]
