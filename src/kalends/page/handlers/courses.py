"""The courses to which somebody can move the course that they have booked."""

from kalends.actions.bookings.courses import list_courses
from kalends.actions.context import as_if_free
from kalends.engine.bookings.own import is_request
from kalends.engine.bookings.views import BookingWithItems
from kalends.page.choices import Choices
from kalends.page.handlers.times import CONFLICT, Again
from kalends.page.held import view_own
from kalends.page.pages import draw, links_of, words_of
from kalends.page.views.courses import course_views
from kalends.page.views.services import service_view
from kalends.page.views.time_of_booking import zone_of
from kalends.web.door import Answer, WebRequest
from kalends.web.visitors import Visit


async def draw_courses(
    request: WebRequest, visit: Visit, choices: Choices, again: Again, moved: BookingWithItems
) -> Answer:
    """The page with the other courses of a service that have as many dates to come as there are seats to be moved."""
    ctx, links, words = visit.ctx, links_of(request, visit), words_of(request, visit)
    first = moved.items[0]
    present = first.session.series if first.session else None
    looking = as_if_free(ctx, moved.items)
    courses = [
        course
        for course in await list_courses(looking, choices.service.id, choices.units)
        if course.series != present and len(course.slots) == len(moved.items)
    ]
    return draw(
        request,
        visit,
        "courses.html",
        status=CONFLICT if again.problem else 200,
        service=service_view(choices.service, ctx, links, words),
        courses=course_views(courses, zone_of(first, ctx), words),
        problem=again.problem,
        moved=await view_own(ctx, moved, words),
        asks=is_request(moved.items, ctx.account.policy),
        submit_path=links.to(choices.path),
        back=links.to(choices.back),
    )
