"""Programs that send, instead of a token, their login and a password which changes every hour."""

import hmac
from datetime import datetime

from kalends.actions.accounts.keys import digest
from kalends.actions.accounts.login_attempts import count_attempt
from kalends.actions.accounts.logins import LoginAttempt
from kalends.engine.accounts.hourly_password import valid_passwords
from kalends.engine.accounts.principal import SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.store import db as store_db
from kalends.store.accounts import tokens, users
from kalends.store.accounts.users import Credential
from kalends.store.db import Db


async def accept_hourly_password(db: Db, now: datetime, attempt: LoginAttempt) -> None:
    """If the password is that of the hour, make it the secret of a login session, until the hour is over.

    The account, which such a program can't name, is that of the login. A wrong password starts no session, so the
    request fails when its secret is looked up. Only wrong ones are counted: a right one, which can't be guessed, may
    come many times at once. Raises TooManyAttempts.
    """
    if await tokens.find_token(db, digest(attempt.password), now):
        return
    for credential in await users.find_hourly_logins(db, attempt.login.strip()):
        for password, until in valid_passwords(credential.hourly_secret or "", now):
            if hmac.compare_digest(password.encode(), attempt.password.encode(errors="surrogatepass")):
                await _start_session(db, credential, _token(credential, attempt.door, now, until), password)
                return
    await count_attempt(db, now, attempt.subjects)


def _token(credential: Credential, door: str, now: datetime, until: datetime) -> AccessToken:
    return AccessToken(
        account_id=credential.account_id,
        kind="user",
        door=door,
        scopes=frozenset(SCOPES),
        user_id=credential.user_id,
        created_at=now,
        expires_at=until,
    )


async def _start_session(db: Db, credential: Credential, token: AccessToken, password: str) -> None:
    async with store_db.transaction(db) as tx:
        # As in `log_in`: a session must not start just after the password was changed.
        if await users.share_credential(tx, credential):
            await tokens.add_token(tx, token, digest(password))
