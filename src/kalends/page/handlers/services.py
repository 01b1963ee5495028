"""What can be booked, and where the pages of accounts are."""

from kalends.actions.accounts.booking_page import find_only_page
from kalends.actions.catalog.services import list_services
from kalends.actions.catalog.sites import list_sites
from kalends.page.offered import list_bookable_services
from kalends.page.pages import draw, draw_bare, links_of, words_of
from kalends.page.views.services import service_view
from kalends.page.views.structured import structured_data
from kalends.web.call import call_of, url
from kalends.web.door import Answer, WebRequest
from kalends.web.pages import redirect
from kalends.web.visitors import Visit


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The services of the account."""
    offered = await list_bookable_services(visit.ctx, await list_services(visit.ctx))
    links, words = links_of(request, visit), words_of(request, visit)
    views = [service_view(each.service, visit.ctx, links, words, terms=each.terms) for each in offered]
    here = url(request, f"/{visit.ctx.account.slug}")
    data = structured_data(visit.ctx, [each.service for each in offered], await list_sites(visit.ctx), here, words.code)
    return draw(
        request, visit, "services.html", services=views, intro=visit.page.intro, structured=data, canonical=here
    )


async def home(request: WebRequest) -> Answer:
    """The page of the account, where only one has one; else how the address of one looks."""
    call = call_of(request)
    slug = await find_only_page(call.db)
    return draw_bare(call, "home.html", example=url(request, "/NAME")) if slug is None else redirect(call, f"/{slug}")
