"""Providers as a list."""

from kalends.actions.catalog.assignments import add_assignment
from kalends.dialects.makeplans.handlers.providers import listing
from kalends.engine.catalog.assignment import ServiceAssignmentPatch
from tests.desk import statements_of
from tests.dialects.makeplans.clinic import Clinic
from tests.web.calls import call_with, request_of


async def test_more_providers_take_no_more_statements(clinic: Clinic) -> None:
    w = clinic.world
    request = request_of(call_with())
    few = await statements_of(w, lambda ctx: listing(request, ctx))
    for resource_id in (w.bo, w.hall, w.left, w.right, w.sauna):
        await add_assignment(w.ctx(), ServiceAssignmentPatch(service_id=w.physio, resource_id=resource_id))
    assert await statements_of(w, lambda ctx: listing(request, ctx)) == few
