"""The account: its settings and public holidays."""

from kalends.actions.accounts import settings
from kalends.actions.availability.holidays import change_settings_and_closing, is_closed_for_holidays, list_holidays
from kalends.actions.context import Context
from kalends.dialects.kit.reader import parse_params, parse_query
from kalends.dialects.makeplans.fields.view import render_context
from kalends.dialects.makeplans.parse.client import parse_client
from kalends.dialects.makeplans.parse.dates import parse_holidays
from kalends.dialects.makeplans.render import render_client, render_holidays
from kalends.engine.accounts.account import Settings
from kalends.web.door import Answer, WebRequest


async def show(request: WebRequest, ctx: Context) -> Answer:
    """GET /client"""
    client = await settings.get_settings(ctx)
    return await _answer(ctx, client)


async def update(request: WebRequest, ctx: Context) -> Answer:
    """PUT /client"""
    change = parse_client(await parse_params(request), ctx)
    client = await change_settings_and_closing(ctx, change.patch, change.closed_for_holidays)
    return await _answer(ctx, client)


async def holidays(request: WebRequest, ctx: Context) -> Answer:
    """GET /client/holidays"""
    dates = parse_holidays(parse_query(request), ctx)
    named_days = await list_holidays(ctx, dates.first, dates.last)
    return render_holidays(named_days)


async def _answer(ctx: Context, client: Settings) -> Answer:
    return render_client(client, render_context(ctx, closed_for_holidays=await is_closed_for_holidays(ctx)))
