"""The journal: look through who changed what."""

from kalends.actions.access import may
from kalends.actions.accounts.actors import actor_names
from kalends.actions.accounts.keys import list_keys
from kalends.actions.accounts.users import query_users
from kalends.actions.changes import query_journal
from kalends.actions.context import Context
from kalends.console.fields import attempt, query_fields
from kalends.console.pages import language, text
from kalends.console.screens import draw_screen
from kalends.console.values import Values
from kalends.console.views.journal import FIELDS, entry_views, filter_fields, journal_pager, journal_query
from kalends.console.views.tables import PAGE_SIZE
from kalends.console.views.times import times_of
from kalends.engine.journal import JournalPage
from kalends.engine.query import OffsetPage, Query
from kalends.notices.texts import Message
from kalends.web.call import call_of
from kalends.web.door import Answer, WebRequest

_MOST_ACTORS = 200
_NOTHING = JournalPage([], None)


async def listing(request: WebRequest, ctx: Context) -> Answer:
    """The entries that are asked for, the newest first; nothing for what can't be asked."""
    sent, times = query_fields(request, *FIELDS), times_of(ctx, language(call_of(request)))
    query = journal_query(Values(sent), times)
    found, _ = await attempt(ctx, Values(sent), lambda tx: query_journal(tx, query, PAGE_SIZE))
    page = found or _NOTHING
    names = await actor_names(ctx, {entry.actor for entry in page.entries})
    return await draw_screen(
        request,
        ctx,
        "journal.html",
        fields=filter_fields(sent, await _actors(request, ctx)),
        entries=entry_views(page, names, times),
        pager=journal_pager(page, sent),
        zone=times.zone_name,
    )


async def _actors(request: WebRequest, ctx: Context) -> list[tuple[str, str]]:
    """Who may have changed something: users, and keys for who may see them."""
    users = (await query_users(ctx, Query(OffsetPage(_MOST_ACTORS)))).rows
    keys = await list_keys(ctx) if may(ctx, list_keys) else []
    call = call_of(request)
    unnamed = ((f"key:{key.id}", key.name or text(call, Message("keys.unnamed", {"id": key.id}))) for key in keys)
    return [*((f"user:{user.id}", user.name) for user in users), *unnamed]
