"""Why a resource is closed on a date."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kalends.engine.availability.holidays import HolidayCalendar
from kalends.engine.availability.openings import OpeningException, OpeningHours
from kalends.engine.availability.today import Closure, closures

DAY = date(2027, 5, 17)
OSLO = ZoneInfo("Europe/Oslo")


def why(calendar: HolidayCalendar | None, *exceptions: OpeningException) -> list[Closure]:
    return list(closures(OpeningHours(OSLO, exceptions=exceptions, holidays=calendar), DAY))


def test_holidays_and_closed_days_are_told_with_their_dates() -> None:
    own = HolidayCalendar("NO", days=((DAY, "Party"),))
    works = OpeningException(DAY - timedelta(days=2), DAY + timedelta(days=1), title="Works")
    assert why(own, works) == [Closure("Party", DAY, DAY), Closure("Works", date(2027, 5, 15), DAY)]


def test_other_hours_and_other_days_are_not_closures() -> None:
    later = OpeningException(DAY + timedelta(days=1), DAY + timedelta(days=2))
    short = OpeningException(DAY, DAY + timedelta(days=1), 600, 700)
    some = OpeningException(DAY, DAY + timedelta(days=1), service_ids=frozenset({7}))
    assert why(HolidayCalendar(days=((later.day_from, "Party"),)), later, short, some) == []
    assert why(None, later, short, some) == []
