"""What a page says where an item can't be moved: why, what is in the way, and which times near it are free."""

from collections.abc import Mapping

import msgspec

from kalends.console.at_site import AtSite
from kalends.console.complaints import complaint_of, in_words
from kalends.console.in_the_way import Obstacle
from kalends.console.views.wall_times import fold_of, wall_text
from kalends.engine.catalog.resource import Resource
from kalends.engine.conflict import FreeTime
from kalends.engine.refusals import Full, Refusal
from kalends.notices.texts import Message
from kalends.web.idempotency import FORM_FIELD, new_form_key


class NearTime(msgspec.Struct, frozen=True):
    """A free time near the one that was wanted, with the fields of the form that moves there."""

    text: str
    fields: Mapping[str, str]


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item is not moved. `path` is where the form goes, `again` its fields, to overlap on purpose; empty if that
    can't be done. `day_path` leads back to the day."""

    path: str
    day_path: str
    why: str = ""
    ways: tuple[Obstacle, ...] = ()
    near: tuple[NearTime, ...] = ()
    again: Mapping[str, str] = {}


def why_of(refusal: Refusal, at: AtSite) -> str:
    """Why, in words."""
    return in_words(complaint_of(refusal, {}), at.say) or at.say(Message("error.refused"))


def near_times(full: Full, at: AtSite, resources: Mapping[int, Resource], sent: Mapping[str, str]) -> list[NearTime]:
    """The free times nearest to the one that was wanted."""
    times = [time for line in full.lines for time in line.nearest if time.resource_id is not None]
    return [_near(time, at, resources, sent) for time in times]


def with_new_key(sent: Mapping[str, str], **fields: str) -> dict[str, str]:
    """The fields of the form that was sent, for another one."""
    return {**sent, **fields, FORM_FIELD: new_form_key()}


def _near(time: FreeTime, at: AtSite, resources: Mapping[int, Resource], sent: Mapping[str, str]) -> NearTime:
    start, end = time.span.start.astimezone(at.zone), time.span.end.astimezone(at.zone)
    resource = resources.get(time.resource_id or 0)
    where = f", {resource.title}" if resource else ""
    same_day = wall_text(start)[:10] == sent["start"][:10] == wall_text(end)[:10]
    when = f"{at.words.hour(start)}–{at.words.hour(end)}" if same_day else at.words.when(time.span, at.zone)
    fields = with_new_key(
        sent,
        resource=str(time.resource_id),
        start=wall_text(start),
        end=wall_text(end),
        fold=str(fold_of(start)),
        end_fold=str(fold_of(end)),
    )
    return NearTime(f"{when}{where}", fields)
