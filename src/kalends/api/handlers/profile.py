"""The profile of the account: show and change it."""

from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.profile import Profile, ProfilePatch, profile_patch, shown_profile


async def show(ctx: Context, request: Received[None, None]) -> Answered:
    profile = await get_profile(ctx)
    return Answered(value=shown_profile(profile))


async def change(ctx: Context, request: Received[None, ProfilePatch]) -> Answered:
    profile = await change_profile(ctx, profile_patch(request.body))
    return Answered(value=shown_profile(profile))


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
        sample={"company": "Clinic AS", "street": "Storgata", "house_number": "1"},
    ),
)
