import pytest

from kalends.engine.contacts import e164, normalized_email, phone_key
from kalends.engine.refusals import Fault, Invalid


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Kari.Nordmann@Example.org ", "Kari.Nordmann@Example.org"),
        ("kari+web@blåbær.example", "kari+web@blåbær.example"),
        ("  ", None),
        (None, None),
        ("Mailto:kari@example.org", "kari@example.org"),
        ("mailto: kari@example.org?subject=Massage", "kari@example.org"),
        ("mailto:", None),
        ("Rene\u0301@example.org", "Ren\u00e9@example.org"),
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
        ("+47 (0) 22 33 44 55", "NO", "+4722334455"),
        ("0047(0)22334455", "SE", "+4722334455"),
        ("22 33 44 55 ext. 2", "NO", "+4722334455"),
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


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["22 33 44 55", "+47 (0) 22 33 44 55", "0047-22334455"], "+4722334455"),
        (["22334455 x1", "+47 22 33 44 55 ext. 1", "+4722334455;ext=1"], "+4722334455;ext=1"),
        (["22334455 ext 2"], "+4722334455;ext=2"),
        (["4711", " 47 11 ", "47-11"], "4711"),
        (["22 33 44 5", "2233445"], "2233445"),
        (["22 33 44 55 / 99 88 77 66", "22334455 or 99887766"], "2233445599887766"),
        (["", None, "0000000", "1111"], None),
    ],
)
def test_spellings_of_one_number_have_one_key(spellings: list[str | None], key: str | None) -> None:
    assert [phone_key(spelling, "NO") for spelling in spellings] == [key] * len(spellings)
