"""Staff users of an account: created and found."""

import secrets
from collections.abc import Collection

from kalends.actions.access import allow, internal, logged_in
from kalends.actions.accounts.logins import save_password
from kalends.actions.accounts.passwords import hash_password, random_password
from kalends.actions.context import Context, transaction
from kalends.actions.journal import add_journal_entry
from kalends.engine.accounts.hourly_password import shared_secret
from kalends.engine.accounts.principal import ROLE_SCOPES, Role, Scope
from kalends.engine.accounts.user import StaffUser, checked_user
from kalends.engine.query import Filter, OffsetPage, Page, Query
from kalends.engine.refusals import Fault, Forbidden, Invalid, NotFound
from kalends.store.accounts import users
from kalends.store.accounts.users import Credential
from kalends.store.catalog.sites import find_sites

_RANDOM_BYTES = 6
"""Of the address of a program."""


@allow("administer", whole_account=True)
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
    in engine.accounts.hourly_password.

    Raises Forbidden (an owner, by a key), Duplicate(email), Invalid(email: blank, invalid; name: too_long, invalid;
    role: unknown; site_ids: not_for_owners, unknown).
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
        ),
        await site_ids_of(ctx),
    )
    check_no_owner(ctx, user)
    password = random_password()
    password_hash = await hash_password(password)
    async with transaction(ctx) as tx:
        user = await users.add_user(tx.db, user)
        await save_password(tx, user_credential(user, password_hash, shared_secret(password) if hourly else None))
        await add_journal_entry(tx, "add", None, user)
    return user, password


@allow("administer", whole_account=True)
async def create_program_user(
    ctx: Context,
    name: str,
    scopes: Collection[Scope],
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


@allow("read")
async def get_user(ctx: Context, user_id: int) -> StaffUser:
    """Return one staff user at the caller's sites, disabled or not. Raises NotFound(user)."""
    page = await query_users(ctx, Query(OffsetPage(1), (Filter("id", "equal", user_id),)))
    if not page.rows:
        raise NotFound("user", user_id)
    return page.rows[0]


@internal
async def site_ids_of(ctx: Context) -> list[int]:
    """The ids of the account's sites."""
    return [site.id for site in await find_sites(ctx.db, ctx.account.id)]


def user_credential(user: StaffUser, password_hash: str, hourly_secret: str | None) -> Credential:
    """What a user logs in with."""
    return Credential(
        account_id=user.account_id,
        user_id=user.id,
        login=user.email,
        password_hash=password_hash,
        hourly_secret=hourly_secret,
    )


@internal
def check_no_owner(ctx: Context, *users: StaffUser) -> None:
    """Raises Forbidden if a key is about to make or change an owner, who may do all and does not end with the key."""
    if ctx.principal.kind == "key" and any(user.role == "owner" for user in users):
        raise Forbidden()
