"""Staff users: list them, add, change and disable them, give them new passwords."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.accounts.change_user import change_user, disable_user, enable_user, reset_password
from kalends.actions.accounts.users import create_user, get_user, list_users
from kalends.actions.catalog.resources import change_resource, list_resources
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.complaints import complaint_of
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, draw_screen, refilled
from kalends.console.views.forms import Complaint, Form
from kalends.console.views.tables import choices_of
from kalends.console.views.times import times_of
from kalends.console.views.users import (
    FIELDS,
    MANY,
    PATH,
    new_user_form,
    sent_people,
    sent_user,
    user_form,
    user_view,
    users_table,
)
from kalends.engine.accounts.user import StaffUser, UserPatch
from kalends.engine.catalog.resource import Resource, ResourcePatch
from kalends.engine.refusals import Invalid
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_LISTS = (("", "users.only_active"), ("all", "users.all"))


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The users who can log in, or all there were."""
    which = query_fields(request, "which")["which"]
    users, sites = await list_users(ctx), await list_sites(ctx)
    shown = [user for user in users if which == "all" or user.disabled_at is None]
    table = users_table(shown, sites, times_of(ctx, language(call_of(request))))
    return await draw_screen(request, ctx, "users.html", table=table, choices=choices_of(PATH, "which", which, _LISTS))


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add a user."""
    check_may(ctx, create_user)
    return await draw_form(request, ctx, "users.new", await _new_form(ctx))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add a user and show the first password, which is not shown again."""
    sent = await read_fields(request, *FIELDS, many=MANY)
    patch, values = sent_user(sent)
    made, complaint = await attempt(ctx, values, lambda tx: _create(tx, patch, sent_people(sent)))
    if made is None:
        form = refilled(request, await _new_form(ctx), sent, complaint)
        return await draw_form(request, ctx, "users.new", form)
    user, password = made
    return await _show_password(request, ctx, "users.added", user.email, password, PATH)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A user, with the forms to change them."""
    check_may(ctx, change_user)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change a user, with effect from their next request."""
    sent = await read_fields(request, *FIELDS, "version", many=MANY)
    user_id = request.path_params["user_id"]
    patch, values = sent_user(sent)
    expected = expecting(ctx, "staff_user", user_id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: _change(tx, user_id, patch, sent_people(sent)))
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), PATH)


async def set_password(request: WebRequest, ctx: Context) -> Answer:
    """Give a user a new password and show it, once."""
    user = await get_user(ctx, request.path_params["user_id"])
    password = await reset_password(ctx, user.id)
    return await _show_password(request, ctx, "users.new_password", user.email, password, f"{PATH}/{user.id}")


async def disable(request: WebRequest, ctx: Context) -> Answer:
    """Log a user out and let them in no more."""
    try:
        await disable_user(ctx, request.path_params["user_id"])
    except Invalid as refusal:
        return await _draw(request, ctx, {}, complaint_of(refusal, {}))
    return redirect(call_of(request), PATH)


async def enable(request: WebRequest, ctx: Context) -> Answer:
    """Let a user in again."""
    await enable_user(ctx, request.path_params["user_id"])
    return redirect(call_of(request), PATH)


async def _create(ctx: Context, patch: UserPatch, person_ids: frozenset[int]) -> tuple[StaffUser, str]:
    email, role, name = patch.email or "", patch.role or "staff", patch.name or ""
    made = await create_user(ctx, email, role, name, patch.site_ids or None)
    await _link(ctx, made[0].id, person_ids)
    return made


async def _change(ctx: Context, user_id: int, patch: UserPatch, person_ids: frozenset[int]) -> None:
    await change_user(ctx, user_id, patch)
    await _link(ctx, user_id, person_ids)


async def _link(ctx: Context, user_id: int, person_ids: frozenset[int]) -> None:
    """Let a user be these people, and no others."""
    for person in await _people(ctx):
        is_user = person.id in person_ids
        if is_user != (person.user_id == user_id):
            await change_resource(ctx, person.id, ResourcePatch(user_id=user_id if is_user else None))


async def _new_form(ctx: Context) -> Form:
    return new_user_form(await list_sites(ctx), await _people(ctx), await list_users(ctx))


async def _people(ctx: Context) -> list[Resource]:
    return [each for each in await list_resources(ctx) if each.kind == "person"]


async def _show_password(request: WebRequest, ctx: Context, title: str, email: str, password: str, back: str) -> Answer:
    return await draw_screen(request, ctx, "secret.html", title=title, name=email, secret=password, back=back)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    user, sites = await get_user(ctx, request.path_params["user_id"]), await list_sites(ctx)
    return await draw_screen(
        request,
        ctx,
        "user.html",
        status=422 if complaint else 200,
        user=user_view(user, times_of(ctx, language(call_of(request)))),
        form=refilled(request, user_form(user, sites, await _people(ctx), await list_users(ctx)), sent, complaint),
    )
