import pytest

from kalends.engine.contacts import e164, normalized_email
from kalends.engine.refusals import Fault, Invalid


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Kari.Nordmann@Example.org ", "Kari.Nordmann@Example.org"),
        ("kari+web@blåbær.example", "kari+web@blåbær.example"),
        ("  ", None),
        (None, None),
    ],
)
def test_an_email_is_kept_in_its_case(text: str | None, email: str | None) -> None:
    assert normalized_email(text) == email


@pytest.mark.parametrize(
    "text", ["kari", "kari@", "@example.org", "kari@example", "a b@example.org", "a@b@example.org", "k@e..org", "k@.no"]
)
def test_what_is_no_email_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalized_email(text)
    assert refused.value.faults == (Fault("email", "invalid"),)


def test_an_email_longer_than_any_is_refused() -> None:
    with pytest.raises(Invalid):
        normalized_email(f"kari@{'a' * 250}.no")


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("22 33 44 55", "NO", "+4722334455"),
        ("0047 22 33 44 55", "no", "+4722334455"),
        ("(0)30 / 123456", "DE", "+4930123456"),
        ("+421 944 888 777", "US", "+421944888777"),
        ("1234", "NO", None),
        ("", "NO", None),
        (None, "NO", None),
    ],
)
def test_a_number_is_read_as_dialled_in_its_country(text: str | None, country: str, number: str | None) -> None:
    assert e164(text, country) == number


def test_words_are_no_number() -> None:
    with pytest.raises(Invalid) as refused:
        e164("ask her mother", "NO")
    assert refused.value.faults == (Fault("phone", "invalid"),)
