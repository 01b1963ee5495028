"""The settings of the identity provider by which staff log in."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.accounts.identity_provider import change_identity_provider, get_identity_provider
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.handlers.settings import saved
from kalends.console.screens import draw_screen, refilled
from kalends.console.views.forms import Complaint
from kalends.console.views.identity_provider import FIELDS, LOGIN_PATH, PATH, provider_form, sent_provider
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """The settings, and what the provider has to be told."""
    check_may(ctx, change_identity_provider)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change the settings."""
    sent = await read_fields(request, *FIELDS, "version")
    patch, values = sent_provider(sent)
    expected = expecting(ctx, "identity_provider", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_identity_provider(tx, patch))
    return await _draw(request, ctx, sent, complaint) if complaint else saved(request, PATH)


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    provider, call = await get_identity_provider(ctx), call_of(request)
    return await draw_screen(
        request,
        ctx,
        "identity_provider.html",
        status=422 if complaint else 200,
        title="openid.title",
        hint="openid.hint",
        saved=complaint is None and query_fields(request, "note")["note"] == "saved",
        form=refilled(request, provider_form(provider), sent, complaint),
        returns_to=f"{call.prefix}{LOGIN_PATH}/{ctx.account.id}",
        begins_at=f"{LOGIN_PATH}?account={ctx.account.slug}" if provider.active else "",
    )
