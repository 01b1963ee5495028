"""Keys of programs: list them, make, change and revoke them."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from kalends.actions.access import check_may
from kalends.actions.accounts.keys import change_key, create_key, get_key, list_keys, revoke_key
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_form, draw_screen, refilled
from kalends.console.views.forms import Complaint
from kalends.console.views.keys import FIELDS, MANY, key_form, key_view, keys_table, new_key_form, sent_key
from kalends.console.views.tables import choices_of
from kalends.console.views.times import times_of
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_PATH = "/settings/keys"
_NAMES = {"expires_at": "last_day"}
_LISTS = (("", "keys.only_valid"), ("all", "keys.all"))


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The keys that can be used, or all there were."""
    which = query_fields(request, "which")["which"]
    keys, sites = await list_keys(ctx), await list_sites(ctx)
    shown = [key for key in keys if which == "all" or key.is_valid(ctx.now)]
    table = keys_table(shown, sites, ctx, times_of(ctx, language(call_of(request))))
    return await draw_screen(request, ctx, "keys.html", table=table, choices=choices_of(_PATH, "which", which, _LISTS))


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form for a new key."""
    check_may(ctx, create_key)
    return await _draw_new(request, ctx)


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Make a key and show its secret, which is not shown again."""
    sent = await read_fields(request, *FIELDS, many=MANY)
    patch, values = sent_key(sent, ctx)
    door = str(values.choice("door", {door.name: door.name for door in call_of(request).key_doors}))
    terms = (patch.name or "", patch.site_ids or None, patch.scopes or (), patch.expires_at or None)
    made, complaint = await attempt(
        ctx, values, lambda tx: create_key(tx, door, *terms, origins=patch.origins or None), _NAMES
    )
    if made is None:
        return await _draw_new(request, ctx, sent, complaint)
    key, secret = made
    return await draw_screen(request, ctx, "secret.html", title="keys.made", name=key.name, secret=secret, back=_PATH)


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A key, with the form to change it and the button to revoke it."""
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change what a key may do."""
    sent = await read_fields(request, *FIELDS, "version", many=MANY)
    key = await get_key(ctx, request.path_params["key_id"])
    patch, values = sent_key(sent, ctx)
    if key.origins is None:
        patch = msgspec.structs.replace(patch, origins=UNSET)
    expected = expecting(ctx, "access_token", key.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_key(tx, key.id, patch), _NAMES)
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), _PATH)


async def revoke(request: WebRequest, ctx: Context) -> Answer:
    """Revoke a key, with effect from its next request."""
    await revoke_key(ctx, request.path_params["key_id"])
    return redirect(call_of(request), _PATH)


async def _draw_new(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    form = new_key_form(call_of(request).key_doors, await list_sites(ctx))
    return await draw_form(request, ctx, "keys.new", refilled(request, form, sent, complaint))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    keys, sites = await list_keys(ctx), await list_sites(ctx)
    key = await get_key(ctx, request.path_params["key_id"])
    return await draw_screen(
        request,
        ctx,
        "key.html",
        status=422 if complaint else 200,
        key=key_view(key, keys, ctx, times_of(ctx, language(call_of(request)))),
        form=refilled(request, key_form(key, sites, ctx), sent, complaint),
    )
