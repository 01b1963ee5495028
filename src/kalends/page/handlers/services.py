"""What can be booked."""

from kalends.actions.catalog.services import list_services
from kalends.page.pages import draw, links_of, words_of
from kalends.page.views.services import bookable, service_view
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit


async def show(request: WebRequest, visit: Visit) -> Answer:
    """The services of the account."""
    services = bookable(await list_services(visit.ctx))
    links, words = links_of(request, visit), words_of(request, visit)
    views = [service_view(service, visit.ctx, links, words) for service in services]
    return draw(request, visit, "services.html", services=views, intro=visit.page.intro)
