"""Sessions are planned, once or every week, changed, and cancelled."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import msgspec
from msgspec import UNSET

from kalends.actions.access import check_may
from kalends.actions.bookings.add_sessions import repeat_session
from kalends.actions.bookings.sessions import change_session, get_session, remove_session, remove_sessions, seats_taken
from kalends.actions.catalog.services import list_services_of
from kalends.actions.context import Context
from kalends.console.at_site import AtSite, at_site
from kalends.console.complaints import complaint_of
from kalends.console.fields import expecting, read_fields
from kalends.console.offered import bookable_at
from kalends.console.pages import draw
from kalends.console.values import Values
from kalends.console.views.forms import Complaint, Form
from kalends.console.views.plan_session import FIELDS, cancelling_view, change_form, plan_form
from kalends.engine.bookings.patch import SessionPatch
from kalends.engine.bookings.request import CHANNELS, MessageOverrides
from kalends.engine.refusals import Forbidden, NotFound, Refusal
from kalends.engine.time.repeat_rule import RepeatRule
from kalends.web.auth import Handler
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.idempotency import idempotent_form
from kalends.web.pages import redirect

DrawForm: TypeAlias = Callable[[Context, AtSite, Mapping[str, str]], Awaitable[Form]]
NAMES = {"starts_at": "start", "ends_at": "end", "service_id": "service", "resource_id": "resource", "rrule": "weeks"}


async def ask(request: WebRequest, ctx: Context) -> Answer:
    """The form for a new session."""
    check_may(ctx, repeat_session)
    at = await at_site(request, ctx)
    return _draw(request, at, await _plan_form(ctx, at, {}))


async def plan(request: WebRequest, ctx: Context) -> Answer:
    """Plan a session and its repeats, or say what speaks against them."""
    return await _attempt(request, ctx, _plan_once, _plan_form)


async def ask_change(request: WebRequest, ctx: Context) -> Answer:
    """The form that changes a session."""
    check_may(ctx, change_session)
    at = await at_site(request, ctx)
    session = await get_session(ctx, request.path_params["session_id"])
    return _draw(request, at, change_form(at, session))


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change time, places, title or note of a session; who has a place moves with it and is told."""

    async def form(ctx: Context, at: AtSite, sent: Mapping[str, str]) -> Form:
        session = await get_session(ctx, request.path_params["session_id"])
        return change_form(at, session, sent).with_values(sent)

    return await _attempt(request, ctx, _change_once, form)


async def ask_cancel(request: WebRequest, ctx: Context) -> Answer:
    """Ask before a session is cancelled, with the number of places that are."""
    check_may(ctx, remove_session)
    at = await at_site(request, ctx)
    session = await get_session(ctx, request.path_params["session_id"])
    taken = (await seats_taken(ctx, [session.id]))[session.id]
    return draw(request, "cancel_session.html", at.frame, cancelling=cancelling_view(at, session, taken))


async def cancel(request: WebRequest, ctx: Context) -> Answer:
    """Cancel a session, or it and the later ones of its series, with the places in them."""
    at, sent = await at_site(request, ctx), await read_fields(request, "scope", "tell")
    session = await get_session(ctx, request.path_params["session_id"])
    tells = MessageOverrides({("cancellation", each): sent["tell"] != "no" and each == "email" for each in CHANNELS})
    if sent["scope"] == "following" and session.series:
        await remove_sessions(ctx, session.series, tells, since=session.starts_at)
    else:
        await remove_session(ctx, session.id, tells)
    week = session.starts_at.astimezone(at.zone).date()
    return redirect(call_of(request), f"{at.path}/sessions", week=str(week))


async def _plan(request: WebRequest, ctx: Context) -> Answer:
    at, sent = await at_site(request, ctx), await read_fields(request, *FIELDS)
    values = Values(sent)
    patch = msgspec.structs.replace(
        _patch(at, values), service_id=_given(values.id("service")), resource_id=_given(values.id("resource"))
    )
    weeks = values.number("weeks", 1)
    repeats = RepeatRule("week", 1, max(0, weeks - 1) if isinstance(weeks, int) else 0)
    session = (await repeat_session(ctx, patch, repeats))[0]
    return redirect(call_of(request), f"{at.path}/sessions/{session.id}", done="planned")


async def _change(request: WebRequest, ctx: Context) -> Answer:
    at, sent = await at_site(request, ctx), await read_fields(request, *FIELDS, "revision")
    session_id = request.path_params["session_id"]
    patch = _patch(at, Values(sent))
    expected = expecting(ctx, "group_session", session_id, sent["revision"])
    changed = await change_session(expected, session_id, patch)
    return redirect(call_of(request), f"{at.path}/sessions/{changed.id}", done="saved")


_plan_once, _change_once = idempotent_form(_plan), idempotent_form(_change)


async def _attempt(request: WebRequest, ctx: Context, once: Handler, form: DrawForm) -> Answer:
    at, sent = await at_site(request, ctx), await read_fields(request, *FIELDS)
    complaint = _unreadable(at, sent)
    if complaint is None:
        try:
            return await once(request, ctx)
        except (Forbidden, NotFound):
            raise
        except Refusal as refusal:
            complaint = complaint_of(refusal, NAMES)
            if complaint is None:
                raise
    return _draw(request, at, (await form(ctx, at, sent)).with_complaint(complaint, at.say), 422)


def _draw(request: WebRequest, at: AtSite, form: Form, status: int = 200) -> Answer:
    return draw(request, "plan_session.html", at.frame, status=status, form=form)


async def _plan_form(ctx: Context, at: AtSite, sent: Mapping[str, str]) -> Form:
    resources = await bookable_at(ctx, at)
    form = plan_form(at, await list_services_of(ctx, ("attendance",)), resources, sent)
    return form.with_values(sent) if sent else form


def _unreadable(at: AtSite, sent: Mapping[str, str]) -> Complaint | None:
    """What can't be read of the fields."""
    values = Values(sent)
    _patch(at, values)
    values.number("weeks")
    return values.complaint if values.faults else None


def _patch(at: AtSite, values: Values) -> SessionPatch:
    return SessionPatch(
        starts_at=values.moment("start", "start_fold", at.zone) or UNSET,
        ends_at=(values.moment("end", "end_fold", at.zone) if values.text("end") else None) or UNSET,
        capacity=_given(values.number("capacity")),
        title=values.text("title") or UNSET,
        notes=values.text("notes"),
    )


def _given(value: object) -> int | msgspec.UnsetType:
    return value if isinstance(value, int) else UNSET
