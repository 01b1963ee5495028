"""Staff users: changed, barred from logging in and let in again, given a new password.

A user is named by id or, by people, by e-mail address. An owner who can log in is always left, unless the operator at a
terminal wants none.
"""

from collections.abc import Callable

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.logins import save_password
from kalends.actions.accounts.passwords import hash_password, random_password
from kalends.actions.accounts.users import check_no_owner, site_ids_of, user_credential
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_expected
from kalends.actions.journal import add_journal_entry, add_journal_images
from kalends.engine.accounts.hourly_password import shared_secret
from kalends.engine.accounts.user import StaffUser, UserPatch, changed_user
from kalends.engine.patch import next_revision
from kalends.engine.refusals import Fault, Invalid, NotFound
from kalends.store.accounts import tokens, users
from kalends.store.accounts.passkeys import remove_passkeys


@allow("administer", whole_account=True)
async def change_user(ctx: Context, which: int | str, patch: UserPatch) -> StaffUser:
    """Change a user; what changes counts from the next request on, also in login sessions that have begun.

    Raises NotFound(user), Forbidden (an owner, by a key), Duplicate(email), Invalid(email: blank, invalid; name:
    too_long, invalid; role: unknown, last_owner; site_ids: not_for_owners, unknown; facts: unknown; digest_minute:
    out_of_range).
    """
    sites = await site_ids_of(ctx)
    return await _change(ctx, which, "change", lambda present: changed_user(present, patch, sites))


@allow("administer", whole_account=True)
async def disable_user(ctx: Context, which: int | str) -> StaffUser:
    """Bar a user from logging in and end all their login sessions; no change if disabled already.

    Raises NotFound(user), Forbidden (an owner, by a key), Invalid(role: last_owner).
    """
    async with transaction(ctx) as tx:
        disabled = await _change(
            tx,
            which,
            "disable",
            lambda present: msgspec.structs.replace(present, disabled_at=present.disabled_at or ctx.now),
        )
        await tokens.revoke_sessions(tx.db, ctx.account.id, disabled.id, None, ctx.now)
    return disabled


@allow("administer", whole_account=True)
async def enable_user(ctx: Context, which: int | str) -> StaffUser:
    """Let a disabled user log in again, with the password that they had.

    Raises NotFound(user), Forbidden (an owner, by a key).
    """
    return await _change(ctx, which, "enable", lambda present: msgspec.structs.replace(present, disabled_at=None))


@allow("administer", whole_account=True)
async def reset_password(ctx: Context, which: int | str) -> str:
    """Give a user a new random password, which is returned; end all their login sessions, and forget their passkeys.

    Raises NotFound(user), Forbidden (an owner, by a key).
    """
    password = random_password()
    password_hash = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await _lock(tx, which)
        present = await users.find_credential(tx.db, ctx.account.id, user.id, None)
        hourly_secret = shared_secret(password) if present and present.hourly_secret else None
        await save_password(tx, user_credential(user, password_hash, hourly_secret))
        await remove_passkeys(tx.db, ctx.account.id, user.id)
        await add_journal_images(tx, "password", "staff_user", user.id, {}, {})
    return password


async def _change(ctx: Context, which: int | str, verb: str, change: Callable[[StaffUser], StaffUser]) -> StaffUser:
    async with transaction(ctx) as tx:
        owners = await users.lock_owners(tx.db, ctx.account.id)
        present = await _lock(tx, which)
        image = next_revision(present, change(present), ctx.now, ctx.actor)
        if image is present:
            return present
        check_no_owner(ctx, image)
        if owners == [present.id] and not image.is_owner and ctx.principal.kind != "system":
            raise Invalid(Fault("role", "last_owner"))
        await users.save_user(tx.db, image)
        await add_journal_entry(tx, verb, present, image)
    return image


async def _lock(ctx: Context, which: int | str) -> StaffUser:
    user = await users.lock_user(ctx.db, ctx.account.id, which.strip() if isinstance(which, str) else which)
    if user is None:
        raise NotFound("user", which)
    check_no_owner(ctx, user)
    check_expected(ctx, user)
    return user
