"""Staff users and their roles."""

from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import SiteId, SiteRef, UserId, UserRef, write_id
from kalends.api.lists import Listing
from kalends.api.times import Clock, ClockIn, Moment, clock_text, shown
from kalends.engine.accounts.principal import ROLE_SCOPES, Role, Scope
from kalends.engine.accounts.user import StaffNotices, StaffUser
from kalends.engine.accounts.user import UserPatch as EnginePatch
from kalends.engine.patch import changes
from kalends.engine.query import Filter

Name = Annotated[str, Meta(max_length=200, examples=["Olga von Berg"])]
Email = Annotated[
    str,
    Meta(
        extra={"form": "email"}, max_length=255, description="What the user logs in by.", examples=["olga@example.org"]
    ),
]
RoleName: TypeAlias = Annotated[
    Literal["owner", "manager", "staff", "readonly", "practitioner"],
    Meta(description="What the user may do; `/roles` has them.", examples=["staff"]),
]
MostSites = Meta(max_length=1000, description="The only sites that the user sees and changes; null is all.")
Facts = Annotated[
    list[Annotated[Literal["booked", "changed", "cancelled"], Meta(examples=["booked"])]],
    Meta(max_length=3, description="What of bookings the user is told."),
]
OnlyOwn = Annotated[bool, Meta(description="Only of bookings with the person who the user is.", examples=[False])]
Password = Annotated[str, Meta(description="It is not shown again.", examples=["kT7-wPz4-9dQm-XeRb"])]


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is told by mail."""

    facts: Facts
    only_own: OnlyOwn
    daily_at: Annotated[Clock | None, Meta(description="All of a day in one mail, at this time; null is each at once.")]


class NoticesInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a user is to be told by mail."""

    facts: Facts = []
    only_own: OnlyOwn = False
    daily_at: Annotated[
        ClockIn | None, Meta(description="All of a day in one mail, at this time; null is each at once.")
    ] = None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the staff who logs in."""

    id: UserId
    name: Name
    email: Email
    role: RoleName
    sites: Annotated[list[SiteId] | None, Meta(description=MostSites.description)]
    notices: Annotated[Notices | None, Meta(description="Null: owners and managers are told all, others nothing.")]
    disabled_at: Annotated[Moment | None, Meta(description="Since when the user can't log in.")]
    created_at: Moment
    updated_at: Moment


class UserInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new user; called by the e-mail address, unless there is a name."""

    email: Email
    role: RoleName
    name: Name = ""
    sites: Annotated[list[SiteRef], MostSites] | None = None


class UserPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a user; what is left out stays."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    role: RoleName | UnsetType = UNSET
    sites: Annotated[list[SiteRef], MostSites] | UnsetType | None = UNSET
    notices: NoticesInput | UnsetType | None = UNSET


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user who was just added, with the first password."""

    user: User
    password: Password


class NewPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password in place of the former one."""

    password: Password


class UserPath(msgspec.Struct, frozen=True, kw_only=True):
    """One user."""

    user_id: UserRef


class ListUsers(Listing, frozen=True, kw_only=True):
    """Which users to list."""

    role: RoleName | UnsetType = UNSET
    disabled: Annotated[
        Literal["no", "yes", "any"], Meta(description="Whether those that are disabled are listed.", examples=["no"])
    ] = "no"


class RoleWithScopes(msgspec.Struct, frozen=True, kw_only=True):
    """A role, and what whoever has it may do."""

    role: RoleName
    scopes: list[Annotated[Literal["read", "book", "manage", "administer"], Meta(examples=["read"])]]


class Roles(msgspec.Struct, frozen=True, kw_only=True):
    """All roles."""

    data: list[RoleWithScopes]


_DISABLED = {"no": (Filter("disabled_at", "is_null"),), "yes": (Filter("disabled_at", "not_null"),), "any": ()}


def user_filters(params: ListUsers) -> tuple[Filter, ...]:
    """The filters of a list."""
    role = () if params.role is UNSET else (Filter("role", "equal", params.role),)
    return (*role, *_DISABLED[params.disabled])


def site_set(sites: list[int] | None) -> frozenset[int] | None:
    """Sites as the engine takes them; None is all."""
    return None if sites is None else frozenset(sites)


def user_patch(sent: UserPatch) -> EnginePatch:
    """What was sent, as the engine takes it."""
    values: dict[str, Any] = changes(sent)
    if "sites" in values:
        values["site_ids"] = site_set(values.pop("sites"))
    if isinstance(sent.notices, NoticesInput):
        notices = sent.notices
        values["notices"] = StaffNotices(
            facts=tuple(notices.facts), only_own=notices.only_own, digest_minute=notices.daily_at
        )
    return EnginePatch(**values)


def shown_user(user: StaffUser, tz: ZoneInfo) -> User:
    """A user as it is answered; moments are in this zone."""
    return User(
        id=write_id("user", user.id),
        name=user.name,
        email=user.email,
        role=user.role,
        sites=None if user.site_ids is None else [write_id("site", site_id) for site_id in sorted(user.site_ids)],
        notices=None if user.notices is None else _notices(user.notices),
        disabled_at=user.disabled_at and shown(user.disabled_at, tz),
        created_at=shown(user.created_at, tz),
        updated_at=shown(user.updated_at, tz),
    )


def shown_roles() -> Roles:
    """All roles as they are answered."""
    roles: list[tuple[Role, tuple[Scope, ...]]] = list(ROLE_SCOPES.items())
    return Roles(data=[RoleWithScopes(role=role, scopes=list(scopes)) for role, scopes in roles])


def _notices(notices: StaffNotices) -> Notices:
    facts: Any = list(notices.facts)
    minute = notices.digest_minute
    return Notices(facts=facts, only_own=notices.only_own, daily_at=None if minute is None else clock_text(minute))
