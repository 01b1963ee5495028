"""The account of the key: show and change it, and count what it has."""

from typing import Any

from kalends.actions.accounts.settings import change_settings, get_settings
from kalends.actions.bookings.usage import get_usage
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.account import Account, AccountPatch, Usage, settings_patch, shown_account, shown_usage


async def show(ctx: Context, request: Received[Any, Any]) -> Answered:
    settings = await get_settings(ctx)
    return answered(settings, shown_account(settings))


async def change(ctx: Context, request: Received[None, AccountPatch]) -> Answered:
    patch = settings_patch(request.body)
    settings = await change_settings(ctx, patch)
    return answered(settings, shown_account(settings))


async def count(ctx: Context, request: Received[None, None]) -> Answered:
    usage = await get_usage(ctx)
    return Answered(value=shown_usage(usage))


_TRACKED = Tracked("account", "", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/account",
        handler=show,
        id="get_account",
        summary="Show the account",
        tag="Account",
        scope="read",
        answers={200: Account},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path="/account",
        handler=change,
        id="change_account",
        summary="Change the account",
        description="Sites in the account's time zone follow a change of it.",
        tag="Account",
        scope="manage",
        body=AccountPatch,
        answers={200: Account},
        names={
            "verification": "policy/verification",
            "hold_minutes": "policy/hold_minutes",
            "reminder_days_before": "policy/reminder_days_before",
            "reminder_minute": "policy/reminder_time",
        },
        tracked=_TRACKED,
    ),
    Operation(
        method="GET",
        path="/account/usage",
        handler=count,
        id="get_usage",
        summary="Count what the account has",
        description="Not for keys of some sites.",
        tag="Account",
        scope="read",
        answers={200: Usage},
    ),
)
