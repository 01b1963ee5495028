from datetime import UTC, datetime, timedelta

import pytest

from kalends.engine.accounts.hourly_password import hourly_password, shared_secret, valid_passwords

SECRET = shared_secret("password_example")


def test_it_is_made_from_the_password_and_the_hour() -> None:
    """By hand: `printf '%s%s' $(printf password_example | md5sum | cut -c-32) 2027030109 | sha256sum`."""
    assert SECRET == "afa11be77265c6e03ca6a50ddf919c62"
    at = datetime(2027, 3, 1, 9, 59, 59, tzinfo=UTC)
    assert hourly_password(SECRET, at) == "744187d4dcd821b8fc9f6ef60e7db9f6803dec5c8e695033c1babe937593acac"
    assert hourly_password(SECRET, at) == hourly_password(SECRET, at.replace(minute=0))
    assert hourly_password(SECRET, at) != hourly_password(SECRET, at + timedelta(seconds=1))


@pytest.mark.parametrize(("minute", "hours"), [(0, [8, 9]), (4, [8, 9]), (5, [9]), (54, [9]), (55, [9, 10])])
def test_clocks_may_differ_by_minutes(minute: int, hours: list[int]) -> None:
    now = datetime(2027, 3, 1, 9, minute, tzinfo=UTC)
    valid = list(valid_passwords(SECRET, now))
    assert [password for password, _ in valid] == [hourly_password(SECRET, now.replace(hour=hour)) for hour in hours]
    assert all(until > now for _, until in valid)
