"""Staff users of an account: create, list and disable them, and reset their passwords."""

import secrets
from collections.abc import Collection

import msgspec

from kalends.actions.access import allow, logged_in
from kalends.actions.accounts.logins import save_password
from kalends.actions.accounts.passwords import hash_password, random_password
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry, add_journal_images
from kalends.engine.accounts.hourly_password import shared_secret
from kalends.engine.accounts.principal import ROLE_SCOPES, KeyScope, Role
from kalends.engine.accounts.user import StaffNotices, StaffUser, check_notices, checked_user
from kalends.engine.query import Page, Query
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.accounts import tokens, users
from kalends.store.accounts.users import Credential

_RANDOM_BYTES = 6
"""Of the address of a program."""


@allow("administer")
async def create_user(
    ctx: Context,
    email: str,
    role: Role,
    name: str = "",
    site_ids: frozenset[int] | None = None,
    *,
    hourly: bool = False,
) -> tuple[StaffUser, str]:
    """Create a staff user who logs in with an e-mail address; returns the user and an initial random password.

    The password can't be read again. `site_ids` None: all sites. `hourly`: passwords made from it are accepted too, as
    in engine.accounts.hourly_password. Raises Duplicate(email), Invalid(email: blank,
    invalid; name: too_long; role: unknown; site_ids: not_for_owners).
    """
    user = checked_user(
        StaffUser(
            account_id=ctx.account.id,
            name=name,
            email=email,
            role=role,
            site_ids=site_ids,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
    )
    password = random_password()
    password_hash = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await users.add_user(tx.db, user)
        await save_password(tx, _credential(user, password_hash, shared_secret(password) if hourly else None))
        await add_journal_entry(tx, "add", None, user)
    return user, password


@allow("administer")
async def create_program_user(
    ctx: Context,
    name: str,
    scopes: Collection[KeyScope],
    site_ids: frozenset[int] | None = None,
    *,
    hourly: bool = False,
) -> tuple[StaffUser, str]:
    """Create a staff user for a program that logs in as people do; returns it and its random password.

    `hourly` is as in `create_user`. The e-mail address is made up, in a domain that never exists (RFC 2606).
    Raises Invalid(scopes: unsupported, if no role has just these; name: too_long).
    """
    roles = [role for role, granted in ROLE_SCOPES.items() if set(granted) == {"read", *scopes}]
    if not roles:
        raise Invalid(Fault("scopes", "unsupported"))
    email = f"{secrets.token_hex(_RANDOM_BYTES)}@{ctx.account.slug}.invalid"
    return await create_user(ctx, email, roles[0], name, site_ids, hourly=hourly)


@allow("administer")
async def list_users(ctx: Context) -> list[StaffUser]:
    """List the account's staff users, oldest first, including disabled ones."""
    return await users.list_users(ctx.db, ctx.account.id)


@logged_in
async def get_own_user(ctx: Context) -> StaffUser:
    """Return the staff user who makes the request. Raises NotFound(user) to a customer."""
    user_id = ctx.principal.id if ctx.principal.kind == "user" else None
    user = await users.find_user(ctx.db, ctx.account.id, user_id or 0)
    if user is None:
        raise NotFound("user", ctx.principal.id)
    return user


@allow("read")
async def query_users(ctx: Context, query: Query) -> Page[StaffUser]:
    """Return one page of the staff users at the caller's sites, filtered and sorted; disabled ones too.

    Raises Invalid(field: unsupported, invalid; cursor: invalid).
    """
    return Page(*await users.query_users(ctx.db, ctx.account.id, query, ctx.site_ids))


@allow("administer")
async def set_notices(ctx: Context, email: str, notices: StaffNotices | None) -> StaffUser:
    """Say what a user is told of bookings by mail; None: what their role is told.

    Raises NotFound(user), Invalid(facts: unknown; digest_minute: out_of_range).
    """
    if notices is not None:
        check_notices(notices)
    async with transaction(ctx) as tx:
        present = await _lock(tx, email)
        if present.notices == notices:
            return present
        changed = msgspec.structs.replace(present, notices=notices, updated_at=ctx.now)
        await users.save_notices(tx.db, changed)
        await add_journal_entry(tx, "change", present, changed)
    return changed


@allow("administer")
async def disable_user(ctx: Context, email: str) -> StaffUser:
    """Bar a user from logging in and end all their login sessions; no change if disabled already.

    Raises NotFound(user).
    """
    async with transaction(ctx) as tx:
        present = await _lock(tx, email)
        if present.disabled_at is not None:
            return present
        disabled = msgspec.structs.replace(present, disabled_at=ctx.now, updated_at=ctx.now)
        await users.disable_user(tx.db, disabled)
        await tokens.revoke_sessions(tx.db, ctx.account.id, present.id, None, ctx.now)
        await add_journal_entry(tx, "disable", present, disabled)
    return disabled


@allow("administer")
async def reset_password(ctx: Context, email: str) -> str:
    """Give a user a new random password, which is returned, and end all their login sessions. Raises NotFound(user)."""
    password = random_password()
    password_hash = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await _lock(tx, email)
        present = await users.find_credential(tx.db, ctx.account.id, user.id, None)
        hourly_secret = shared_secret(password) if present and present.hourly_secret else None
        await save_password(tx, _credential(user, password_hash, hourly_secret))
        await add_journal_images(tx, "password", "staff_user", user.id, {}, {})
    return password


async def _lock(ctx: Context, email: str) -> StaffUser:
    user = await users.lock_user(ctx.db, ctx.account.id, email.strip())
    if user is None:
        raise NotFound("user", email)
    return user


def _credential(user: StaffUser, password_hash: str, hourly_secret: str | None) -> Credential:
    return Credential(
        account_id=user.account_id,
        user_id=user.id,
        login=user.email,
        password_hash=password_hash,
        hourly_secret=hourly_secret,
    )
