"""What can be booked, and where the pages of accounts are."""

from collections.abc import Sequence

from kalends.actions.accounts.booking_page import find_only_page
from kalends.actions.availability.free_times import list_bookable
from kalends.actions.catalog.assignments import list_assignments
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import list_sites
from kalends.actions.context import Context
from kalends.engine.catalog.assignment import ServiceAssignment
from kalends.engine.catalog.service import Service
from kalends.page.choices import serving
from kalends.page.pages import draw, draw_bare, links_of, words_of
from kalends.page.views.services import bookable, service_view
from kalends.page.views.structured import structured_data
from kalends.web.call import call_of, url
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The services of the account."""
    services = bookable(await list_services(visit.ctx))
    links, words = links_of(request, visit), words_of(request, visit)
    views = [
        service_view(each, visit.ctx, links, words, terms=own)
        for each, own in zip(services, await _own_terms(visit.ctx, services), strict=True)
    ]
    here = url(request, f"/{visit.ctx.account.slug}")
    data = structured_data(visit.ctx, services, await list_sites(visit.ctx), here, words.code)
    return draw(
        request, visit, "services.html", services=views, intro=visit.page.intro, structured=data, canonical=here
    )


async def _own_terms(ctx: Context, services: Sequence[Service]) -> list[list[ServiceAssignment | None]]:
    """What is so of those who serve each service, None for who serves it as all do."""
    terms: dict[int, dict[int, ServiceAssignment]] = {service.id: {} for service in services}
    for assignment in await list_assignments(ctx, list(terms)):
        terms[assignment.service_id][assignment.resource_id] = assignment
    resources = await list_bookable(ctx)
    return [
        [terms[service.id].get(resource_id) for resource_id in serving(service, resources, terms[service.id])]
        for service in services
    ]


async def home(request: WebRequest) -> Answer:
    """The page of the account, where only one has one; else how the address of one looks."""
    call = call_of(request)
    slug = await find_only_page(call.db)
    return draw_bare(call, "home.html", example=url(request, "/NAME")) if slug is None else redirect(call, f"/{slug}")
