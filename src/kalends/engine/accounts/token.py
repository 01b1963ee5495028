"""Access tokens: the secrets with which keys, users, customers and guests authenticate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from kalends.engine.accounts.principal import ROLE_SCOPES, SCOPES, Principal, Role, Scope

TokenKind = Literal["key", "user", "customer", "guest"]


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """An access token of an account for one door, without the secret itself.

    It is a key, the login session of a user or customer, a guest's link to an item or a booking, or the token of a
    device: a guest's while nobody is logged in there, else the customer's. `site_ids` None means all sites,
    `expires_at` None never. `made_by_id` is the key that made this key. `origins` are set for publishable keys, and for
    links that these gave out: the origins of the pages that may use them. `given_away` has the ids of items to which
    the link to a booking leads no more, and since when they are somebody else's.
    """

    account_id: int
    id: int = 0
    kind: TokenKind
    door: str
    name: str = ""
    scopes: frozenset[Scope]
    site_ids: frozenset[int] | None = None
    user_id: int | None = None
    customer_id: int | None = None
    item_id: int | None = None
    booking_id: int | None = None
    device_id: int | None = None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    made_by_id: int | None = None
    origins: tuple[str, ...] | None = None
    given_away: Mapping[str, str] = {}
    revision: int = 0

    def is_valid(self, now: datetime) -> bool:
        """Whether the token is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class TokenOwner(msgspec.Struct, frozen=True):
    """The current state of who owns a token: display name, role (staff users only), the sites they may see, and for
    practitioners the resources who they are.

    `maker_scopes` are the present scopes of the key that made this key, None if none did.
    """

    name: str
    role: Role | None
    site_ids: frozenset[int] | None
    maker_scopes: frozenset[Scope] | None = None
    resource_ids: frozenset[int] | None = None


def principal_of(token: AccessToken, owner: TokenOwner) -> Principal:
    """The principal of a request with this token. A staff user has only the scopes that the current role allows, a key
    only those that the key that made it still has. A publishable key is a guest, who sees what is public."""
    scopes = token.scopes if owner.role is None else token.scopes & frozenset(ROLE_SCOPES[owner.role])
    scopes = scopes if owner.maker_scopes is None else scopes & owner.maker_scopes
    return Principal(
        kind="guest" if token.kind == "key" and token.origins is not None else token.kind,
        id=token.user_id or token.customer_id or token.id,
        name=owner.name,
        door=token.door,
        role=owner.role,
        scopes=scopes,
        site_ids=owner.site_ids,
        resource_ids=owner.resource_ids,
        customer_id=token.customer_id,
        item_id=token.item_id,
        booking_id=token.booking_id,
        given_away=frozenset(map(int, token.given_away)),
        device_id=token.device_id,
        token_id=token.id,
        origins=token.origins,
        expires_at=token.expires_at,
    )


def login_session(account_id: int, user_id: int, door: str, now: datetime, lifetime: timedelta) -> AccessToken:
    """The token of a staff user who logs in through a door now, for `lifetime` at most."""
    return AccessToken(
        account_id=account_id,
        kind="user",
        door=door,
        scopes=frozenset(SCOPES),
        user_id=user_id,
        created_at=now,
        expires_at=now + lifetime,
    )
