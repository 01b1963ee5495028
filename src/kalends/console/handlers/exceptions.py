"""Days on which a site or a resource is closed, or open at other hours: add, change and remove them."""

from collections.abc import Mapping

import msgspec

from kalends.actions.access import check_may, check_whole_account
from kalends.actions.availability.exceptions import add_exception, change_exception, get_exception, remove_exception
from kalends.actions.catalog.resources import get_resource
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, read_fields
from kalends.console.screens import draw_at, refilled
from kalends.console.views.exceptions import FIELDS, NAMES, exception_form, new_exception_form, sent_exception
from kalends.console.views.forms import Complaint, Form
from kalends.engine.catalog.site import Site
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


class _Owner(msgspec.Struct, frozen=True):
    """Whose exceptions they are: a site's, or those of a resource that stands there."""

    site: Site
    name: str
    path: str
    site_id: int | None = None
    resource_id: int | None = None

    @property
    def ids(self) -> dict[str, int | None]:
        """How the actions name it."""
        return {"site_id": self.site_id, "resource_id": self.resource_id}


async def new(request: WebRequest, ctx: Context) -> Answer:
    """The form to add one."""
    check_may(ctx, add_exception)
    return await _draw_new(request, ctx, await _changeable(request, ctx))


async def create(request: WebRequest, ctx: Context) -> Answer:
    """Add one."""
    owner, sent = await _owner(request, ctx), await read_fields(request, *FIELDS)
    patch, values = sent_exception(sent)
    _, complaint = await attempt(ctx, values, lambda tx: add_exception(tx, patch, **owner.ids), NAMES)
    return await _draw_new(request, ctx, owner, sent, complaint) if complaint else _saved(request, owner)


async def edit(request: WebRequest, ctx: Context) -> Answer:
    """The form to change one, with the button that removes it."""
    check_may(ctx, change_exception)
    return await _draw(request, ctx, await _changeable(request, ctx))


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change one."""
    owner, sent = await _owner(request, ctx), await read_fields(request, *FIELDS, "version")
    exception_id = request.path_params["exception_id"]
    patch, values = sent_exception(sent)
    expected = expecting(ctx, "exception_entry", exception_id, sent["version"])
    _, complaint = await attempt(
        expected, values, lambda tx: change_exception(tx, exception_id, patch, **owner.ids), NAMES
    )
    return await _draw(request, ctx, owner, sent, complaint) if complaint else _saved(request, owner)


async def remove(request: WebRequest, ctx: Context) -> Answer:
    """Remove one."""
    owner = await _owner(request, ctx)
    await remove_exception(ctx, request.path_params["exception_id"], **owner.ids)
    return _saved(request, owner)


async def _owner(request: WebRequest, ctx: Context) -> _Owner:
    site_id, resource_id = request.path_params.get("site_id"), request.path_params.get("resource_id")
    if resource_id is None:
        site = await get_site(ctx, site_id or 0)
        return _Owner(site, site.name, f"/sites/{site.id}", site_id=site.id)
    resource = await get_resource(ctx, resource_id)
    site = await get_site(ctx, resource.site_id)
    return _Owner(site, resource.title, f"/resources/{resource.id}", resource_id=resource.id)


async def _changeable(request: WebRequest, ctx: Context) -> _Owner:
    """The owner. Raises Forbidden for a site to who is limited to sites."""
    owner = await _owner(request, ctx)
    if owner.site_id is not None:
        check_whole_account(ctx)
    return owner


def _saved(request: WebRequest, owner: _Owner) -> Answer:
    return redirect(call_of(request), f"{owner.path}/hours", note="saved")


async def _draw_new(
    request: WebRequest,
    ctx: Context,
    owner: _Owner,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    form = new_exception_form(f"{owner.path}/exceptions", f"{owner.path}/hours")
    return await _draw_page(request, ctx, owner, refilled(request, form, sent, complaint))


async def _draw(
    request: WebRequest,
    ctx: Context,
    owner: _Owner,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    exception = await get_exception(ctx, request.path_params["exception_id"], **owner.ids)
    path = f"{owner.path}/exceptions/{exception.id}"
    form = exception_form(path, f"{owner.path}/hours", exception)
    return await _draw_page(request, ctx, owner, refilled(request, form, sent, complaint), f"{path}/remove")


async def _draw_page(request: WebRequest, ctx: Context, owner: _Owner, form: Form, remove_path: str = "") -> Answer:
    return await draw_at(
        request,
        ctx,
        owner.site,
        "exception.html",
        status=422 if form.refused else 200,
        name=owner.name,
        form=form,
        remove=remove_path,
    )
