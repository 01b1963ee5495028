"""Staff users: list, add, show, change and disable them, and give them new passwords; the roles that there are."""

from functools import partial
from typing import Any

from kalends.actions.accounts.change_user import change_user, disable_user, enable_user, reset_password
from kalends.actions.accounts.users import create_user, get_user, query_users
from kalends.actions.context import Context
from kalends.api.lists import List, answered_list, page_of
from kalends.api.operations import Answered, Operation, Received, Tracked, answered
from kalends.api.schemas.users import (
    ListUsers,
    NewPassword,
    NewUser,
    Roles,
    User,
    UserInput,
    UserPatch,
    UserPath,
    shown_roles,
    shown_user,
    site_set,
    user_filters,
    user_patch,
)
from kalends.engine.refusals import Duplicate


async def listing(ctx: Context, request: Received[ListUsers, None]) -> Answered:
    query = page_of(request, filters=user_filters(request.params))
    page = await query_users(ctx, query)
    return answered_list(request, query, page, partial(shown_user, tz=ctx.zone))


async def create(ctx: Context, request: Received[None, UserInput]) -> Answered:
    sent = request.body
    user, password = await create_user(ctx, sent.email, sent.role, sent.name, site_set(sent.sites))
    shown = shown_user(user, ctx.zone)
    return answered(user, NewUser(user=shown, password=password), location=f"/users/{shown.id}")


async def show(ctx: Context, request: Received[UserPath, Any]) -> Answered:
    user = await get_user(ctx, request.params.user_id)
    return answered(user, shown_user(user, ctx.zone))


async def change(ctx: Context, request: Received[UserPath, UserPatch]) -> Answered:
    patch = user_patch(request.body)
    user = await change_user(ctx, request.params.user_id, patch)
    return answered(user, shown_user(user, ctx.zone))


async def disable(ctx: Context, request: Received[UserPath, None]) -> Answered:
    await disable_user(ctx, request.params.user_id)
    return Answered()


async def enable(ctx: Context, request: Received[UserPath, None]) -> Answered:
    user = await enable_user(ctx, request.params.user_id)
    return answered(user, shown_user(user, ctx.zone))


async def new_password(ctx: Context, request: Received[UserPath, None]) -> Answered:
    password = await reset_password(ctx, request.params.user_id)
    return Answered(value=NewPassword(password=password))


async def roles(ctx: Context, request: Received[None, None]) -> Answered:
    return Answered(value=shown_roles())


_USER = "/users/{user_id}"
_TRACKED = Tracked("staff_user", "user_id", show)
_NAMES = {"site_ids": "sites", "facts": "notices/facts", "digest_minute": "notices/daily_at"}

OPERATIONS = (
    Operation(
        method="GET",
        path="/users",
        handler=listing,
        id="list_users",
        summary="List staff users",
        description="Those who see one of the key's sites.",
        tag="Users",
        scope="read",
        params=ListUsers,
        answers={200: List[User]},
    ),
    Operation(
        method="POST",
        path="/users",
        handler=create,
        id="create_user",
        summary="Add a staff user",
        description="The answer has the first password, which is not shown again. Only owners make owners.",
        tag="Users",
        scope="administer",
        body=UserInput,
        answers={201: NewUser},
        refusals=(Duplicate,),
        names=_NAMES,
        sample={"email": "olga@example.org", "role": "staff", "name": "Olga von Berg"},
        has_secret=True,
    ),
    Operation(
        method="GET",
        path=_USER,
        handler=show,
        id="get_user",
        summary="Show a staff user",
        tag="Users",
        scope="read",
        params=UserPath,
        answers={200: User},
        tracked=_TRACKED,
    ),
    Operation(
        method="PATCH",
        path=_USER,
        handler=change,
        id="change_user",
        summary="Change a staff user",
        description="It counts from the next request on, also in login sessions that have begun. An owner who can log "
        "in is always left.",
        tag="Users",
        scope="administer",
        params=UserPath,
        body=UserPatch,
        answers={200: User},
        refusals=(Duplicate,),
        names=_NAMES,
        sample={"role": "manager", "notices": {"facts": ["booked", "cancelled"], "daily_at": "07:00"}},
        tracked=_TRACKED,
    ),
    Operation(
        method="DELETE",
        path=_USER,
        handler=disable,
        id="disable_user",
        summary="Disable a staff user",
        description="All login sessions of the user end at once. The user stays, as the journal names them.",
        tag="Users",
        scope="administer",
        params=UserPath,
        answers={204: None},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_USER}/enable",
        handler=enable,
        id="enable_user",
        summary="Let a disabled staff user log in again",
        description="With the password that they had.",
        tag="Users",
        scope="administer",
        params=UserPath,
        answers={200: User},
        tracked=_TRACKED,
    ),
    Operation(
        method="POST",
        path=f"{_USER}/password",
        handler=new_password,
        id="reset_user_password",
        summary="Give a staff user a new password",
        description="The answer has it; it is not shown again. All login sessions of the user end at once.",
        tag="Users",
        scope="administer",
        params=UserPath,
        answers={200: NewPassword},
        tracked=_TRACKED,
        has_secret=True,
    ),
    Operation(
        method="GET",
        path="/roles",
        handler=roles,
        id="list_roles",
        summary="List the roles of staff users",
        tag="Users",
        scope="read",
        answers={200: Roles},
    ),
)
