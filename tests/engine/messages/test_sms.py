"""Lengths as 3GPP TS 23.038 and 23.040 have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.engine.messages.sms import SmsSize, sms_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize("GSM-7", 0, 1)),
        ("x" * 160, SmsSize("GSM-7", 160, 1)),
        ("x" * 161, SmsSize("GSM-7", 161, 2)),
        ("x" * 306, SmsSize("GSM-7", 306, 2)),
        ("x" * 307, SmsSize("GSM-7", 307, 3)),
        ("€" * 80, SmsSize("GSM-7", 160, 1)),
        ("x" * 152 + "€" + "x" * 100, SmsSize("GSM-7", 254, 2)),
        ("€" * 153, SmsSize("GSM-7", 306, 3)),  # each segment holds 76 of them: the last septet of 153 stays free
        ("å Ø ñ Ω", SmsSize("GSM-7", 7, 1)),
        ("č" * 70, SmsSize("UCS-2", 70, 1)),
        ("č" * 71, SmsSize("UCS-2", 71, 2)),
        ("č" * 134, SmsSize("UCS-2", 134, 2)),
        ("č" * 135, SmsSize("UCS-2", 135, 3)),
        ("😀" * 35, SmsSize("UCS-2", 70, 1)),
        ("😀" * 67, SmsSize("UCS-2", 134, 3)),  # a pair is not divided: 33 in each segment
    ],
)
def test_size(text: str, size: SmsSize) -> None:
    assert sms_size(text) == size


@given(st.text(max_size=500), st.text(max_size=50))
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert sms_size(text + more).segments >= sms_size(text).segments


@given(st.text(max_size=500))
def test_ucs_2_counts_as_python_encodes_it(text: str) -> None:
    size = sms_size(text + "č")
    assert size.units == len((text + "č").encode("utf-16-be", errors="surrogatepass")) // 2
