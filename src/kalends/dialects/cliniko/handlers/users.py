"""Users: listed and shown, and the one whom a key stands for."""

from kalends.actions.accounts.users import query_users
from kalends.actions.context import Context
from kalends.dialects.cliniko.fields.users import USERS, user
from kalends.dialects.cliniko.handlers.records import Records
from kalends.engine.query import Filter, OffsetPage, Query
from kalends.engine.refusals import NotFound
from kalends.web.door import Answer, WebRequest

RECORDS = Records("user", USERS, query_users, user)

listing = RECORDS.list_pages()
show = RECORDS.show()


async def current(request: WebRequest, ctx: Context) -> Answer:
    """GET /user: a key is the account's, so this is its owner, the first of several."""
    owners = Filter("role", "equal", "owner"), Filter("disabled_at", "is_null")
    page = await query_users(ctx, Query(OffsetPage(1), owners))
    if not page.rows:
        raise NotFound("user")
    return await RECORDS.answer(request, ctx, page.rows[0])
