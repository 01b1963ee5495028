"""Staff users, and the logins and passwords of staff users and customers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from kalends.engine.accounts.account import Account
from kalends.engine.accounts.calendar_look import CalendarLook
from kalends.engine.accounts.user import StaffNotices, StaffUser
from kalends.engine.query import Query
from kalends.store.accounts.accounts import account_of
from kalends.store.constraints import conflicts
from kalends.store.db import Db
from kalends.store.pages import fetch_page
from kalends.store.query import Column
from kalends.store.rows import columns

_USER_COLUMNS = columns(StaffUser)
_FIELDS = StaffUser.__struct_fields__
USER_FIELDS = {
    "id": Column("t.id", int),
    "role": Column("t.role", str),
    "disabled_at": Column("t.disabled_at", datetime),
    "created_at": Column("t.created_at", datetime),
    "updated_at": Column("t.updated_at", datetime),
}


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """The login and password hash of a staff user or of a customer; `hourly_secret` is what the passwords of a program
    are made from that change every hour, None for all others. `changed_at` is None until it is saved."""

    account_id: int
    user_id: int | None = None
    customer_id: int | None = None
    login: str
    password_hash: str
    hourly_secret: str | None = None
    changed_at: datetime | None = None


_CREDENTIAL_COLUMNS = columns(Credential)
_ACCOUNT_WIDTH = len(Account.__struct_fields__)
LoginField = Literal["login", "email", "phone"]
"""What somebody logs in by: a login name or, as a customer, an email or a phone number in E.164."""

# $2 is true for a staff user who logs in, false for a customer.
_FIND_LOGIN = f"""
    select {columns(Account, "a")}, {columns(Credential, "c")}
    from account a
    join credential c on c.account_id = a.id
    left join staff_user u on u.account_id = c.account_id and u.id = c.user_id
    left join customer p on p.account_id = c.account_id and p.id = c.customer_id
    where a.slug = $1 and (c.user_id is not null) = $2 and {{by}}
        and u.disabled_at is null and p.deleted_at is null
    limit 2"""
_BY: Mapping[LoginField, str] = {
    "login": "lower(c.login) = lower($3)",
    "email": "lower(p.email) = lower($3)",
    "phone": "p.phone_key = $3",
}
_SAVE_CREDENTIAL = {
    owner: f"""
    insert into credential ({_CREDENTIAL_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (account_id, {owner}) do update
    set login = excluded.login, password_hash = excluded.password_hash, hourly_secret = excluded.hourly_secret,
        changed_at = excluded.changed_at"""
    for owner in ("user_id", "customer_id")
}


async def list_users(db: Db, account_id: int) -> list[StaffUser]:
    """List all staff users of an account, oldest first, including disabled ones."""
    rows = await db.fetch(f"select {_USER_COLUMNS} from staff_user where account_id = $1 order by id", account_id)
    return [_user(row) for row in rows]


async def find_user(db: Db, account_id: int, user_id: int) -> StaffUser | None:
    """Return the user with this id, or None."""
    row = await db.fetchrow(
        f"select {_USER_COLUMNS} from staff_user where account_id = $1 and id = $2", account_id, user_id
    )
    return None if row is None else _user(row)


async def find_user_by_email(db: Db, account_id: int, email: str) -> StaffUser | None:
    """Return the user with this e-mail address (ignoring case), or None."""
    row = await db.fetchrow(
        f"select {_USER_COLUMNS} from staff_user where account_id = $1 and lower(email) = lower($2)", account_id, email
    )
    return None if row is None else _user(row)


async def lock_user(db: Db, account_id: int, which: int | str) -> StaffUser | None:
    """Lock and return the user with this id or e-mail address (ignoring case), or None, in a transaction."""
    condition = "id = $2" if isinstance(which, int) else "lower(email) = lower($2)"
    row = await db.fetchrow(
        f"select {_USER_COLUMNS} from staff_user where account_id = $1 and {condition} for no key update",
        account_id,
        which,
    )
    return None if row is None else _user(row)


async def lock_owners(db: Db, account_id: int) -> list[int]:
    """Lock the owners who can log in, and return their ids; until the transaction ends all of them stay owners."""
    rows = await db.fetch(
        """
        select id from staff_user where account_id = $1 and role = 'owner' and disabled_at is null
        order by id for no key update
        """,
        account_id,
    )
    return [row[0] for row in rows]


async def add_user(db: Db, user: StaffUser) -> StaffUser:
    """Insert a user; returns it with its id. Raises Duplicate(email)."""
    with conflicts():
        user_id = await db.fetchval(
            """
            insert into staff_user (account_id, name, email, role, site_ids, disabled_at, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
            """,
            user.account_id,
            user.name,
            user.email,
            user.role,
            None if user.site_ids is None else sorted(user.site_ids),
            user.disabled_at,
            user.created_at,
            user.updated_at,
        )
    return msgspec.structs.replace(user, id=user_id)


async def query_users(
    db: Db, account_id: int, query: Query, site_ids: Collection[int] | None = None
) -> tuple[list[StaffUser], int]:
    """One page of the users who see one of these sites (None: any) that match, and their number. Raises as
    `fetch_page`."""
    source = """
        from staff_user t
        where t.account_id = $1 and ($2::bigint[] is null or t.site_ids is null or t.site_ids && $2)"""
    return await fetch_page(db, StaffUser, USER_FIELDS, query, source, account_id, site_ids)


async def save_user(db: Db, user: StaffUser) -> None:
    """Update a user, who logs in by the e-mail address. Raises Duplicate(email, login)."""
    with conflicts():
        await db.execute(
            """
            update staff_user set name = $3, email = $4, role = $5, site_ids = $6, disabled_at = $7, notices = $8,
                revision = $9, updated_at = $10
            where account_id = $1 and id = $2
            """,
            user.account_id,
            user.id,
            user.name,
            user.email,
            user.role,
            None if user.site_ids is None else sorted(user.site_ids),
            user.disabled_at,
            msgspec.to_builtins(user.notices),
            user.revision,
            user.updated_at,
        )
        await db.execute(
            "update credential set login = $3 where account_id = $1 and user_id = $2 and login <> $3",
            user.account_id,
            user.id,
            user.email,
        )


async def load_calendar_look(db: Db, account_id: int, user_id: int) -> CalendarLook | None:
    """How a user likes to look at the calendar; None if they have not said, or said what is not there any more."""
    look = await db.fetchval("select calendar from staff_user where account_id = $1 and id = $2", account_id, user_id)
    try:
        return msgspec.convert(look, CalendarLook | None)
    except msgspec.ValidationError:
        return None


async def save_calendar_look(db: Db, account_id: int, user_id: int, look: CalendarLook) -> None:
    """Keep how a user likes to look at the calendar. It is no change of the user."""
    statement = "update staff_user set calendar = $3 where account_id = $1 and id = $2"
    await db.execute(statement, account_id, user_id, msgspec.to_builtins(look))


async def find_login(
    db: Db, slug: str, staff: bool, login: str, by: LoginField = "login"
) -> tuple[Account, Credential] | None:
    """Return the account and credential for a login (ignoring case) of a staff user or of a customer.

    None if there is none, the user is disabled, the customer is deleted, or several customers share it.
    """
    rows = await db.fetch(_FIND_LOGIN.format(by=_BY[by]), slug, staff, login)
    return (account_of(rows[0]), _credential(rows[0][_ACCOUNT_WIDTH:])) if len(rows) == 1 else None


async def find_hourly_logins(db: Db, login: str) -> list[Credential]:
    """Return the credentials of programs with this login (ignoring case) whose password changes every hour.

    Of all accounts, as such a program names none; those of disabled users are left out.
    """
    rows = await db.fetch(
        f"""
        select {columns(Credential, "c")} from credential c
        join staff_user u on u.account_id = c.account_id and u.id = c.user_id
        where lower(c.login) = lower($1) and c.hourly_secret is not null and u.disabled_at is null limit 10
        """,
        login,
    )
    return [_credential(row) for row in rows]


async def find_credential(db: Db, account_id: int, user_id: int | None, customer_id: int | None) -> Credential | None:
    """Return the credential of a user or of a customer, or None; name one of the two."""
    row = await db.fetchrow(
        f"select {_CREDENTIAL_COLUMNS} from credential where account_id = $1 and (user_id = $2 or customer_id = $3)",
        account_id,
        user_id,
        customer_id,
    )
    return None if row is None else _credential(row)


async def remove_customer_credential(db: Db, account_id: int, customer_id: int) -> bool:
    """Remove the login and password of a customer; returns whether there was one."""
    statement = "delete from credential where account_id = $1 and customer_id = $2 returning id"
    return await db.fetchval(statement, account_id, customer_id) is not None


async def share_credential(db: Db, credential: Credential) -> bool:
    """Return whether the credential is unchanged, under a shared lock: nobody changes it until the transaction ends."""
    row = await db.fetchrow(
        """
        select 1 from credential
        where account_id = $1 and (user_id = $2 or customer_id = $3) and login = $4 and password_hash = $5 for share
        """,
        *msgspec.structs.astuple(credential)[:5],
    )
    return row is not None


async def save_credential(db: Db, credential: Credential, now: datetime) -> None:
    """Insert or replace the login and password of a user or customer. Raises Duplicate(login), NotFound(customer)."""
    statement = _SAVE_CREDENTIAL["customer_id" if credential.user_id is None else "user_id"]
    with conflicts():
        await db.execute(statement, *msgspec.structs.astuple(msgspec.structs.replace(credential, changed_at=now)))


def _user(row: Any) -> StaffUser:
    fields = dict(zip(_FIELDS, row, strict=True))
    site_ids = None if fields["site_ids"] is None else frozenset(fields["site_ids"])
    notices = msgspec.convert(fields["notices"], StaffNotices | None)
    return StaffUser(**{**fields, "site_ids": site_ids, "notices": notices})


def _credential(row: Any) -> Credential:
    return Credential(**dict(zip(Credential.__struct_fields__, row, strict=True)))
