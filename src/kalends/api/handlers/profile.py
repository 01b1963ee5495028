"""The profile of the account: show and change it."""

from typing import Any

from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.profile import Profile, ProfilePatch, profile_patch, shown_profile


async def show(ctx: Context, request: Received[None, Any]) -> Answered:
    profile = await get_profile(ctx)
    return answered(profile, shown_profile(profile))


async def change(ctx: Context, request: Received[None, ProfilePatch]) -> Answered:
    profile = await change_profile(ctx, profile_patch(request.body))
    return answered(profile, shown_profile(profile))


_TRACKED = Tracked("profile", "", show)

OPERATIONS = (
    Operation(
        method="GET",
        path="/account/profile",
        handler=show,
        id="get_profile",
        summary="Show the profile of the account",
        tag="Account",
        scope="read",
        answers={200: Profile},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path="/account/profile",
        handler=change,
        id="change_profile",
        summary="Change the profile of the account",
        description="Invoices that are issued keep what they say. Not for keys of some sites.",
        tag="Account",
        scope="manage",
        body=ProfilePatch,
        answers={200: Profile},
        tracked=_TRACKED,
        sample={"company": "Clinic AS", "street": "Storgata", "house_number": "1"},
    ),
)
