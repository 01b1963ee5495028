"""Verification codes: how often one may be tried, and when a new one may be sent.

A booking has one code, which its items carry while they await verification. Whoever has the code has shown that they
get what is sent to the customer.
"""

import hmac
import math
from datetime import datetime, timedelta

import msgspec

from kalends.engine.refusals import TooManyAttempts, WrongCode

CODE_DIGITS = 6
MOST_TRIES = 5
"""Tries of one code. With six digits, a guess at random is right once in 200,000 codes."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(days=1)


class Verification(msgspec.Struct, frozen=True):
    """The verification of one booking: so many `tries` of its present code, the `codes`-th, sent at `sent_at`."""

    account_id: int
    booking_id: int
    tries: int
    codes: int
    sent_at: datetime


def check_code(sent: str, code: str | None, tries: int) -> None:
    """Check a sent code against the right one; `tries` are those of the right one so far, with this.

    Leading zeros may be missing, as some clients send the code as a number. The comparison takes the same time wherever
    the two differ. Raises WrongCode; after MOST_TRIES for the right code, too.
    """
    padded = sent.zfill(len(code or "")) if sent else ""
    is_right = hmac.compare_digest(padded.encode(errors="surrogatepass"), (code or "").encode())
    if not (sent and code and is_right) or tries > MOST_TRIES:
        raise WrongCode(max(MOST_TRIES - tries, 0))


def with_new_code(present: Verification, now: datetime) -> Verification:
    """The verification once a new code is sent, which may be tried as often as the first.

    The first new one may be sent after 30 seconds, each next one after twice as long as the last, but not more than a
    day: so new codes are no way around the limit of tries. Raises TooManyAttempts with the seconds that are left.
    """
    waited, needed = now - present.sent_at, min(_FIRST_WAIT * 2 ** min(present.codes - 1, 30), _LONGEST_WAIT)
    if waited < needed:
        raise TooManyAttempts(math.ceil((needed - waited).total_seconds()))
    return msgspec.structs.replace(present, tries=0, codes=present.codes + 1, sent_at=now)
