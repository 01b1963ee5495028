"""Practitioners, who are listed and shown only."""

import msgspec

from kalends.actions.catalog.query import query_resources
from kalends.actions.catalog.services import get_service
from kalends.actions.catalog.sites import get_site
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.practitioners import PERSON, PRACTITIONERS, practitioner
from kalends.dialects.cliniko.handlers.records import Parent, Records
from kalends.engine.catalog.resource import Resource
from kalends.engine.query import Filter, Page, Query

PEOPLE = Filter("kind", "equal", PERSON)
_ACTIVE, _INACTIVE = Filter("in_use", "equal", True), Filter("in_use", "equal", False)
_TYPE = Parent("appointment_type_id", "service", "service_ids", get_service, "has")
_BUSINESS = Parent("business_id", "site", "site_id", get_site)


async def _find(ctx: Context, query: Query) -> Page[Resource]:
    return await query_resources(ctx, msgspec.structs.replace(query, filters=(*query.filters, PEOPLE)))


RECORDS = Records("resource", PRACTITIONERS, _find, practitioner)

listing = RECORDS.list_pages(_ACTIVE)
inactive = RECORDS.list_pages(_INACTIVE)
show = RECORDS.show()
of_type = RECORDS.list_pages(_ACTIVE, parent=_TYPE)
inactive_of_type = RECORDS.list_pages(_INACTIVE, parent=_TYPE)
of_business = RECORDS.list_pages(_ACTIVE, parent=_BUSINESS)
inactive_of_business = RECORDS.list_pages(_INACTIVE, parent=_BUSINESS)
