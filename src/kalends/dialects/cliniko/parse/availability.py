"""Requests about availability blocks and available times."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.availability import BLOCK, TIMES
from kalends.dialects.cliniko.parse.filters import MOST, USUAL
from kalends.dialects.cliniko.parse.reader import Reader
from kalends.dialects.kit.paging import Paging, parse_sized_page
from kalends.dialects.kit.reader import parse_id
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.engine.time.span import Span


class NewBlock(msgspec.Struct, frozen=True):
    """A time at which a practitioner is there, at this business."""

    resource_id: int
    site_id: int
    span: Span
    rule: RepeatRule | None


class TimesQuery(msgspec.Struct, frozen=True):
    """Where, with whom and for what free times are looked for, on the dates from `first` to `last`, both included."""

    site_id: int
    resource_id: int
    service_id: int
    first: date
    last: date


def parse_block(params: Mapping[str, Any], ctx: Context) -> NewBlock:
    """A new availability block. Raises Invalid(site_id, resource_id, starts_at, ends_at: blank; and any field that
    can't be read)."""
    reader = Reader(ctx, params)
    fields = reader.fields(BLOCK)
    reader.check_present(fields, "site_id", "resource_id", "starts_at", "ends_at")
    reader.check_end(fields)
    reader.done()
    span = Span(fields["starts_at"], fields["ends_at"])
    return NewBlock(fields["resource_id"], fields["site_id"], span, fields.get("repeat_rule"))


def parse_times(path: Mapping[str, Any], params: Mapping[str, Any], ctx: Context) -> tuple[TimesQuery, Paging]:
    """The question for free times, and its page.

    Raises NotFound(site, resource, service), Invalid(first, last: blank, invalid; page, per_page).
    """
    site_id = parse_id(path["business_id"], "site")
    resource_id = parse_id(path["practitioner_id"], "resource")
    service_id = parse_id(path["appointment_type_id"], "service")
    reader = Reader(ctx, params)
    dates = reader.fields(TIMES)
    reader.check_present(dates, "first", "last")
    paging = parse_sized_page(params, reader.faults, usual=USUAL, most=MOST)
    reader.done()
    return TimesQuery(site_id, resource_id, service_id, dates["first"], dates["last"]), paging
