"""Those who serve a service, each on terms and at hours of their own where those differ."""

from collections.abc import Mapping

from msgspec.structs import replace

from kalends.actions.access import check_may
from kalends.actions.catalog.assignments import (
    change_assignment,
    get_assignment_of,
    list_assignments,
    openings_of_assignments,
)
from kalends.actions.catalog.resources import get_resource, list_resources
from kalends.actions.catalog.services import get_service
from kalends.actions.context import Context
from kalends.console.fields import attempt, expecting, query_fields, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.views import periods
from kalends.console.views.forms import Complaint, Form, own_name
from kalends.console.views.providers import FIELDS, providers_table, sent_terms, terms_form
from kalends.console.views.records import Section
from kalends.console.views.times import times_of
from kalends.engine.catalog.assignment import ServiceAssignment, ServiceAssignmentPatch
from kalends.engine.catalog.service import Service
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect

_TERMS = "terms"


async def providers_section(request: WebRequest, ctx: Context, service: Service) -> Section:
    """Who is assigned to a service, for its page."""
    providers = await list_assignments(ctx, [service.id])
    titles = {each.id: each.title for each in await list_resources(ctx)}
    hours = await openings_of_assignments(ctx, [each.id for each in providers])
    times = times_of(ctx, language(call_of(request)))
    table = providers_table(service, providers, titles, hours, times, ctx.account.currency)
    return Section(table, hint="providers.hint")


async def show(request: WebRequest, ctx: Context) -> Answer:
    """One of those who serve a service."""
    check_may(ctx, change_assignment)
    return await _draw(request, ctx)


async def change(request: WebRequest, ctx: Context) -> Answer:
    """Change the terms."""
    provider, sent = await _provider(request, ctx), await read_fields(request, *FIELDS, "version")
    patch, values = sent_terms(sent)
    expected = expecting(ctx, "service_assignment", provider.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_assignment(tx, provider.id, patch))
    return await _draw(request, ctx, _TERMS, sent, complaint) if complaint else _saved(request, provider)


async def set_hours(request: WebRequest, ctx: Context) -> Answer:
    """Set the weekly hours at which they serve it, those that hold always or those of one period."""
    provider, sent = await _provider(request, ctx), await read_fields(request, *periods.FIELDS, "version")
    present = (await openings_of_assignments(ctx, [provider.id]))[provider.id]
    openings, values = periods.sent_period(sent, present)
    expected = expecting(ctx, "service_assignment", provider.id, sent["version"])

    async def act(tx: Context) -> ServiceAssignment:
        others = (await openings_of_assignments(tx, [provider.id]))[provider.id]
        kept = [each for each in others if periods.period_of(each) != sent["period"]]
        return await change_assignment(tx, provider.id, ServiceAssignmentPatch(), [*openings, *kept])

    _, complaint = await attempt(expected, values, act)
    return await _draw(request, ctx, sent["period"], sent, complaint) if complaint else _saved(request, provider)


async def _provider(request: WebRequest, ctx: Context) -> ServiceAssignment:
    return await get_assignment_of(ctx, request.path_params["service_id"], request.path_params["resource_id"])


def _saved(request: WebRequest, provider: ServiceAssignment) -> Answer:
    return redirect(call_of(request), _path(provider), note="saved")


async def _draw(
    request: WebRequest,
    ctx: Context,
    refused: str = _TERMS,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    provider = await _provider(request, ctx)
    service, resource = await get_service(ctx, provider.service_id), await get_resource(ctx, provider.resource_id)
    openings = (await openings_of_assignments(ctx, [provider.id]))[provider.id]
    terms, path = terms_form(_path(provider), service, provider), f"{_path(provider)}/hours"
    times = times_of(ctx, language(call_of(request)))

    by_dates = list(periods.periods(path, provider, openings, times))
    parts = (_TERMS, periods.ALWAYS, *(period.key for period in by_dates))

    def shown(form: Form, part: str) -> Form:
        is_refused = part == (refused if refused in parts else periods.NEW)  # that of a period that is gone meanwhile
        return refilled(request, form, sent if is_refused else None, complaint)

    return await draw_screen(
        request,
        ctx,
        "provider.html",
        status=422 if complaint else 200,
        name=resource.title,
        service=own_name(service.title),
        back=f"/services/{service.id}",
        terms=shown(terms, _TERMS),
        week=shown(periods.week_of_always(path, provider, openings), periods.ALWAYS),
        periods=[replace(period, form=shown(period.form, period.key)) for period in by_dates],
        may_have_hours=service.own_hours is not False,
        only_own_hours=service.own_hours is True,
        saved=complaint is None and query_fields(request, "note")["note"] == "saved",
    )


def _path(provider: ServiceAssignment) -> str:
    return f"/services/{provider.service_id}/providers/{provider.resource_id}"
