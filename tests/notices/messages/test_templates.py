"""Templates of an account's own: what they may say, what they come to, and what happens when they can't be used."""

from typing import Any

import msgspec
import pytest

from kalends.engine.customers.customer import Customer
from kalends.engine.messages.template import MessageTemplate
from kalends.notices.messages.own import TemplateFault, check_template
from kalends.notices.messages.render import render
from tests.notices.messages.facts import KARI, MASSAGE, NOW, entry, facts

RUDE: Customer = msgspec.structs.replace(KARI, first_name="[free](http://evil)\n# *x* <b>", last_name="&amp;\\")


def template(body: str, **fields: Any) -> MessageTemplate:
    usual: dict[str, Any] = {"account_id": 1, "id": 9, "kind": "confirmation", "channel": "email"}
    return MessageTemplate(**{**usual, "body": body, "created_at": NOW, "updated_at": NOW, **fields})


def test_a_template_takes_the_place_of_the_built_in_text() -> None:
    mail = render(
        facts(), [template("Dear **{{ customer.first_name }}**,\n\n{{ details }}", subject="Yes, {{ day }}!")]
    )
    assert (mail.subject, mail.template_id, mail.fault) == ("Yes, Tuesday, 2 March 2027!", 9, "")
    assert mail.text.startswith("Dear **Kari**,\n\nWhat:           Massage\n")
    assert "<p>Dear <strong>Kari</strong>,</p>\n<table " in mail.html
    assert "Your booking is confirmed." not in mail.text


def test_it_goes_through_the_times_and_chooses_by_what_there_is() -> None:
    body = "{% for time in times %}{{ loop.index }}. {{ time.starts }}{% if not loop.last %}, {% endif %}{% endfor %}"
    two = render(facts("confirmation", entry(), entry(id=1043)), [template(body + "{% if was %} moved{% endif %}")])
    assert two.text.splitlines()[0] == "1. 10:00, 2. 10:00"


def test_the_most_fitting_template_is_used() -> None:
    every, german = template("all", id=1), template("german", id=2, locale="de")
    massage, other = template("massage", id=3, service_id=MASSAGE.id), template("other", id=4, service_id=99)
    retired = template("retired", id=5, service_id=MASSAGE.id, locale="en", active=False)
    texts = [template("an SMS", id=6, channel="sms"), template("a reminder", id=7, kind="reminder"), other, retired]
    assert render(facts(), [every, german, *texts]).template_id == 1
    assert render(facts(locale="de-AT"), [every, german, *texts]).template_id == 2
    assert render(facts(locale="de-AT"), [every, german, massage, *texts]).template_id == 3
    assert render(facts(), texts).template_id is None
    assert render(facts(audience="staff"), [every]).template_id is None


def test_what_a_customer_is_called_is_never_markup() -> None:
    mail = render(facts(customer=RUDE), [template("Hello {{ customer.name }}!\n\n{{ details }}")])
    assert "[free](http://evil)<br />\n# *x* &lt;b&gt; &amp;amp;\\!</p>" in mail.html
    assert "<a " not in mail.html
    assert "&lt;b&gt;" in render(facts(customer=RUDE)).html
    assert "<b>" not in render(facts(customer=RUDE)).html


def test_the_link_can_be_followed_where_it_is_printed_and_where_it_is_named() -> None:
    url = "https://book.example.com/book/clinic/h/12"
    mail = render(facts(link=url), [template("{{ link }} [Your booking]({{ link }})")])
    assert f'<a href="{url}">{url}</a> <a href="{url}">Your booking</a>' in mail.html
    assert f"{url} [Your booking]({url})" in mail.text
    assert "\ue001" not in render(facts(), [template("{{ link }}!")]).html


def test_html_in_a_template_is_text() -> None:
    assert "&lt;script&gt;" in render(facts(), [template("<script>x</script>")]).html


def test_an_sms_is_one_line() -> None:
    sms = render(facts(channel="sms"), [template("Hi {{ customer.first_name }}\nat {{ starts }}", channel="sms")])
    assert (sms.text, sms.size and sms.size.segments) == ("Hi Kari at 10:00", 1)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("{{ secret }}", "line 1: there is no `secret`"),
        ("\n\n{{ when", "line 3: unexpected end of template, expected 'end of print statement'."),
        ("{{ customer }}", "line 1: `customer` has fields: email, first_name, last_name, name, phone"),
        ("{{ customer.pin }}", "line 1: `customer` has no field `pin`"),
        ("{% if was %}" * 150 + "x" + "{% endif %}" * 150, "it is nested too deeply"),
        ("{{ when" + "|lower" * 20 + " }}", "it is nested too deeply"),
        ("{{ when" + "|lower" * 300 + " }}", "it is nested too deeply"),
        ("{{ " + "when if was else " * 400 + "day }}", "it is nested too deeply"),
        ("{{ '\\x00' }}", "it comes to characters that can't be sent"),
        ("{{ '\\ud800' }}", "it comes to characters that can't be sent"),
        ("{{ ''.__class__ }}", "line 1: there is no field `__class__` here"),
        ("{{ when.__class__ }}", "line 1: there is no field `__class__` here"),
        ("{{ times }}", "line 1: `times` can only be gone through: {% for time in times %}"),
        ("{{ range(9) }}", "line 1: `call` is not permitted"),
        ("{{ 'x' * 9 }}", "line 1: `mul` is not permitted"),
        ("{% set a = 1 %}", "line 1: `assign` is not permitted"),
        ("{% include 'a' %}", "line 1: `include` is not permitted"),
        ("{% macro a() %}{% endmacro %}", "line 1: `macro` is not permitted"),
        ("{% for a in 'abc' %}{% endfor %}", "line 1: only `times` can be gone through"),
        ("{% for when in times %}{% endfor %}", "line 1: a loop needs a name of its own: {% for time in times %}"),
        (
            "{% for a in times %}{% for b in times %}{% endfor %}{% endfor %}",
            "line 1: a loop inside another is not permitted",
        ),
        ("{{" + "(" * 4000 + "when" + ")" * 4000 + "}}", "it is nested too deeply"),
    ],
)
def test_what_is_not_in_the_safe_subset_is_refused(body: str, fault: str) -> None:
    with pytest.raises(TemplateFault) as refused:
        check_template(body)
    assert str(refused.value) == fault


def test_a_filter_that_is_not_permitted_is_refused() -> None:
    with pytest.raises(TemplateFault, match="there is no filter `center`; there are capitalize, default"):
        check_template("{{ when|center(99999999) }}")
    check_template("{{ when|upper }} {{ was|default('–') }} {{ 'a' if units else 'b' }}")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"body": "{{ gone }}"}, "line 1: there is no `gone`"),
        ({"body": "x", "subject": "{{ gone }}"}, "line 1: there is no `gone`"),
        ({"body": "{% if was %}moved{% endif %}"}, "it comes to nothing"),
        ({"body": "x" * 4000 + "{% for time in times %}" + "y" * 6000 + "{% endfor %}"}, None),
    ],
)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_template_that_can_not_be_used_gives_way_to_the_built_in_text(
    fields: dict[str, str], fault: str | None, channel: str
) -> None:
    times = [entry(id=number) for number in range(30)]
    told = facts("confirmation", *times, channel=channel)
    message = render(told, [template(**fields, channel=channel)])
    if channel == "sms" and "subject" in fields:
        assert message.fault == ""
    else:
        assert message.fault == (fault or "it comes to more than 100000 characters")
        assert msgspec.structs.replace(message, fault="", template_id=None) == render(told)
