"""The first run: five screens after which an empty account can be booked. Each does what the usual screens do too."""

from collections.abc import Mapping

from kalends.actions.access import check_may
from kalends.actions.accounts.settings import change_settings, get_settings
from kalends.actions.availability.weekly_hours import set_weekly_hours
from kalends.actions.catalog.resources import add_resource, list_openings, list_resources
from kalends.actions.catalog.services import add_service, list_services
from kalends.actions.catalog.sites import add_site, list_sites
from kalends.actions.context import Context
from kalends.console.complaints import joined
from kalends.console.fields import attempt, expecting, missing, read_fields
from kalends.console.pages import language
from kalends.console.screens import draw_screen, refilled
from kalends.console.views import setup as views
from kalends.console.views.forms import Complaint, Form
from kalends.console.views.settings import ACCOUNT_FIELDS, sent_account
from kalends.console.views.setup import PATH, Found, Step
from kalends.console.views.times import times_of
from kalends.web.auth import Handler
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect


async def show(request: WebRequest, ctx: Context) -> Answer:
    """To the step that is next; or that the account can be booked now."""
    check_may(ctx, change_settings)
    found = await _find(ctx)
    if found.next_step:
        return redirect(call_of(request), f"{PATH}/{found.next_step}")
    site = found.sites[0]
    return await draw_screen(request, ctx, "setup_done.html", steps=views.step_views(found, None), site_id=site.id)


def step_page(step: Step) -> Handler:
    """The page of a step, which leads to an earlier one that is not taken yet."""

    async def show_step(request: WebRequest, ctx: Context) -> Answer:
        check_may(ctx, change_settings)
        found = await _find(ctx)
        if found.next_step and views.STEPS.index(step) > views.STEPS.index(found.next_step) and step != "place":
            return redirect(call_of(request), f"{PATH}/{found.next_step}")
        return await _draw(request, ctx, step)

    return show_step


async def set_business(request: WebRequest, ctx: Context) -> Answer:
    """The first step."""
    sent = await read_fields(request, *ACCOUNT_FIELDS, "version")
    patch, values = sent_account(sent, ctx.account)
    expected = expecting(ctx, "account", ctx.account.id, sent["version"])
    _, complaint = await attempt(expected, values, lambda tx: change_settings(tx, patch))
    return await _next(request, ctx, "business", sent, complaint)


async def set_place(request: WebRequest, ctx: Context) -> Answer:
    """The second step."""
    sent = await read_fields(request, *views.PLACE_FIELDS)
    patch, values = views.sent_place(sent)
    _, complaint = await attempt(ctx, values, lambda tx: add_site(tx, patch))
    return await _next(request, ctx, "place", sent, complaint)


async def set_resource(request: WebRequest, ctx: Context) -> Answer:
    """The third step."""
    sent = await read_fields(request, *views.RESOURCE_FIELDS)
    found = await _find(ctx)
    if not found.sites:
        return redirect(call_of(request), PATH)
    patch, values = views.sent_resource(sent, found.sites[0])
    _, complaint = await attempt(ctx, values, lambda tx: add_resource(tx, patch, ()))
    return await _next(request, ctx, "resource", sent, complaint)


async def set_hours(request: WebRequest, ctx: Context) -> Answer:
    """The fourth step, for all that has no hours yet."""
    sent = await read_fields(request, *views.HOURS_FIELDS, many=("days",))
    found, (hours, values) = await _find(ctx), views.sent_hours(sent)
    closed = [each.id for each in found.resources if each.id not in found.open_ids]

    async def act(tx: Context) -> None:
        openings = views.openings_of(hours)
        for resource_id in closed:
            await set_weekly_hours(tx, resource_id, openings)

    blank = missing(sent, ("days",))
    _, complaint = (None, joined(blank, values.complaint)) if blank else await attempt(ctx, values, act)
    return await _next(request, ctx, "hours", sent, complaint)


async def set_service(request: WebRequest, ctx: Context) -> Answer:
    """The fifth step: a service of all that there is."""
    sent = await read_fields(request, *views.SERVICE_FIELDS)
    patch, values = views.sent_service(sent)
    # Times begin one length apart where nothing else is said.
    _, complaint = await attempt(ctx, values, lambda tx: add_service(tx, patch), {"step": "duration"})
    return await _next(request, ctx, "service", sent, complaint)


async def _next(
    request: WebRequest, ctx: Context, step: Step, sent: Mapping[str, str], complaint: Complaint | None
) -> Answer:
    """On to the next step, or this one again with what is wrong."""
    if complaint:
        return await _draw(request, ctx, step, sent, complaint)
    after = views.STEPS.index(step) + 1
    return redirect(call_of(request), f"{PATH}/{views.STEPS[after]}" if step == "business" else PATH)


async def _draw(
    request: WebRequest,
    ctx: Context,
    step: Step,
    sent: Mapping[str, str] | None = None,
    complaint: Complaint | None = None,
) -> Answer:
    return await draw_screen(
        request,
        ctx,
        "setup.html",
        status=422 if complaint else 200,
        step=step,
        steps=views.step_views(await _find(ctx), step),
        form=refilled(request, await _form(request, ctx, step), sent, complaint),
    )


async def _form(request: WebRequest, ctx: Context, step: Step) -> Form:
    match step:
        case "business":
            return views.business_form(await get_settings(ctx), language(call_of(request)))
        case "place":
            return views.place_form()
        case "resource":
            return views.resource_form()
        case "hours":
            return views.hours_form(times_of(ctx, language(call_of(request))))
        case "service":
            return views.service_form(ctx.account.currency)


async def _find(ctx: Context) -> Found:
    sites = tuple(site for site in await list_sites(ctx) if site.active)
    resources = tuple(await list_resources(ctx))
    openings = await list_openings(ctx, [resource.id for resource in resources])
    is_open = (each.id for each in resources if each.always_open or openings[each.id])
    return Found(sites, resources, tuple(await list_services(ctx)), frozenset(is_open))
