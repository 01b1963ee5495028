"""Price rules of resources and services."""

from collections.abc import Mapping

import msgspec

from kalends.actions.access import check_may, check_whole_account
from kalends.actions.catalog.price_rules import add_price, change_price, get_price, remove_price
from kalends.actions.catalog.prices import list_groups, list_prices, rules_of
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.values import Values
from kalends.console.views.forms import Complaint, Form, once, own_name
from kalends.console.views.prices import FIELDS, price_fields, prices_table, sent_price
from kalends.console.views.records import Section
from kalends.console.views.times import times_of
from kalends.engine.catalog.price import Price
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_MANY = ("group_ids",)


class _Owner(msgspec.Struct, frozen=True):
    """Whose rules they are: a service's or a resource's, and the path of its page."""

    title: str
    path: str
    service_id: int | None = None
    resource_id: int | None = None


async def prices_section(
    request: WebRequest, ctx: Context, *, service_id: int | None = None, resource_id: int | None = None
) -> Section:
    """The rules of a service or a resource, for its page."""
    rules = rules_of(await list_prices(ctx), resource_id, service_id)
    groups = {group.id: group.title for group in await list_groups(ctx)}
    table = prices_table(rules, groups, ctx.account.currency, times_of(ctx, language(call_of(request))))
    owner = f"/services/{service_id}" if resource_id is None else f"/resources/{resource_id}"
    return Section(table, f"{owner}/prices/new", "prices.new", "prices.hint")


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add a rule."""
    return await _draw_new(request, ctx, await _named(ctx, **_ids(request)))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add a rule after those that there are."""
    owner, sent = await _named(ctx, **_ids(request)), await read_fields(request, *FIELDS, many=_MANY)
    values = Values(sent)
    patch = sent_price(values)
    ids = {"service_id": owner.service_id, "resource_id": owner.resource_id}
    _, complaint = await attempt(ctx, values, lambda tx: add_price(tx, patch, **ids))
    if complaint:
        return await _draw_new(request, ctx, owner, sent, complaint)
    return redirect(call_of(request), owner.path, note="saved")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """A rule, with the form to change it and the button to remove it."""
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change a rule."""
    price, owner = await _price(request, ctx)
    sent = await read_fields(request, *FIELDS, "version", many=_MANY)
    values = Values(sent)
    patch = sent_price(values)
    expected = expecting(ctx, "price", price.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_price(tx, price.id, patch))
    return await _draw(request, ctx, sent, complaint) if complaint else redirect(call_of(request), owner.path)


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove a rule."""
    price, owner = await _price(request, ctx)
    await remove_price(ctx, price.id)
    return redirect(call_of(request), owner.path, note="saved")


def _ids(request: WebRequest) -> dict[str, int | None]:
    return {name: request.path_params.get(name) for name in ("service_id", "resource_id")}


async def _named(ctx: Context, service_id: int | None, resource_id: int | None) -> _Owner:
    """Raises Forbidden if the caller may not change its rules."""
    check_may(ctx, add_price)
    if service_id is not None:
        check_whole_account(ctx)
        service = await get_service(ctx, service_id)
        kind = "/extras/products" if service.kind == "product" else "/services"
        return _Owner(service.title, f"{kind}/{service.id}", service_id=service.id)
    resource = await get_resource(ctx, resource_id or 0)
    kind = "/extras/inventory" if resource.kind == "inventory" else "/resources"
    return _Owner(resource.title, f"{kind}/{resource.id}", resource_id=resource.id)


async def _price(request: WebRequest, ctx: Context) -> tuple[Price, _Owner]:
    price = await get_price(ctx, request.path_params["price_id"])
    return price, await _named(ctx, price.service_id, price.resource_id)


async def _draw_new(
    request: WebRequest,
    ctx: Context,
    owner: _Owner,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    base = f"/services/{owner.service_id}" if owner.resource_id is None else f"/resources/{owner.resource_id}"
    fields = price_fields(None, await list_groups(ctx))
    form = Form(f"{base}/prices", fields, "form.add", hidden=once(), back=owner.path)
    return await _draw_form(request, ctx, "prices.new", owner, refilled(request, form, sent, complaint))


async def _draw(
    request: WebRequest, ctx: Context, sent: Mapping[str, str] | None = None, complaint: Complaint | None = None
) -> Answer:
    price, owner = await _price(request, ctx)
    fields, hidden = price_fields(price, await list_groups(ctx)), {"version": str(price.revision)}
    form = Form(f"/prices/{price.id}", fields, "form.save", hidden=hidden, back=owner.path)
    form = refilled(request, form, sent, complaint)
    return await _draw_form(request, ctx, "prices.one", owner, form, remove=f"/prices/{price.id}/remove")


async def _draw_form(
    request: WebRequest, ctx: Context, title: str, owner: _Owner, form: Form, remove: str = ""
) -> Answer:
    return await draw_screen(
        request,
        ctx,
        "record.html",
        status=422 if form.refused else 200,
        title=title,
        up=own_name(owner.title),
        form=form,
        saved=False,
        sections=(),
        pages=(),
        remove=remove,
    )
