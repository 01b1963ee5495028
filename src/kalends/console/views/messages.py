"""Messages that were sent, kept or dropped, or still wait: the list of them, and one."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.views.tables import Cell, Row, Table, Tone
from kalends.console.views.times import Times
from kalends.engine.messages.message import STATES, OutboxMessage
from kalends.notices.texts import Message

PATH = "/messages"
LISTS = (("", "messages.all"), *((state, f"sending.{state}") for state in STATES))
_TONES: dict[str, Tone] = {"waiting": "waiting", "sent": "good", "kept": "done", "dropped": "done", "failed": "wrong"}


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its page shows it. `customer_path` is "" if it is not for a customer; `again_path` leads to the
    message that this one repeats."""

    path: str
    kind: Message
    state: Cell
    to: str
    customer_path: str
    channel: Message
    written: str
    finished: str
    subject: str
    body: str
    answer: str
    again_path: str


def messages_table(
    messages: Sequence[OutboxMessage], names: Mapping[str, str], times: Times, unsendable: Mapping[int, str]
) -> Table:
    """The list; `names` are those of recipients, by `recipient_of`, `unsendable` why some are not sent, by ids."""
    rows = tuple(_row(message, names, times, unsendable) for message in messages)
    columns = ("messages.kind", "messages.to", "messages.written", "messages.state")
    return Table("messages.title", columns, rows, "messages.empty")


def recipient_of(message: OutboxMessage) -> str:
    """Who gets it, as an actor: `customer:7`, `user:3`; "" for all of the staff."""
    if message.customer_id is not None:
        return f"customer:{message.customer_id}"
    return f"user:{message.user_id}" if message.user_id is not None else ""


def message_view(
    message: OutboxMessage, names: Mapping[str, str], times: Times, unsendable: Mapping[int, str]
) -> MessageView:
    """One message; the rest as for the list."""
    return MessageView(
        path=f"{PATH}/{message.id}",
        kind=_kind(message),
        state=_state(message, times, unsendable),
        to=", ".join(filter(None, (names.get(recipient_of(message), ""), message.address))),
        customer_path=f"/customers/{message.customer_id}" if message.customer_id else "",
        channel=Message(f"channel.{message.channel}"),
        written=times.at(message.created_at),
        finished=times.at(message.finished_at),
        subject=message.subject or "",
        body=message.body or "",
        answer=message.answer or "",
        again_path=f"{PATH}/{message.resent_of_id}" if message.resent_of_id else "",
    )


def _row(message: OutboxMessage, names: Mapping[str, str], times: Times, unsendable: Mapping[int, str]) -> Row:
    name = names.get(recipient_of(message), "")
    to = name or message.address or Message("messages.staff")
    cells = (
        Cell(_kind(message), message.subject or ""),
        Cell(to, message.address if name and message.address else Message(f"channel.{message.channel}")),
        Cell(times.at(message.created_at)),
        _state(message, times, unsendable),
    )
    return Row(cells, f"{PATH}/{message.id}")


def _kind(message: OutboxMessage) -> Message:
    return Message(f"template.{message.template}")


def _state(message: OutboxMessage, times: Times, unsendable: Mapping[int, str]) -> Cell:
    if message.id in unsendable:
        return Cell(Message("delivery.unsent"), Message(f"dropped.{unsendable[message.id]}"), "done")
    hint: str | Message = Message(f"dropped.{message.reason}") if message.state == "dropped" and message.reason else ""
    if message.state == "waiting":
        hint = times.at(message.due_at)
    return Cell(Message(f"sending.{message.state}"), hint, _TONES[message.state])
