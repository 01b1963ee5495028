"""The account and its policy."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.times import Clock, ClockIn, Moment, clock_text, shown
from kalends.engine.accounts.account import AccountPatch as EngineAccountPatch
from kalends.engine.accounts.account import PolicyPatch as EnginePolicyPatch
from kalends.engine.accounts.account import Settings, SettingsPatch
from kalends.engine.bookings.usage import Usage as EngineUsage
from kalends.engine.patch import changes
from kalends.engine.time.clock import zone

Name = Annotated[
    str, Meta(extra={"form": "named"}, description="What customers know the account by.", examples=["Clinic"])
]
TimeZone = Annotated[str, Meta(extra={"form": "time_zone"}, description="An IANA name.", examples=["Europe/Oslo"])]
Locale = Annotated[
    str,
    Meta(
        extra={"form": "locale"},
        description="The language of messages, and where it is spoken.",
        examples=["nb-NO"],
    ),
]
Currency = Annotated[str, Meta(extra={"form": "currency"}, description="ISO 4217.", examples=["NOK"])]
Country = Annotated[str, Meta(extra={"form": "country"}, description="ISO 3166-1, two letters.", examples=["NO"])]
Verification = Annotated[
    Literal["none", "email", "sms"],
    Meta(description="How customers show that a booking is theirs.", examples=["email"]),
]
ConfirmManually = Annotated[bool, Meta(description="Whether staff confirm what customers book.", examples=[False])]
HoldMinutes = Annotated[
    int, Meta(description="How long a time is held until the customer has verified the booking.", examples=[20])
]
UniqueContacts = Annotated[
    bool, Meta(description="Whether no two customers have one e-mail address or number.", examples=[True])
]
Count = Annotated[int, Meta(examples=[12])]
Flag = Annotated[bool, Meta(examples=[True])]
ReminderDays = Annotated[int, Meta(description="How many days before a booking it is reminded of.", examples=[1])]
PricesIncludeTax = Annotated[bool, Meta(description="Whether prices are gross, else net.", examples=[True])]


RequireVersions = Annotated[
    bool,
    Meta(
        description="Whether a change of what has an ETag needs `If-Match`, so that nobody overwrites unseen changes.",
        examples=[False],
    ),
]
KeepClaims = Annotated[
    int,
    Meta(description="For how many months it is known what past bookings took; 0: for ever.", examples=[3]),
]
KeepJournal = Annotated[
    int,
    Meta(
        description="For how many months the journal and the changes of bookings and customers are kept; 0: for ever.",
        examples=[24],
    ),
]
KeepMessages = Annotated[
    int, Meta(description="For how many months sent messages are kept; 0: for ever.", examples=[12])
]
KeepCustomers = Annotated[
    int,
    Meta(
        description="After how many months without a booking customers are erased; 0: never. Invoices stay.",
        examples=[36],
    ),
]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Rules for bookings, messages and prices."""

    verification: Verification
    confirm_manually: ConfirmManually
    hold_minutes: HoldMinutes
    unique_contacts: UniqueContacts
    notify_by_email: Flag
    notify_by_sms: Flag
    notify_of_changes: Flag
    remind_by_email: Flag
    remind_by_sms: Flag
    reminder_days_before: ReminderDays
    reminder_time: Clock
    prices_include_tax: PricesIncludeTax
    require_versions: RequireVersions
    keep_claims_months: KeepClaims
    keep_journal_months: KeepJournal
    keep_messages_months: KeepMessages
    keep_customers_months: KeepCustomers


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account of the key."""

    slug: Annotated[str, Meta(description="What commands call it.", examples=["clinic"])]
    name: Name
    time_zone: TimeZone
    locale: Locale
    currency: Currency
    country: Country
    policy: Policy
    created_at: Moment
    updated_at: Moment


class PolicyPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of the policy; what is left out stays."""

    verification: Verification | UnsetType = UNSET
    confirm_manually: ConfirmManually | UnsetType = UNSET
    hold_minutes: HoldMinutes | UnsetType = UNSET
    unique_contacts: UniqueContacts | UnsetType = UNSET
    notify_by_email: Flag | UnsetType = UNSET
    notify_by_sms: Flag | UnsetType = UNSET
    notify_of_changes: Flag | UnsetType = UNSET
    remind_by_email: Flag | UnsetType = UNSET
    remind_by_sms: Flag | UnsetType = UNSET
    reminder_days_before: ReminderDays | UnsetType = UNSET
    reminder_time: ClockIn | UnsetType = UNSET
    prices_include_tax: PricesIncludeTax | UnsetType = UNSET
    require_versions: RequireVersions | UnsetType = UNSET
    keep_claims_months: KeepClaims | UnsetType = UNSET
    keep_journal_months: KeepJournal | UnsetType = UNSET
    keep_messages_months: KeepMessages | UnsetType = UNSET
    keep_customers_months: KeepCustomers | UnsetType = UNSET


class AccountPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of the account; what is left out stays."""

    name: Name | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    policy: PolicyPatch | UnsetType = UNSET


class MonthlyItems(msgspec.Struct, frozen=True, kw_only=True):
    """How many items begin in a month."""

    month: Annotated[str, Meta(description="By the account's clock.", examples=["2027-03"])]
    items: Annotated[int, Meta(description="In any state but deleted, without blocks.", examples=[420])]


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of everything the account has, without what is archived or deleted."""

    sites: Count
    resources: Count
    services: Count
    customers: Count
    users: Count
    months: Annotated[list[MonthlyItems], Meta(description="The last twelve, the present one last.")]


def shown_usage(usage: EngineUsage) -> Usage:
    """The counts as they are answered."""
    months = [MonthlyItems(month=f"{each.month:%Y-%m}", items=each.items) for each in usage.months]
    return Usage(
        sites=usage.sites,
        resources=usage.resources,
        services=usage.services,
        customers=usage.customers,
        users=usage.users,
        months=months,
    )


def settings_patch(sent: AccountPatch) -> SettingsPatch:
    """What was sent, as the engine takes it."""
    values = changes(sent)
    if sent.policy is not UNSET:
        policy = changes(sent.policy)
        if "reminder_time" in policy:
            policy["reminder_minute"] = policy.pop("reminder_time")
        values["policy"] = EnginePolicyPatch(**policy)
    return SettingsPatch(account=EngineAccountPatch(**values))


def shown_account(settings: Settings) -> Account:
    """The account as it is answered."""
    account, policy = settings.account, settings.account.policy
    tz = zone(account.time_zone)
    rules = {name: getattr(policy, name) for name in Policy.__struct_fields__ if name != "reminder_time"}
    return Account(
        slug=account.slug,
        name=account.name,
        time_zone=account.time_zone,
        locale=account.locale,
        currency=account.currency,
        country=account.country,
        policy=Policy(reminder_time=clock_text(policy.reminder_minute), **rules),
        created_at=shown(settings.created_at, tz),
        updated_at=shown(settings.updated_at, tz),
    )
