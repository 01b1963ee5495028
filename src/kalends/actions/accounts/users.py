"""Staff users of an account: made with a first password, disabled, given a new password."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.accounts.logins import keep_password
from kalends.actions.accounts.passwords import hash_password, random_password
from kalends.actions.context import Context, transaction
from kalends.actions.journal import note, note_images
from kalends.engine.accounts.principal import Role
from kalends.engine.accounts.user import StaffUser, checked_user
from kalends.engine.refusals import NotFound
from kalends.store.accounts import tokens, users
from kalends.store.accounts.users import Credential


@allow("administer")
async def create_user(
    ctx: Context, email: str, role: Role, name: str = "", site_ids: frozenset[int] | None = None
) -> tuple[StaffUser, str]:
    """A new member of staff who logs in with this e-mail address, and a first password, which nobody can read again.

    Raises Duplicate(email), Invalid (email: blank or invalid; name: too_long; role: unknown; site_ids: not_for_owners).
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
    hashed = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await users.add_user(tx.db, user)
        await keep_password(tx, _credential(user, hashed))
        await note(tx, "add", None, user)
    return user, password


@allow("administer")
async def list_users(ctx: Context) -> list[StaffUser]:
    """The account's staff users, the oldest first, also those who are disabled."""
    return await users.list_users(ctx.db, ctx.account.id)


@allow("administer")
async def disable_user(ctx: Context, email: str) -> StaffUser:
    """Let a user log in no more, and end all their login sessions; again it changes nothing. Raises NotFound(user)."""
    async with transaction(ctx) as tx:
        present = await _locked(tx, email)
        if present.disabled_at is not None:
            return present
        wanted = msgspec.structs.replace(present, disabled_at=ctx.now, updated_at=ctx.now)
        await users.disable_user(tx.db, wanted)
        await tokens.revoke_sessions(tx.db, ctx.account.id, present.id, None, ctx.now)
        await note(tx, "disable", present, wanted)
    return wanted


@allow("administer")
async def reset_password(ctx: Context, email: str) -> str:
    """A new random password for a user, all of whose login sessions end. Raises NotFound(user)."""
    password = random_password()
    hashed = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await _locked(tx, email)
        await keep_password(tx, _credential(user, hashed))
        await note_images(tx, "password", "staff_user", user.id, {}, {})
    return password


async def _locked(ctx: Context, email: str) -> StaffUser:
    user = await users.lock_user(ctx.db, ctx.account.id, email.strip())
    if user is None:
        raise NotFound("user", email)
    return user


def _credential(user: StaffUser, password_hash: str) -> Credential:
    return Credential(account_id=user.account_id, user_id=user.id, login=user.email, password_hash=password_hash)
