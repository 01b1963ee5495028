"""Keys: of programs, and publishable ones of pages."""

from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kalends.api.ids import KeyId, KeyRef, SiteId, SiteRef, write_id, write_optional_id
from kalends.api.lists import Listing
from kalends.api.times import Moment, MomentIn, settled, shown
from kalends.engine.accounts.key import KeyPatch as EnginePatch
from kalends.engine.accounts.principal import SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.engine.limits import LONGEST_LINE
from kalends.engine.patch import changes
from kalends.engine.query import Filter

Name: TypeAlias = Annotated[str, Meta(max_length=LONGEST_LINE, description="What it is for.", examples=["Till"])]
Scopes: TypeAlias = Annotated[
    list[Annotated[Literal["read", "book", "manage", "administer"], Meta(examples=["book"])]],
    Meta(max_length=4, description="What it may do. Whoever may book or manage may also read."),
]
MostSites = Meta(max_length=1000, description="The only sites that it sees and changes; null is all.")
Origins: TypeAlias = Annotated[
    list[Annotated[str, Meta(max_length=LONGEST_LINE, examples=["https://www.example.com"])]],
    Meta(
        max_length=50,
        description="Makes the key publishable: for pages of these origins, in which everybody can read it.",
    ),
]
_EXPIRES = Meta(description="When it ends; null is never.")


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key, without its secret."""

    id: KeyId
    name: Name
    door: Annotated[str, Meta(description="The door that it is for.", examples=["api"])]
    scopes: Scopes
    sites: Annotated[list[SiteId] | None, Meta(description=MostSites.description)]
    origins: Annotated[list[str] | None, Meta(description="Of a publishable key; null for others.", examples=[None])]
    made_by: Annotated[KeyId | None, Meta(description="The key that made it, and with which it ends.")]
    created_at: Moment
    expires_at: Annotated[Moment | None, _EXPIRES]
    revoked_at: Moment | None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made, with its secret."""

    key: Key
    secret: Annotated[str, Meta(description="It is not shown again.", examples=["5f2c" * 16])]


class KeyInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new key of this API; for all sites and with all scopes but administer, unless it says otherwise."""

    name: Name = ""
    scopes: Scopes | UnsetType = UNSET
    sites: Annotated[list[SiteRef], MostSites] | None = None
    origins: Origins | UnsetType = UNSET
    expires_at: Annotated[MomentIn | None, _EXPIRES] = None


class KeyPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a key; what is left out stays. Only publishable keys have origins."""

    name: Name | UnsetType = UNSET
    scopes: Scopes | UnsetType = UNSET
    sites: Annotated[list[SiteRef], MostSites] | UnsetType | None = UNSET
    origins: Origins | UnsetType = UNSET
    expires_at: Annotated[MomentIn | UnsetType | None, _EXPIRES] = UNSET


class KeyPath(msgspec.Struct, frozen=True, kw_only=True):
    """One key."""

    key_id: KeyRef


class ListKeys(Listing, frozen=True, kw_only=True):
    """Which keys to list."""

    revoked: Annotated[
        Literal["no", "yes", "any"], Meta(description="Whether those that are revoked are listed.", examples=["no"])
    ] = "no"


_REVOKED = {"no": (Filter("revoked_at", "is_null"),), "yes": (Filter("revoked_at", "not_null"),), "any": ()}


def key_filters(params: ListKeys) -> tuple[Filter, ...]:
    """The filters of a list."""
    return _REVOKED[params.revoked]


def key_terms(sent: KeyInput, tz: ZoneInfo) -> dict[str, Any]:
    """The terms of a new key, as `create_key` takes them. Raises SkippedTime, RepeatedTime."""
    return {
        "name": sent.name,
        "site_ids": None if sent.sites is None else frozenset(sent.sites),
        "scopes": None if sent.scopes is UNSET else sent.scopes,
        "expires_at": sent.expires_at and settled(sent.expires_at, tz, "/expires_at"),
        "origins": None if sent.origins is UNSET else sent.origins,
    }


def key_patch(sent: KeyPatch, tz: ZoneInfo) -> EnginePatch:
    """What was sent, as the engine takes it. Raises SkippedTime, RepeatedTime."""
    values: dict[str, Any] = changes(sent)
    if "sites" in values:
        sites = values.pop("sites")
        values["site_ids"] = None if sites is None else frozenset(sites)
    if values.get("expires_at") is not None:
        values["expires_at"] = settled(values["expires_at"], tz, "/expires_at")
    containers = {"scopes": frozenset, "origins": tuple}
    return EnginePatch(
        **{name: containers[name](value) if name in containers else value for name, value in values.items()}
    )


def shown_key(key: AccessToken, tz: ZoneInfo) -> Key:
    """A key as it is answered; moments are in this zone."""
    return Key(
        id=write_id("key", key.id),
        name=key.name,
        door=key.door,
        scopes=[scope for scope in SCOPES if scope in key.scopes],
        sites=None if key.site_ids is None else [write_id("site", site_id) for site_id in sorted(key.site_ids)],
        origins=None if key.origins is None else list(key.origins),
        made_by=write_optional_id("key", key.made_by_id),
        created_at=shown(key.created_at, tz),
        expires_at=key.expires_at and shown(key.expires_at, tz),
        revoked_at=key.revoked_at and shown(key.revoked_at, tz),
    )
