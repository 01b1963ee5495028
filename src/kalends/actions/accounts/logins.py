"""Log staff users and customers in and out, and set their passwords.

A login session is an access token like a key: it belongs to one door, expires, and can be revoked at any time.
"""

import hashlib
from datetime import datetime, timedelta

import msgspec

from kalends.actions.access import allow, internal, logged_in
from kalends.actions.accounts import login_attempts
from kalends.actions.accounts.keys import add_token, authenticate_secret, digest
from kalends.actions.accounts.login_attempts import PER_ADDRESS, PER_LOGIN, PER_LOGIN_AND_ADDRESS, Subjects
from kalends.actions.accounts.passwords import check_password, hash_password, is_password
from kalends.actions.context import Context, transaction
from kalends.engine.accounts.account import Account
from kalends.engine.accounts.hourly_password import shared_secret
from kalends.engine.accounts.principal import OWN_SCOPES, SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.engine.refusals import Fault, Invalid, NotFound, Unauthenticated
from kalends.store import db as store_db
from kalends.store.accounts import tokens, users
from kalends.store.accounts.users import Credential, LoginField
from kalends.store.customers import customers
from kalends.store.db import Db

_LONGEST_LOGIN = 254
_RENEWED_EVERY = timedelta(minutes=5)
_NO_LOGIN = "customer"
"""With the customer's id it stands for a login name where there is none, which is unique in an account."""


class LoginAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A login with a password: at the account with this slug, as a staff user or as a customer, through one door.

    `by` is what the login is: the login name or, for customers only, their email or phone number in E.164. Whoever
    shares it with another customer who has a password can't log in by it.
    `address` is the client's, from web.limits.address; `lifetime` is how long the login session lasts at most.
    """

    account: str
    staff: bool
    login: str
    password: str
    door: str
    address: str
    lifetime: timedelta
    by: LoginField = "login"

    @property
    def subjects(self) -> Subjects:
        """The subjects that the attempt is counted by, with their limits.

        Of the login only a digest is kept: people sometimes type their password into that field.
        """
        full_login = f"{self.account} {self.staff} {self.login.strip().lower()}".encode(errors="surrogatepass")
        login = f"login {hashlib.sha256(full_login).hexdigest()}"
        return {
            f"{login} {self.address}": PER_LOGIN_AND_ADDRESS,
            f"login {self.address}": PER_ADDRESS,
            login: PER_LOGIN,
        }


async def log_in(db: Db, now: datetime, attempt: LoginAttempt) -> tuple[Context, str]:
    """Start a login session; returns its owner's context and its secret, which can't be read again.

    `db` must be the pool, so that no connection is held while the password is verified.

    Raises TooManyAttempts, Unauthenticated. The latter takes the same time for an unknown account or login, a wrong
    password, a disabled user and a deleted customer.
    """
    account, credential = await verify_login(db, now, attempt)
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
        # A change of the password ends all sessions. This one must not start just after that with the old password.
        if not await users.share_credential(tx, credential):
            raise Unauthenticated
        _, secret = await add_token(tx, token)
    return await authenticate_secret(db, now, attempt.door, secret), secret


async def verify_login(db: Db, now: datetime, attempt: LoginAttempt) -> tuple[Account, Credential]:
    """Check a login and its password; returns the account and the credential, which may change afterwards.

    `db` must be the pool, so that no connection is held while the password is verified.

    Raises TooManyAttempts, Unauthenticated, as `log_in` does.
    """
    await login_attempts.count_attempt(db, now, attempt.subjects)
    match = await users.find_login(db, attempt.account, attempt.staff, attempt.login.strip(), attempt.by)
    is_right = await is_password(attempt.password, match[1].password_hash if match else None)
    if not is_right or match is None:
        raise Unauthenticated
    await login_attempts.take_back_attempt(db, now, attempt.subjects)
    return match


@logged_in
async def keep_logged_in(ctx: Context, idle: timedelta, longest: timedelta) -> None:
    """Let the caller's login session end only `idle` from now, but not later than `longest` after it began.

    It is written down every few minutes only.
    """
    until = ctx.now + idle
    if ctx.principal.expires_at is not None and until - ctx.principal.expires_at >= _RENEWED_EVERY:
        await tokens.extend_session(ctx.db, ctx.account.id, ctx.principal.token_id or 0, until, longest)


@logged_in
async def log_out(ctx: Context) -> None:
    """End the caller's login session, with effect from the next request."""
    await tokens.revoke_token(ctx.db, ctx.account.id, ctx.principal.token_id or 0, ctx.now)


@logged_in
async def end_session(ctx: Context, secret: str) -> None:
    """End the login session of the caller that has this secret. Raises Invalid(secret: unknown)."""
    match = await tokens.find_token(ctx.db, digest(secret), ctx.now)
    token = match[0] if match else None
    if token is None or (token.account_id, token.user_id, token.customer_id) != (ctx.account.id, *_owner(ctx)):
        raise Invalid(Fault("secret", "unknown"))
    await tokens.revoke_token(ctx.db, ctx.account.id, token.id, ctx.now)


@logged_in
async def log_out_everywhere(ctx: Context) -> None:
    """End all login sessions of the caller, at all doors."""
    await tokens.revoke_sessions(ctx.db, ctx.account.id, *_owner(ctx), ctx.now)


@logged_in
async def change_password(ctx: Context, old: str, new: str) -> None:
    """Change the caller's own password and end all their login sessions, including this one.

    Raises Invalid(old_password: invalid; password: too_short, too_long), TooManyAttempts.
    """
    check_password(new)
    subjects = {f"password {ctx.account.id} {ctx.actor}": PER_LOGIN_AND_ADDRESS}
    await login_attempts.count_attempt(ctx.db, ctx.now, subjects)
    credential = await users.find_credential(ctx.db, ctx.account.id, *_owner(ctx))
    if credential is None or not await is_password(old, credential.password_hash):
        raise Invalid(Fault("old_password", "invalid"))
    await login_attempts.take_back_attempt(ctx.db, ctx.now, subjects)
    hourly_secret = shared_secret(new) if credential.hourly_secret else None
    changed = msgspec.structs.replace(credential, password_hash=await hash_password(new), hourly_secret=hourly_secret)
    await save_password(ctx, changed)


@allow("book")
async def set_customer_login(ctx: Context, customer_id: int, login: str, password: str) -> None:
    """Give a customer a login and password, in place of any existing ones, and end all their login sessions.

    Raises NotFound(customer), Duplicate(login), Invalid(login: blank, too_long; password: too_short, too_long).
    """
    check_password(password)
    login = login.strip()
    if not login or len(login) > _LONGEST_LOGIN:
        raise Invalid(Fault("login", "too_long" if login else "blank"))
    await _check_customer(ctx, customer_id)
    await save_customer_login(ctx, customer_id, await hash_password(password), login)


def login_name(credential: Credential) -> str:
    """The login name of a customer; "" if they have none, and log in by their contacts."""
    return "" if credential.login == f"{_NO_LOGIN} {credential.customer_id}" else credential.login


@internal
async def save_customer_login(ctx: Context, customer_id: int, password_hash: str, login: str = "") -> None:
    """Store the password of a customer, and the login name; "" keeps the one there is, or is none.

    Raises NotFound(customer), Duplicate(login).
    """
    present = await users.find_credential(ctx.db, ctx.account.id, None, customer_id)
    name = login or (present.login if present else f"{_NO_LOGIN} {customer_id}")
    credential = Credential(account_id=ctx.account.id, customer_id=customer_id, login=name, password_hash=password_hash)
    await save_password(ctx, credential)


@internal
async def save_password(ctx: Context, credential: Credential) -> None:
    """Store the login and password of a user or customer, and end all their login sessions. Raises Duplicate(login).

    Callers hash the password before they open a transaction, so that none is held open meanwhile.
    """
    async with transaction(ctx) as tx:
        await users.save_credential(tx.db, credential, ctx.now)
        await tokens.revoke_sessions(tx.db, ctx.account.id, credential.user_id, credential.customer_id, ctx.now)


def _owner(ctx: Context) -> tuple[int | None, int | None]:
    """The caller's staff user id and customer id; one of the two is None."""
    return (ctx.principal.id if ctx.principal.kind == "user" else None), ctx.principal.customer_id


async def _check_customer(ctx: Context, customer_id: int) -> None:
    customer = await customers.find_customer(ctx.db, ctx.account.id, customer_id)
    if customer is None or customer.deleted_at is not None:
        raise NotFound("customer", customer_id)
