"""The door: its table of methods, paths, handlers and error names.

PUT is the older spelling of PATCH, DELETE that of archive, and `/deleted` that of a filter; clients send them still.
"""

from importlib.resources import files

from kalends.dialects.cliniko import error_names as names
from kalends.dialects.cliniko.auth import key_of
from kalends.dialects.cliniko.errors import answer
from kalends.dialects.cliniko.fields.view import DOOR
from kalends.dialects.cliniko.handlers import (
    appointment_types,
    attendees,
    availability,
    bookings,
    businesses,
    group_appointments,
    individual_appointments,
    invoices,
    patient_cases,
    patients,
    practitioners,
    settings,
    unavailable_blocks,
    users,
)
from kalends.dialects.kit.paths import no_suffix
from kalends.dialects.kit.routing import Route, router_of
from kalends.web.door import Door, DoorRules
from kalends.web.routing import Method

_CHANGE: tuple[Method, ...] = ("PATCH", "PUT")
_PATIENT, _PATIENT_ABOVE = "/patients/{id:str}", "/patients/{patient_id:str}"
_BUSINESS, _BUSINESS_ABOVE = "/businesses/{id:str}", "/businesses/{business_id:str}"
_PRACTITIONER_ABOVE = "/practitioners/{practitioner_id:str}"
_TYPE, _TYPE_ABOVE = "/appointment_types/{id:str}", "/appointment_types/{appointment_type_id:str}"
_FREE = f"{_BUSINESS_ABOVE}{_PRACTITIONER_ABOVE}{_TYPE_ABOVE}"
_CASE = "/patient_cases/{id:str}"
_ATTENDEE = "/attendees/{id:str}"
_GROUP = "/group_appointments/{id:str}"
_APPOINTMENT = "/individual_appointments/{id:str}"
_BLOCK = "/unavailable_blocks/{id:str}"
_OF_CASE = "/patient_cases/{patient_case_id:str}"

ROUTES: tuple[Route, ...] = (
    ("GET", "/patients", patients.listing, names.PATIENTS),
    ("GET", "/patients/archived", patients.archived, names.PATIENTS),
    ("GET", "/patients/deleted", patients.archived, names.PATIENTS),
    ("POST", "/patients", patients.create, names.PATIENTS),
    ("GET", _PATIENT, patients.show, names.PATIENTS),
    (_CHANGE, _PATIENT, patients.update, names.PATIENTS),
    ("DELETE", _PATIENT, patients.archive, names.PATIENTS),
    ("POST", f"{_PATIENT}/archive", patients.archive, names.PATIENTS),
    ("POST", f"{_PATIENT}/unarchive", patients.unarchive, names.PATIENTS),
    ("GET", f"{_PATIENT_ABOVE}/invoices", invoices.of_patient, names.INVOICES),
    ("GET", "/businesses", businesses.listing, names.BUSINESSES),
    ("POST", "/businesses", businesses.create, names.BUSINESSES),
    ("GET", _BUSINESS, businesses.show, names.BUSINESSES),
    (_CHANGE, _BUSINESS, businesses.update, names.BUSINESSES),
    ("DELETE", _BUSINESS, businesses.archive, names.BUSINESSES),
    ("POST", f"{_BUSINESS}/archive", businesses.archive, names.BUSINESSES),
    ("POST", f"{_BUSINESS}/unarchive", businesses.unarchive, names.BUSINESSES),
    ("GET", f"{_BUSINESS_ABOVE}/practitioners", practitioners.of_business, names.PRACTITIONERS),
    ("GET", f"{_BUSINESS_ABOVE}/practitioners/inactive", practitioners.inactive_of_business, names.PRACTITIONERS),
    ("GET", f"{_BUSINESS_ABOVE}/daily_availabilities", availability.days_of_business, names.AVAILABILITY),
    ("GET", f"{_FREE}/available_times", availability.available_times, names.AVAILABILITY),
    ("GET", f"{_FREE}/next_available_time", availability.next_available_time, names.AVAILABILITY),
    ("GET", "/practitioners", practitioners.listing, names.PRACTITIONERS),
    ("GET", "/practitioners/inactive", practitioners.inactive, names.PRACTITIONERS),
    ("GET", "/practitioners/{id:str}", practitioners.show, names.PRACTITIONERS),
    ("GET", f"{_PRACTITIONER_ABOVE}/appointment_types", appointment_types.of_practitioner, names.APPOINTMENT_TYPES),
    ("GET", f"{_PRACTITIONER_ABOVE}/daily_availabilities", availability.days_of_practitioner, names.AVAILABILITY),
    ("GET", f"{_PRACTITIONER_ABOVE}/invoices", invoices.of_practitioner, names.INVOICES),
    ("GET", "/appointment_types", appointment_types.listing, names.APPOINTMENT_TYPES),
    ("POST", "/appointment_types", appointment_types.create, names.APPOINTMENT_TYPES),
    ("GET", _TYPE, appointment_types.show, names.APPOINTMENT_TYPES),
    (_CHANGE, _TYPE, appointment_types.update, names.APPOINTMENT_TYPES),
    ("DELETE", _TYPE, appointment_types.archive, names.APPOINTMENT_TYPES),
    ("POST", f"{_TYPE}/archive", appointment_types.archive, names.APPOINTMENT_TYPES),
    ("GET", f"{_TYPE_ABOVE}/practitioners", practitioners.of_type, names.PRACTITIONERS),
    ("GET", f"{_TYPE_ABOVE}/practitioners/inactive", practitioners.inactive_of_type, names.PRACTITIONERS),
    ("GET", "/availability_blocks", availability.list_blocks, names.AVAILABILITY),
    ("POST", "/availability_blocks", availability.create_block, names.AVAILABILITY),
    ("GET", "/availability_blocks/{id:str}", availability.show_block, names.AVAILABILITY),
    ("GET", "/daily_availabilities", availability.list_days, names.AVAILABILITY),
    ("GET", "/daily_availabilities/{id:str}", availability.show_day, names.AVAILABILITY),
    ("GET", "/invoices", invoices.listing, names.INVOICES),
    ("GET", "/invoices/{id:str}", invoices.show, names.INVOICES),
    ("GET", "/appointments/{appointment_id:str}/invoices", invoices.of_appointment, names.INVOICES),
    ("GET", f"{_OF_CASE}/invoices", invoices.of_case, names.INVOICES),
    ("GET", "/attendees/{attendee_id:str}/invoices", invoices.of_attendee, names.INVOICES),
    ("GET", "/settings", settings.show, names.ANY),
    ("GET", "/settings/public", settings.show_public, names.ANY),
    ("GET", "/user", users.current, names.USERS),
    ("GET", "/users", users.listing, names.USERS),
    ("GET", "/users/{id:str}", users.show, names.USERS),
    ("GET", "/patient_cases", patient_cases.listing, names.PATIENT_CASES),
    ("GET", "/patient_cases/active", patient_cases.active, names.PATIENT_CASES),
    ("POST", "/patient_cases", patient_cases.create, names.PATIENT_CASES),
    ("GET", _CASE, patient_cases.show, names.PATIENT_CASES),
    (_CHANGE, _CASE, patient_cases.update, names.PATIENT_CASES),
    ("POST", f"{_CASE}/archive", patient_cases.archive, names.PATIENT_CASES),
    ("GET", "/attendees", attendees.listing, names.ATTENDEES),
    ("GET", "/attendees/deleted", attendees.deleted, names.ATTENDEES),
    ("GET", "/attendees/cancelled", attendees.cancelled, names.ATTENDEES),
    ("POST", "/attendees", attendees.create, names.ATTENDEES),
    ("GET", _ATTENDEE, attendees.show, names.ATTENDEES),
    (_CHANGE, _ATTENDEE, attendees.update, names.ATTENDEES),
    ("DELETE", _ATTENDEE, attendees.archive, names.ATTENDEES),
    ("POST", f"{_ATTENDEE}/archive", attendees.archive, names.ATTENDEES),
    (_CHANGE, f"{_ATTENDEE}/cancel", attendees.cancel, names.ATTENDEES),
    ("GET", "/attendees/{attendee_id:str}/patient_forms", attendees.forms, names.ATTENDEES),
    ("GET", "/group_appointments/{group_appointment_id:str}/attendees", attendees.of_group, names.ATTENDEES),
    (
        "GET",
        "/individual_appointments/{individual_appointment_id:str}/attendees",
        attendees.of_appointment,
        names.ATTENDEES,
    ),
    ("GET", f"{_OF_CASE}/attendees", attendees.of_case, names.ATTENDEES),
    ("GET", "/group_appointments", group_appointments.listing, names.GROUP_APPOINTMENTS),
    ("GET", "/group_appointments/deleted", group_appointments.deleted, names.GROUP_APPOINTMENTS),
    ("POST", "/group_appointments", group_appointments.create, names.GROUP_APPOINTMENTS),
    ("GET", _GROUP, group_appointments.show, names.GROUP_APPOINTMENTS),
    (_CHANGE, _GROUP, group_appointments.update, names.GROUP_APPOINTMENTS),
    ("DELETE", _GROUP, group_appointments.archive, names.GROUP_APPOINTMENTS),
    ("POST", f"{_GROUP}/archive", group_appointments.archive, names.GROUP_APPOINTMENTS),
    ("GET", f"{_GROUP}/conflicts", group_appointments.conflicts, names.GROUP_APPOINTMENTS),
    ("GET", "/individual_appointments", individual_appointments.listing, names.INDIVIDUAL_APPOINTMENTS),
    ("GET", "/individual_appointments/deleted", individual_appointments.deleted, names.INDIVIDUAL_APPOINTMENTS),
    ("GET", "/individual_appointments/cancelled", individual_appointments.cancelled, names.INDIVIDUAL_APPOINTMENTS),
    ("POST", "/individual_appointments", individual_appointments.create, names.INDIVIDUAL_APPOINTMENTS),
    ("GET", _APPOINTMENT, individual_appointments.show, names.INDIVIDUAL_APPOINTMENTS),
    (_CHANGE, _APPOINTMENT, individual_appointments.update, names.INDIVIDUAL_APPOINTMENTS),
    ("DELETE", _APPOINTMENT, individual_appointments.archive, names.INDIVIDUAL_APPOINTMENTS),
    ("POST", f"{_APPOINTMENT}/archive", individual_appointments.archive, names.INDIVIDUAL_APPOINTMENTS),
    (_CHANGE, f"{_APPOINTMENT}/cancel", individual_appointments.cancel, names.INDIVIDUAL_APPOINTMENTS),
    ("GET", f"{_APPOINTMENT}/conflicts", individual_appointments.conflicts, names.INDIVIDUAL_APPOINTMENTS),
    ("GET", "/unavailable_blocks", unavailable_blocks.listing, names.UNAVAILABLE_BLOCKS),
    ("POST", "/unavailable_blocks", unavailable_blocks.create, names.UNAVAILABLE_BLOCKS),
    ("GET", _BLOCK, unavailable_blocks.show, names.UNAVAILABLE_BLOCKS),
    (_CHANGE, _BLOCK, unavailable_blocks.update, names.UNAVAILABLE_BLOCKS),
    ("DELETE", _BLOCK, unavailable_blocks.archive, names.UNAVAILABLE_BLOCKS),
    ("POST", f"{_BLOCK}/archive", unavailable_blocks.archive, names.UNAVAILABLE_BLOCKS),
    ("GET", f"{_BLOCK}/conflicts", unavailable_blocks.conflicts, names.UNAVAILABLE_BLOCKS),
    ("GET", "/bookings", bookings.listing, names.BOOKINGS),
    ("GET", "/bookings/{id:str}", bookings.show, names.BOOKINGS),
    ("GET", f"{_OF_CASE}/bookings", bookings.of_case, names.BOOKINGS),
)

router = router_of(ROUTES)

door = Door(
    name=DOOR,
    base_path="/cliniko/v1",
    router=router,
    key_of=key_of,
    answer=answer,
    clean_path=no_suffix,
    coverage=files("kalends.dialects.cliniko").joinpath("COVERAGE.md").read_text(encoding="utf-8"),
    show_key="Authorization: Basic, with the key as user name and no password",
    rules=DoorRules(key_limit="200/60"),
)
