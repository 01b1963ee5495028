"""How long an account keeps what it needs no more: from which times on, by its policy."""

from datetime import datetime

import msgspec
from dateutil.relativedelta import relativedelta

from kalends.engine.accounts.account import Policy


class Kept(msgspec.Struct, frozen=True):
    """From when on things are kept; None: all of them.

    `claims` are what items and sessions that are over took of resources, `journal` is the journal and the outcomes of
    the dates of series, `messages` those that are not waiting, `customers` what is known of people who have booked
    nothing since.
    """

    claims: datetime | None
    journal: datetime | None
    messages: datetime | None
    customers: datetime | None


def kept(policy: Policy, now: datetime) -> Kept:
    """From when on the account keeps things."""
    return Kept(
        _before(now, policy.keep_claims_months),
        _before(now, policy.keep_journal_months),
        _before(now, policy.keep_messages_months),
        _before(now, policy.keep_customers_months),
    )


def _before(now: datetime, months: int) -> datetime | None:
    return now - relativedelta(months=months) if months else None
