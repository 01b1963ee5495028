"""Bookings: group appointments, individual appointments and unavailable blocks in one list."""

from collections.abc import Callable
from typing import Any

from kalends.dialects.cliniko.fields.filters import DATETIME, FLAG, ID, IDS, FilterField, Listing
from kalends.dialects.cliniko.fields.group_appointments import group_appointment
from kalends.dialects.cliniko.fields.individual_appointments import individual_appointment
from kalends.dialects.cliniko.fields.unavailable_blocks import unavailable_block
from kalends.dialects.cliniko.fields.view import RenderContext
from kalends.engine.bookings.group_session import GroupSession

BOOKINGS = Listing(
    "bookings",
    (
        FilterField("id", "id", ID),
        FilterField("archived_at", "archived_at", DATETIME),
        FilterField("created_at", "created_at", DATETIME),
        FilterField("deleted_at", "archived_at", DATETIME),
        FilterField("updated_at", "updated_at", DATETIME),
        FilterField("appointment_type_id", "service_id", ID),
        FilterField("business_id", "site_id", ID),
        FilterField("cancelled_at", "cancelled_at", DATETIME),
        FilterField("did_not_arrive", "is_no_show", FLAG),
        FilterField("ends_at", "ends_at", DATETIME),
        FilterField("patient_ids", "customer_ids", IDS),
        FilterField("practitioner_id", "person_id", ID),
        FilterField("repeated_from_id", "repeated_from_id", ID),
        FilterField("starts_at", "starts_at", DATETIME),
    ),
    hidden=("archived_at", "cancelled_at"),
)


def booking(context: RenderContext) -> Callable[[Any], Any]:
    """Renders each as what it is."""
    render_group, render_block = group_appointment(context), unavailable_block(context)
    render_appointment = individual_appointment(context)

    def render(row: Any) -> Any:
        if isinstance(row, GroupSession):
            return render_group(row)
        return render_block(row) if row.item.kind == "block" else render_appointment(row)

    return render
