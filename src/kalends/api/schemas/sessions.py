"""Group sessions: planned occurrences that many can attend."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import (
    CustomerRef,
    ItemRef,
    ResourceId,
    ResourceRef,
    ServiceId,
    ServiceRef,
    SessionId,
    SessionRef,
    SiteRef,
)
from kalends.api.lists import Listing
from kalends.api.schemas.items import Scope, Status
from kalends.api.schemas.lines import (
    FROM,
    Also,
    Custom,
    CustomerDetails,
    ExternalId,
    Notes,
    Notify,
    Overlap,
    Title,
    Units,
)
from kalends.api.times import Moment, MomentIn
from kalends.engine.limits import LONGEST_TEXT, MOST_UNITS

Capacity = Annotated[int, Meta(ge=0, le=MOST_UNITS, description="Seats.", examples=[12])]
Rule = Annotated[
    str,
    Meta(
        extra={"form": "rrule"},
        max_length=LONGEST_TEXT,
        description="RFC 5545, RRULE.",
        examples=["FREQ=WEEKLY;COUNT=8"],
    ),
]
Dates = Annotated[str, Meta(max_length=LONGEST_TEXT, description="RFC 5545.", examples=["VALUE=DATE:20270312"])]


class Recurrence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it recurs, in the words of RFC 5545, by the clock of its site."""

    rrule: Rule | UnsetType = UNSET
    rdate: Dates | UnsetType = UNSET
    exdate: Dates | UnsetType = UNSET


class Session(msgspec.Struct, frozen=True, kw_only=True, rename=FROM):
    """A planned occurrence that many can attend."""

    id: SessionId
    series: Annotated[str | None, Meta(description="The same for those that were added together.", examples=[None])]
    service: ServiceId | None
    resource: ResourceId | None
    also: Annotated[list[ResourceId], Meta(description="Resources that it takes as well.", examples=[[]])]
    title: Title
    notes: Notes
    from_: Moment
    to: Moment
    time_zone: Annotated[str, Meta(description="That of its site.", examples=["Europe/Oslo"])]
    capacity: Capacity
    taken: Annotated[int, Meta(description="Seats that are taken.", examples=[5])]
    free: Annotated[int, Meta(description="Seats that are free.", examples=[7])]
    external_id: ExternalId | None
    custom: Custom | None
    archived_at: Moment | None
    removed_at: Moment | None
    created_at: Moment
    updated_at: Moment


class SessionPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """Changes of a session, and by `scope` of others of its series, which are moved by as much; what is left out
    stays. Seats move with their session."""

    scope: Scope = "this"

    from_: Annotated[MomentIn | UnsetType, Meta(description="Alone, it keeps the length.")] = UNSET
    to: MomentIn | UnsetType = UNSET
    service: ServiceRef | UnsetType | None = UNSET
    resource: ResourceRef | UnsetType | None = UNSET
    also: Also | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    external_id: ExternalId | UnsetType | None = UNSET
    custom: Custom | UnsetType | None = UNSET
    overlap: Overlap = False
    notify: Notify = True


class SessionInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """A new session. What is left out is as its service has it."""

    from_: MomentIn
    to: Annotated[MomentIn | UnsetType, Meta(description="Without it, as long as the service takes.")] = UNSET
    service: ServiceRef | UnsetType = UNSET
    resource: ResourceRef | UnsetType = UNSET
    also: Also | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    external_id: ExternalId | UnsetType = UNSET
    custom: Custom | UnsetType = UNSET
    overlap: Overlap = False


class RecurringSession(SessionInput, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=FROM):
    """New sessions that recur, the first of which is described. Days on which a resource is closed are left out."""

    recurrence: Recurrence


class AttendeeInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who attends a session, and how many seats they take."""

    customer: CustomerRef | UnsetType = UNSET
    customer_details: CustomerDetails | UnsetType = UNSET
    units: Units = 1
    title: Title | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    overlap: Overlap = False
    notify: Notify = True


class Attendance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the customer of a seat attended; null clears it."""

    item: ItemRef
    status: Status | None


class Roll(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came and who did not, all or none."""

    attendance: Annotated[list[Attendance], Meta(min_length=1, max_length=1000)]


class SessionPath(msgspec.Struct, frozen=True, kw_only=True):
    """One session."""

    session_id: SessionRef


class RemoveSession(SessionPath, frozen=True, kw_only=True):
    """One session, it and the later ones of its series, or all of them."""

    scope: Scope = "this"


class ListAttendees(Listing, frozen=True, kw_only=True):
    """The seats of one session."""

    session_id: SessionRef


class ListSessions(Listing, frozen=True, kw_only=True, rename=FROM):
    """Which sessions to list."""

    from_: Annotated[MomentIn | UnsetType, Meta(description="Those that end after it.")] = UNSET
    to: Annotated[MomentIn | UnsetType, Meta(description="Those that begin before it.")] = UNSET
    service: list[ServiceRef] | UnsetType = UNSET
    resource: list[ResourceRef] | UnsetType = UNSET
    site: list[SiteRef] | UnsetType = UNSET
    removed: Annotated[
        Literal["no", "yes", "any"],
        Meta(description="Whether those that are removed or archived are listed.", examples=["no"]),
    ] = "no"
    order: Annotated[Literal["from", "-from"], Meta(examples=["from"])] = "from"
