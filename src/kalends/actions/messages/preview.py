"""Shows a message as it would be sent now, with real data, without sending it."""

import msgspec

from kalends.actions.access import allow
from kalends.actions.bookings.find import list_items
from kalends.actions.context import Context
from kalends.actions.messages.facts import MessageRequest, load_facts
from kalends.actions.messages.own_link import with_sample_link
from kalends.engine.bookings.queries import ItemQuery
from kalends.engine.bookings.request import CHANNELS
from kalends.engine.limits import raise_if_faults
from kalends.engine.messages.facts import ABOUT_BOOKINGS, FOR_STAFF, MessageFacts
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.template import TemplateKey, TemplatePatch, new_template
from kalends.engine.refusals import Fault, NotFound
from kalends.engine.time.clock import MINUTE
from kalends.notices.messages.render import render
from kalends.store.messages.templates import find_templates_for

SAMPLE_CODE = "123456"
_LATEST = ItemQuery(kinds=("appointment", "seat"), latest_change_first=True, limit=50)


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What to show: a kind of message by a channel about an item, None for the latest booked one with a customer.

    `locale` "" is the customer's language, else the account's. `draft` is a template that is not saved yet.
    """

    kind: str
    channel: str
    item_id: int | None = None
    locale: str = ""
    draft: TemplatePatch | None = None


@allow("read", whole_account=True)
async def preview_message(ctx: Context, preview: Preview) -> Rendered:
    """Render a message, without its calendar file. A verification has a sample code if the item awaits none.

    Raises Forbidden to a key that is limited to sites, NotFound(item), Invalid(kind, channel: unknown; subject:
    invalid, too_long; body: blank, invalid, too_long of a draft).
    """
    faults = [] if preview.kind in ABOUT_BOOKINGS else [Fault("kind", "unknown")]
    raise_if_faults(faults if preview.channel in CHANNELS else [*faults, Fault("channel", "unknown")])
    item_id = await _latest_item_id(ctx) if preview.item_id is None else preview.item_id
    request = MessageRequest(
        kind=preview.kind,
        channel=preview.channel,
        audience="staff" if preview.kind in FOR_STAFF else "customer",
        locale=preview.locale,
        items={item_id: 0},
        sender="preview@localhost",
    )
    facts = await with_sample_link(ctx, _with_sample_code(await load_facts(ctx, request)))
    if preview.draft is None:
        return render(facts, await find_templates_for(ctx.db, ctx.account.id, preview.kind, preview.channel))
    key = TemplateKey(kind=preview.kind, channel=preview.channel)
    return render(facts, [new_template(key, preview.draft, ctx.account.id, 0, ctx.now)])


async def _latest_item_id(ctx: Context) -> int:
    page = await list_items(ctx, _LATEST)
    item_ids = [view.item.id for view in page.rows if view.customer and view.service]
    if not item_ids:
        raise NotFound("item")
    return item_ids[0]


def _with_sample_code(facts: MessageFacts) -> MessageFacts:
    entry = facts.items[0]
    if facts.kind != "verification" or entry.item.verification_code:
        return facts
    item = msgspec.structs.replace(
        entry.item, verification_code=SAMPLE_CODE, expires_at=facts.now + facts.account.policy.hold_minutes * MINUTE
    )
    view = msgspec.structs.replace(entry.view, item=item)
    return msgspec.structs.replace(facts, items=(msgspec.structs.replace(entry, view=view),))
