"""Messages as their recipients read them."""

from kalends.notices.messages.render import render
from tests.notices.messages.facts import facts


def test_a_confirmation_says_what_when_with_whom_and_where() -> None:
    mail = render(facts())
    assert mail.subject == "Booking confirmed: Massage, Tuesday, 2 March 2027, 10:00"
    for line in (
        "Hello Kari Nordmann,",
        "When:           Tuesday, 2 March 2027, 10:00–11:00",
        "With:           Ada",
        "Time zone:      Central European Time (Europe/Oslo)",
    ):
        assert line in mail.text.splitlines()
    assert "Tuesday, 2 March 2027, 10:00–11:00" in mail.html
