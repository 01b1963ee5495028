"""Blocks of a site or a resource: the list of them, and the forms to add one and to change one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from kalends.console.values import Values
from kalends.console.views.clock import clock_text
from kalends.console.views.facts import Fact, facts_of
from kalends.console.views.forms import Choice, Field, Form, Group, Kind, once, own_name
from kalends.console.views.repeats import FIELDS as REPEATS
from kalends.console.views.repeats import repeats_group, sent_rule
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.console.views.visits import when
from kalends.console.views.wall_times import fold_of, minutes_later, which_of_two
from kalends.engine.bookings.block import BlockRequest, ResourceBlockRequest
from kalends.engine.bookings.patch import ItemPatch
from kalends.engine.bookings.views import ItemView
from kalends.engine.catalog.resource import Resource
from kalends.engine.limits import LONGEST_TEXT
from kalends.engine.time.clock import DAY, MINUTES_A_DAY, instant, wall
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span
from kalends.notices.texts import Message

TIMES = ("first_day", "from_minute", "last_day", "to_minute")
FIELDS = (*TIMES, "from_fold", "to_fold", "resource_id", "notes", *REPEATS)
NAMES = {"resource": "resource_id", "starts_at": "first_day", "ends_at": "last_day", "rrule": "repeats"}
LINKED = ("resource", "at", "fold", "length")
"""What a link to the form may say."""
_WHOLE_SITE = ""


def blocks_path(site_id: int, rest: str = "") -> str:
    """The path of the blocks of a site, or of one below it."""
    return f"/sites/{site_id}/blocks{rest and '/'}{rest}"


def blocks_table(site_id: int, blocks: Iterable[ItemView], times: Times) -> Table:
    """Blocks in the order given, each with a link to its page."""
    rows = tuple(_row(site_id, view, times) for view in blocks)
    columns = ("hours.when", "blocks.where", "blocks.notes", "blocks.repeats_of")
    return Table("blocks.title", columns, rows, "blocks.none")


def as_linked(asked: Mapping[str, str]) -> dict[str, str]:
    """The fields as a link fills them in: `at` is the start, and `length` how many minutes it takes."""
    first_day, _, clock = asked["at"].partition("T")
    values = {
        "resource_id": asked["resource"],
        "first_day": first_day,
        "from_minute": clock,
        "from_fold": asked["fold"],
    }
    last_day, _, until = minutes_later(asked["at"], asked["length"]).partition("T")
    return {**values, "last_day": last_day if last_day != first_day else "", "to_minute": until}


def new_block_form(
    site_id: int, resources: Sequence[Resource], asked: Mapping[str, str], times: Times, *, may_block_site: bool
) -> Form:
    """The form to add one; `asked` are values to begin with."""
    depth = {each.id: len(each.path) - 1 for each in resources}
    choices = (
        *([Choice(_WHOLE_SITE, "blocks.whole_site")] if may_block_site else []),
        *(Choice(str(each.id), own_name(each.title), depth[each.id]) for each in resources),
    )
    resource = Field("resource_id", "blocks.where", kind="select", value=asked.get("resource_id", ""), choices=choices)
    fields = (resource, *_times(asked, times), _notes(asked), repeats_group(asked))
    path = blocks_path(site_id)
    return Form(path, fields, "blocks.add", hidden=once(), back=path)


def block_facts(view: ItemView, times: Times) -> tuple[Fact, ...]:
    """When and why, for who can only read it."""
    span = Span(view.item.starts_at, view.item.ends_at)
    return facts_of(Fact("hours.when", times.words.when(span, times.zone)), Fact("blocks.notes", view.item.notes or ""))


def block_form(site_id: int, view: ItemView, times: Times, sent: Mapping[str, str] | None) -> Form:
    """The form to change one, which asks of the times that were sent, or else of its own, which of two is meant."""
    first, from_minute = wall(view.item.starts_at, times.zone)
    last, to_minute = wall(view.item.ends_at, times.zone)
    if not from_minute and not to_minute:
        values = {"last_day": (last - DAY).isoformat()}
    else:
        values = {"from_minute": clock_text(from_minute), "to_minute": clock_text(to_minute)}
        values |= {"last_day": last.isoformat(), "from_fold": _fold(view.item.starts_at, times)}
        values["to_fold"] = _fold(view.item.ends_at, times)
    values |= {"first_day": first.isoformat(), "notes": view.item.notes or ""}
    if values["last_day"] == values["first_day"]:
        values["last_day"] = ""
    hidden = {"version": str(view.item.revision)}
    path = blocks_path(site_id, str(view.item.id))
    return Form(
        path, (*_times(sent or values, times), _notes(values)), "form.save", hidden=hidden, back=blocks_path(site_id)
    )


def sent_block(
    sent: Mapping[str, str], site_id: int, times: Times
) -> tuple[BlockRequest | ResourceBlockRequest | None, RepeatRule | None, Values]:
    """What the form asks for, how it repeats, and what could not be read of it; then nothing is asked for. Without
    times it is whole days."""
    values = Values(sent)
    span, rule = _span(values, times), sent_rule(values)
    resource_id, notes = values.id("resource_id"), values.text("notes")
    if span is None or values.faults:
        return None, None, values
    if resource_id is None:
        return BlockRequest(site_id, span.start, span.end, notes), rule, values
    request = ResourceBlockRequest(
        resource_id=resource_id, site_id=site_id, starts_at=span.start, ends_at=span.end, notes=notes, rule=rule
    )
    return request, rule, values


def sent_block_patch(sent: Mapping[str, str], times: Times) -> tuple[ItemPatch, Values]:
    """What the form changes, and what could not be read of it."""
    values = Values(sent)
    span = _span(values, times)
    patch = ItemPatch(notes=values.text("notes"))
    return msgspec.structs.replace(patch, starts_at=span.start, ends_at=span.end) if span else patch, values


def _span(values: Values, times: Times) -> Span | None:
    """From the first day to the last, of whole days if there are no times."""
    first, last = values.day("first_day"), values.day("last_day")
    opens, closes = values.minute("from_minute"), values.minute("to_minute")
    if first is None:
        values.faults["first_day"] = Message("fault.blank")
    for name, minute, other in (("from_minute", opens, closes), ("to_minute", closes, opens)):
        if minute is None and other is not None:
            values.faults[name] = Message("fault.blank")
    if values.faults:
        return None
    last = last or first
    if opens is None:
        return Span(instant(first, 0, times.zone), instant(last, MINUTES_A_DAY, times.zone, ends=True))
    starts_at = values.moment_at(_wall(first, opens), "from_minute", "from_fold", times.zone)
    ends_at = values.moment_at(_wall(last, closes), "to_minute", "to_fold", times.zone)
    return Span(starts_at, ends_at) if starts_at and ends_at else None


def _wall(day: date, minute: int) -> str:
    return f"{day + minute // MINUTES_A_DAY * DAY}T{clock_text(minute % MINUTES_A_DAY)}"


def _fold(moment: datetime, times: Times) -> str:
    return str(fold_of(moment.astimezone(times.zone)))


def _times(asked: Mapping[str, str], times: Times) -> tuple[Group, Group]:
    def field(name: str, kind: Kind, *, required: bool = False) -> Field:
        return Field(name, f"blocks.{name}", kind=kind, value=asked.get(name, ""), required=required)

    def which(day: str, clock: str, name: str) -> tuple[Field, ...]:
        return which_of_two(times, name, f"{day}T{asked.get(clock, '')}", asked.get(name, ""))

    first_day = asked.get("first_day", "")
    last_day = asked.get("last_day") or first_day
    starts = (field("first_day", "date", required=True), field("from_minute", "time"))
    ends = (field("last_day", "date"), field("to_minute", "time"))
    return (
        Group("blocks.from", (*starts, *which(first_day, "from_minute", "from_fold")), beside=True),
        Group("blocks.to", (*ends, *which(last_day, "to_minute", "to_fold")), "blocks.times_hint", beside=True),
    )


def _notes(asked: Mapping[str, str]) -> Field:
    attributes = {"maxlength": str(LONGEST_TEXT), "rows": "2"}
    value = asked.get("notes", "")
    return Field("notes", "blocks.notes", value=value, hint="blocks.notes_hint", required=False, attributes=attributes)


def _row(site_id: int, view: ItemView, times: Times) -> Row:
    where = Cell(view.resource.title if view.resource else Message("blocks.whole_site"))
    repeats = Cell(Message("blocks.of_several", {"count": view.siblings}) if view.siblings > 1 else "")
    cells = (when(view, times), where, Cell(view.item.notes or ""), repeats)
    return Row(cells, blocks_path(site_id, str(view.item.id)))
