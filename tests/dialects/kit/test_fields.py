"""Field tables, compiled."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from kalends.dialects.kit import codecs
from kalends.dialects.kit.codecs import WireContext
from kalends.dialects.kit.fields import (
    Computed,
    Field,
    PassThrough,
    constant,
    from_row,
    read_fields,
    read_pass_through,
    renderer,
    wire_names,
)
from kalends.engine.refusals import Fault

CONTEXT = WireContext(ZoneInfo("Europe/Oslo"), datetime(2027, 3, 1, 9, tzinfo=UTC))


def title_length(thing: "Thing") -> int:
    return len(thing.title)


TABLE = (
    Field("id", "id", codecs.identifier, "out"),
    Field("label", "title", codecs.text(null=""), also=("name",)),
    Field("from", "starts_at", codecs.moment),
    Field("secret", "secret", codecs.text(), "in"),
    Field("owner", "owner", codecs.text(), "out", source="owner.title"),
    Computed("length", from_row(title_length)),
    Computed("version", constant(2)),
    PassThrough("colour", codecs.text(), "grey"),
    PassThrough("seen_at", codecs.moment_text),
    PassThrough("extra", codecs.flag, UNSET),
)


class Thing(msgspec.Struct):
    id: int
    title: str
    starts_at: datetime | None = None
    details: dict[str, Any] = {}
    owner: Any = None


def shown(thing: Thing) -> Any:
    thing.owner = thing.owner or thing
    return msgspec.json.decode(msgspec.json.encode(renderer("Thing", TABLE, door="door")(CONTEXT)(thing)))


def test_a_row_is_written() -> None:
    owner = Thing(2, "Ada")
    assert shown(Thing(1, "Tea", CONTEXT.now, owner=owner)) == {
        "id": 1,
        "label": "Tea",
        "from": "2027-03-01T10:00:00+01:00",
        "owner": "Ada",
        "length": 3,
        "version": 2,
        "colour": "grey",
        "seen_at": None,
    }


def test_what_is_kept_is_given_back_by_its_own_door_only() -> None:
    own = {"colour": None, "seen_at": "2027-03-01T08:00:00+00:00", "extra": False, "more": 1}
    thing = shown(Thing(1, "", details={"door": own}))
    assert (thing["label"], thing["colour"], thing["extra"]) == (None, None, False)
    assert thing["seen_at"] == "2027-03-01T09:00:00+01:00"
    assert shown(Thing(1, "", details={"other": own}))["colour"] == "grey"


def test_only_what_was_sent_is_read() -> None:
    faults: list[Fault] = []
    assert read_fields(TABLE, {"id": 7, "label": None, "secret": "x", "other": 1}, CONTEXT, faults) == {
        "title": "",
        "secret": "x",
    }
    assert read_fields(TABLE, {"name": "by another name"}, CONTEXT, faults) == {"title": "by another name"}
    assert read_pass_through(TABLE, {"colour": "red", "label": "x"}, CONTEXT, faults) == {"colour": "red"}
    assert read_fields(TABLE, {"from": None}, CONTEXT, faults) == {"starts_at": None}
    assert faults == []


def test_all_faults_are_named() -> None:
    faults: list[Fault] = []
    read_fields(TABLE, {"label": [], "from": "soon"}, CONTEXT, faults)
    read_pass_through(TABLE, {"extra": "perhaps"}, CONTEXT, faults)
    assert faults == [Fault("title", "invalid"), Fault("starts_at", "invalid"), Fault("extra", "invalid")]
    assert wire_names(TABLE)["starts_at"] == "from"


def test_what_is_null_may_be_left_out() -> None:
    write = renderer("Thing", TABLE, door="door", omit_null=True)(CONTEXT)
    for details in ({}, {"door": {"colour": "grey", "seen_at": None}}):
        written = msgspec.json.decode(msgspec.json.encode(write(Thing(1, "", details=details, owner=Thing(2, "Ada")))))
        assert written == {"id": 1, "owner": "Ada", "length": 0, "version": 2, "colour": "grey"}
