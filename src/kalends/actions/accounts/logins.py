"""Logging in and out, for staff users and for customers, and the passwords that they log in with.

A login session is an access token like a key: it belongs to one door, expires, and is revoked at once.
"""

import hashlib
from datetime import datetime, timedelta

import msgspec

from kalends.actions.access import allow, internal, logged_in
from kalends.actions.accounts import login_attempts
from kalends.actions.accounts.keys import keep_with_secret, recognise
from kalends.actions.accounts.login_attempts import PER_ADDRESS, PER_LOGIN, PER_LOGIN_AND_ADDRESS, Subjects
from kalends.actions.accounts.passwords import check_password, hash_password, is_password
from kalends.actions.context import Context, transaction
from kalends.engine.accounts.principal import OWN_SCOPES, SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.engine.refusals import Fault, Invalid, NotFound, Unauthenticated
from kalends.store import db as store_db
from kalends.store.accounts import tokens, users
from kalends.store.accounts.users import Credential
from kalends.store.customers import customers
from kalends.store.db import Db

_LONGEST_LOGIN = 254


class LoginAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who says who they are: to which account (its slug), as staff user or as customer, through which door.

    `address` is where they are, as web.limits.address has it; `lifetime` is how long the session lasts at most.
    """

    account: str
    staff: bool
    login: str
    password: str
    door: str
    address: str
    lifetime: timedelta

    @property
    def subjects(self) -> Subjects:
        """What the attempt is counted by; logins by a digest, as people type passwords where their name belongs."""
        named = f"{self.account} {self.staff} {self.login.strip().lower()}".encode(errors="surrogatepass")
        login = f"login {hashlib.sha256(named).hexdigest()}"
        return {
            f"{login} {self.address}": PER_LOGIN_AND_ADDRESS,
            f"login {self.address}": PER_ADDRESS,
            login: PER_LOGIN,
        }


async def log_in(db: Db, now: datetime, attempt: LoginAttempt) -> tuple[Context, str]:
    """Begin a login session: the context of its owner, and its secret, which nobody can read again.

    `db` is the pool, so that no connection waits while the password is verified. Raises TooManyAttempts, and
    Unauthenticated: the same and after the same time for an unknown account or login, a wrong password, a user who is
    disabled and a customer who is deleted.
    """
    await login_attempts.count_attempt(db, now, attempt.subjects)
    found = await users.find_login(db, attempt.account, attempt.staff, attempt.login.strip())
    fits = await is_password(attempt.password, found[1].password_hash if found else None)
    if not fits or found is None:
        raise Unauthenticated
    await login_attempts.take_back_attempt(db, now, attempt.subjects)
    account, credential = found
    token = AccessToken(
        account_id=account.id,
        kind="user" if attempt.staff else "customer",
        door=attempt.door,
        scopes=frozenset(SCOPES if attempt.staff else OWN_SCOPES),
        user_id=credential.user_id,
        customer_id=credential.customer_id,
        created_at=now,
        expires_at=now + attempt.lifetime,
    )
    async with store_db.transaction(db) as tx:
        # A password that is being changed ends all sessions: this one must not begin just after that.
        if not await users.share_credential(tx, credential):
            raise Unauthenticated
        _, secret = await keep_with_secret(tx, token)
    return await recognise(db, now, attempt.door, secret), secret


@logged_in
async def log_out(ctx: Context) -> None:
    """End the login session that asks; the next request with it is refused."""
    await tokens.revoke_token(ctx.db, ctx.account.id, ctx.principal.token_id or 0, ctx.now)


@logged_in
async def log_out_everywhere(ctx: Context) -> None:
    """End all login sessions of whoever asks, through all doors."""
    await tokens.revoke_sessions(ctx.db, ctx.account.id, *_owner(ctx), ctx.now)


@logged_in
async def change_password(ctx: Context, old: str, new: str) -> None:
    """Replace one's own password, and end all one's login sessions, also the one that asks.

    Raises Invalid (old_password: invalid; password: too_short or too_long), TooManyAttempts.
    """
    check_password(new)
    subjects = {f"password {ctx.account.id} {ctx.actor}": PER_LOGIN_AND_ADDRESS}
    await login_attempts.count_attempt(ctx.db, ctx.now, subjects)
    credential = await users.find_credential(ctx.db, ctx.account.id, *_owner(ctx))
    if credential is None or not await is_password(old, credential.password_hash):
        raise Invalid(Fault("old_password", "invalid"))
    await login_attempts.take_back_attempt(ctx.db, ctx.now, subjects)
    await keep_password(ctx, msgspec.structs.replace(credential, password_hash=await hash_password(new)))


@allow("book")
async def set_customer_login(ctx: Context, customer_id: int, login: str, password: str) -> None:
    """Let a customer log in, or give them another login and password; all their login sessions end.

    Raises NotFound(customer), Duplicate(login), Invalid (login: blank or too_long; password: too_short or too_long).
    """
    check_password(password)
    login = login.strip()
    if not login or len(login) > _LONGEST_LOGIN:
        raise Invalid(Fault("login", "too_long" if login else "blank"))
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None or customer.deleted_at is not None:
        raise NotFound("customer", customer_id)
    hashed = await hash_password(password)
    await keep_password(
        ctx, Credential(account_id=ctx.account.id, customer_id=customer_id, login=login, password_hash=hashed)
    )


@internal
async def keep_password(ctx: Context, credential: Credential) -> None:
    """Give the credential's owner this login and password, and end all their login sessions. Raises Duplicate(login).

    The password is hashed before a transaction begins, so that none waits for it.
    """
    async with transaction(ctx) as tx:
        await users.save_credential(tx.db, credential, ctx.now)
        await tokens.revoke_sessions(tx.db, ctx.account.id, credential.user_id, credential.customer_id, ctx.now)


def _owner(ctx: Context) -> tuple[int | None, int | None]:
    """The id of the staff user, the id of the customer; one of them is None."""
    return (ctx.principal.id if ctx.principal.kind == "user" else None), ctx.principal.customer_id
