"""Courses, of which all dates are booked at once."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from kalends.actions.bookings.courses import Course
from kalends.notices.messages.language import MessageLanguage


class CourseView(msgspec.Struct, frozen=True):
    """A course that can be chosen: `value` is sent for it. `first` and `last` are its dates, `starts` and `ends` the
    hours of the first one."""

    value: str
    dates: int
    first: str
    last: str
    starts: str
    ends: str
    free: int


def course_views(courses: Sequence[Course], zone: ZoneInfo, words: MessageLanguage) -> tuple[CourseView, ...]:
    """The courses as the page shows them, by the clock of a zone."""
    return tuple(_course(course, zone, words) for course in courses)


def _course(course: Course, zone: ZoneInfo, words: MessageLanguage) -> CourseView:
    first, last = course.slots[0].span, course.slots[-1].span
    begins = first.start.astimezone(zone)
    return CourseView(
        value=f"course {course.series}",
        dates=len(course.slots),
        first=words.brief_day(begins.date()),
        last=words.brief_day(last.start.astimezone(zone).date()),
        starts=words.hour(begins),
        ends=words.hour(first.end.astimezone(zone)),
        free=course.free,
    )
