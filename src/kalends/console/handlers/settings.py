"""The account's own settings: what it is called and where it is, what invoices say of it, its rules for bookings."""

from kalends.actions.access import check_may
from kalends.actions.accounts.profile import change_profile, get_profile
from kalends.actions.accounts.settings import change_settings, get_settings
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, refilled
from kalends.console.views import settings as views
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The account itself."""
    check_may(ctx, change_settings)
    form = views.account_form(await get_settings(ctx), language(call_of(request)))
    return await draw_form(request, ctx, "settings.title", form, "settings.hint")


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change the account itself."""
    sent = await read_fields(request, *views.ACCOUNT_FIELDS, "version")
    patch, values = views.sent_account(sent, ctx.account)
    expected = expecting(ctx, "account", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_settings(tx, patch))
    if complaint is None:
        return saved(request, "/settings")
    form = views.account_form(await get_settings(ctx), language(call_of(request)))
    return await draw_form(request, ctx, "settings.title", refilled(request, form, sent, complaint), "settings.hint")


async def show_profile(request: WebRequest, ctx: Context) -> Answer:
    """What customers read about the account."""
    check_may(ctx, change_profile)
    form = views.profile_form(await get_profile(ctx), language(call_of(request)))
    return await draw_form(request, ctx, "profile.title", form, "profile.hint")


async def set_profile(request: WebRequest, ctx: Context) -> Answer:
    """Change what customers read about the account."""
    sent = await read_fields(request, *views.PROFILE_FIELDS, "version")
    patch, values = views.sent_profile(sent)
    expected = expecting(ctx, "profile", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_profile(tx, patch))
    if complaint is None:
        return saved(request, "/settings/business")
    form = views.profile_form(await get_profile(ctx), language(call_of(request)))
    return await draw_form(request, ctx, "profile.title", refilled(request, form, sent, complaint), "profile.hint")


async def show_rules(request: WebRequest, ctx: Context) -> Answer:
    """The rules for bookings, messages and prices."""
    check_may(ctx, change_settings)
    return await draw_form(request, ctx, "rules.title", views.policy_form(await get_settings(ctx)))


async def set_rules(request: WebRequest, ctx: Context) -> Answer:
    """Change the rules."""
    sent = await read_fields(request, *views.POLICY_FIELDS, "version")
    patch, values = views.sent_policy(sent)
    expected = expecting(ctx, "account", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_settings(tx, patch))
    if complaint is None:
        return saved(request, "/settings/rules")
    form = refilled(request, views.policy_form(await get_settings(ctx)), sent, complaint)
    return await draw_form(request, ctx, "rules.title", form)


def saved(request: WebRequest, path: str) -> Answer:
    """Back to a form, which says that what was sent is saved."""
    return redirect(call_of(request), path, note="saved")
