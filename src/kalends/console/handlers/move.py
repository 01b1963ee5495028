"""Moves an item: to another time or resource, or to another length, by one form, whoever has filled it in."""

from collections.abc import Mapping

import msgspec

from kalends.actions.bookings.resource_blocks import change_block
from kalends.actions.bookings.suggest import change_or_suggest
from kalends.actions.catalog.resources import list_resources
from kalends.actions.context import Context
from kalends.console.at_site import at_site
from kalends.console.complaints import complaint_of
from kalends.console.fields import expecting, read_fields
from kalends.console.handlers.items import changed_by
from kalends.console.handlers.moving import draw_moving
from kalends.console.in_the_way import obstacles
from kalends.console.item_records import item_at
from kalends.console.moves import ASKED, FIELDS, NAMES, read_move, with_taken
from kalends.console.pages import draw
from kalends.console.telling import read_telling
from kalends.console.values import Values
from kalends.console.views.forms import Complaint
from kalends.console.views.moved import Refused, near_times, why_of, with_new_key
from kalends.console.views.scopes import read_scope
from kalends.engine.catalog.resource import Resource
from kalends.engine.refusals import Forbidden, Full, NotFound, Outdated, Refusal, RepeatedTime, Stale
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect

_PEOPLE = "person"


async def _move(request: WebRequest, ctx: Context) -> Answer:
    at, item_id = await at_site(request, ctx), request.path_params["item_id"]
    sent = await _sent(request)
    view = await item_at(ctx, at, item_id)
    patch = read_move(at, sent)
    expected = expecting(ctx, "item", item_id, sent["revision"])
    if view.item.kind == "block":
        moved = await change_block(expected, item_id, patch)
    else:
        messages = await read_telling(ctx, at, Values(sent), "change", view.customer)
        scope = read_scope(sent["scope"])
        moved = await change_or_suggest(expected, item_id, patch, scope=scope, messages=messages)
    day = moved.item.starts_at.astimezone(at.zone).date()
    return redirect(call_of(request), f"{at.path}/items/{item_id}", day=str(day), done="moved")


_once = idempotent_form(_move)


async def move(request: WebRequest, ctx: Context) -> Answer:
    """Move an item. Where that is refused, say why, with what is in the way and the nearest free times, each of them
    one click; if somebody was faster, who and when. What can't be read is said at the form."""
    at, sent = await at_site(request, ctx), await _sent(request)
    view, values = await item_at(ctx, at, request.path_params["item_id"]), Values(sent)
    await read_telling(ctx, at, values, "change", view.customer)
    if values.faults:
        return await draw_moving(request, ctx, at, view, sent, values.complaint)
    try:
        return await _once(request, ctx)
    except (Forbidden, NotFound):
        raise
    except RepeatedTime:
        return await draw_moving(request, ctx, at, view, sent, Complaint())
    except Refusal as refusal:
        complaint = complaint_of(refusal, NAMES)
        if complaint and complaint.fields:
            return await draw_moving(request, ctx, at, view, sent, complaint)
        return await _refused(request, ctx, refusal)


async def _sent(request: WebRequest) -> dict[str, str]:
    return with_taken(await read_fields(request, *FIELDS, *ASKED))


async def _refused(request: WebRequest, ctx: Context, refusal: Refusal) -> Answer:
    at, sent = await at_site(request, ctx), await _sent(request)
    view = await item_at(ctx, at, request.path_params["item_id"])
    day = view.item.starts_at.astimezone(at.zone).date()
    refused = Refused(path=f"{at.path}/items/{view.item.id}/move", day_path=f"{at.path}/day/{day}")
    if isinstance(refusal, Outdated | Stale):
        refused = msgspec.structs.replace(refused, why=at.say(await changed_by(ctx, at, view.item)))
        return draw(request, "move_refused.html", at.frame, status=412, refused=refused)
    refused = msgspec.structs.replace(refused, why=why_of(refusal, at))
    if isinstance(refusal, Full):
        resources = {resource.id: resource for resource in await list_resources(ctx)}
        refused = msgspec.structs.replace(
            refused,
            ways=await obstacles(ctx, at, refusal),
            near=tuple(near_times(refusal, at, resources, sent)),
            again=with_new_key(sent) if _may_overlap(refusal, resources) else {},
        )
    return draw(request, "move_refused.html", at.frame, status=409, refused=refused)


def _may_overlap(full: Full, resources: Mapping[int, Resource]) -> bool:
    """Whether only people's time is taken, which may be taken twice."""
    named = [resources.get(conflict.which or 0) for conflict in full.conflicts if conflict.what == "resource"]
    return len(named) == len(full.conflicts) and all(each is not None and each.kind == _PEOPLE for each in named)
