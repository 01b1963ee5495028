"""Holiday calendars: list them, and add or replace one."""

from kalends.actions.availability.holidays import list_calendars, set_calendar
from kalends.actions.context import Context
from kalends.api.lists import List, answered_rows
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.holiday_calendars import (
    HolidayCalendar,
    HolidayCalendarInput,
    read_calendar,
    shown_calendar,
    shown_calendars,
)


async def listing(ctx: Context, request: Received[None, None]) -> Answered:
    calendars = await list_calendars(ctx)
    return answered_rows(request, shown_calendars(calendars))


async def replace(ctx: Context, request: Received[None, HolidayCalendarInput]) -> Answered:
    name, calendar = request.body.name, read_calendar(request.body)
    calendar_id = await set_calendar(ctx, name, calendar)
    return Answered(value=shown_calendar(name, calendar_id, calendar))


OPERATIONS = (
    Operation(
        method="GET",
        path="/holiday-calendars",
        handler=listing,
        id="list_holiday_calendars",
        summary="List the holiday calendars",
        description="By name. A site is closed on the days of its `holiday_calendar`, unless an exception opens it.",
        tag="Opening hours",
        scope="read",
        answers={200: List[HolidayCalendar]},
    ),
    Operation(
        method="PUT",
        path="/holiday-calendars",
        handler=replace,
        id="set_holiday_calendar",
        summary="Add a holiday calendar, or replace the one with its name",
        description="What is booked stays as it is. Not for keys of some sites.",
        tag="Opening hours",
        scope="manage",
        body=HolidayCalendarInput,
        answers={200: HolidayCalendar},
    ),
)
