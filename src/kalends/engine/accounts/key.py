"""Keys: the secrets of programs; and publishable keys, which stand in pages that everybody can read."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.accounts.principal import OWN_SCOPES, SCOPES, Principal, Scope
from kalends.engine.accounts.token import AccessToken
from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault, Forbidden, Invalid

MOST_ORIGINS = 50
# An origin as browsers send it (RFC 6454, 6.1): in lower case, without a path and without the scheme's own port.
_ORIGIN = re.compile(r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?", re.ASCII)
_USUAL_PORT = re.compile(r"(?<=^http://)(.*):80$|(?<=^https://)(.*):443$")


class KeyPatch(Patch, frozen=True, kw_only=True):
    """Changes to a key. Whether it is publishable can't be changed: `origins` are for those that are."""

    name: str | UnsetType = UNSET
    scopes: frozenset[Scope] | UnsetType = UNSET
    site_ids: frozenset[int] | UnsetType | None = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    origins: tuple[str, ...] | UnsetType = UNSET


def checked_key(key: AccessToken, now: datetime, sites: Collection[int]) -> AccessToken:
    """The key, validated, with the scope read added. `sites` are the ids of the account's sites.

    Raises Invalid(name: invalid, too_long; scopes: blank, unknown, not_for_publishable; site_ids: unknown,
    not_for_administering; expires_at: past; origins: blank, invalid, too_many).
    """
    faults = text_faults("name", key.name, LONGEST_LINE)
    faults += [] if key.scopes else [Fault("scopes", "blank")]
    faults += [Fault("scopes", "unknown")] if key.scopes - frozenset(SCOPES) else []
    # Who administers makes keys and users, which could then see sites that they can't.
    is_limited = "administer" in key.scopes and key.site_ids is not None
    faults += [Fault("site_ids", "not_for_administering")] if is_limited else []
    faults += [] if (key.site_ids or frozenset()) <= frozenset(sites) else [Fault("site_ids", "unknown")]
    faults += [] if key.is_valid(now) else [Fault("expires_at", "past")]
    raise_if_faults([*faults, *_publishable_faults(key)])
    return msgspec.structs.replace(key, scopes=key.scopes | {"read"})


def changed_key(key: AccessToken, patch: KeyPatch, now: datetime, sites: Collection[int]) -> AccessToken:
    """The key with the patch applied. `sites` are the ids of the account's sites.

    Raises Invalid(origins: fixed, if it is not publishable) and what `checked_key` finds invalid: name: invalid,
    too_long; scopes: blank, unknown, not_for_publishable; site_ids: unknown, not_for_administering; expires_at: past;
    origins:
    blank, invalid, too_many.
    """
    if patch.origins is not UNSET:
        if key.origins is None:
            raise Invalid(Fault("origins", "fixed"))
        patch = msgspec.structs.replace(patch, origins=normalized_origins(patch.origins))
    return checked_key(patched(key, patch), now, sites)


def check_granted(maker: Principal, key: AccessToken) -> None:
    """Raises Invalid(scopes, site_ids: not_granted) if a key would be allowed more than the key that makes it, or would
    administer: only people and operators grant that."""
    if maker.kind != "key":
        return
    exceeds_sites = maker.site_ids is not None and (key.site_ids is None or not key.site_ids <= maker.site_ids)
    faults = [Fault("scopes", "not_granted")] if key.scopes - (maker.scopes - {"administer"}) else []
    raise_if_faults(faults + ([Fault("site_ids", "not_granted")] if exceeds_sites else []))


def check_may_change(maker: Principal, key: AccessToken, *, itself: bool = False) -> None:
    """Raises Forbidden if a key would change a key that administers; `itself`: but it may be that key."""
    if maker.kind == "key" and "administer" in key.scopes and not (itself and key.id == maker.id):
        raise Forbidden()


def normalized_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """The origins as browsers send them, none twice: in lower case, without a slash at the end and a usual port."""
    plain = (origin.strip().lower().removesuffix("/") for origin in origins)
    return tuple(dict.fromkeys(_USUAL_PORT.sub(r"\1\2", origin) for origin in plain))


def is_origin(text: str) -> bool:
    """Whether this is the origin of a page, as browsers send it."""
    return len(text) <= LONGEST_LINE and _ORIGIN.fullmatch(text) is not None


def _publishable_faults(key: AccessToken) -> list[Fault]:
    if key.origins is None:
        return []
    faults = [Fault("scopes", "not_for_publishable")] if key.scopes - frozenset(OWN_SCOPES) else []
    faults += [] if key.origins else [Fault("origins", "blank")]
    faults += [Fault("origins", "too_many")] if len(key.origins) > MOST_ORIGINS else []
    valid = all(map(is_origin, key.origins))
    return faults if valid else [*faults, Fault("origins", "invalid")]
