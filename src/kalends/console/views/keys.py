"""Keys: the list of them, and the forms to make and change one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from kalends.actions.context import Context
from kalends.console.values import Values
from kalends.console.views.forms import BETWEEN, Choice, Field, Form, once, own_name
from kalends.console.views.tables import Cell, Row, Table, Text
from kalends.console.views.times import Times
from kalends.engine.accounts.key import KeyPatch
from kalends.engine.accounts.principal import SCOPES
from kalends.engine.accounts.token import AccessToken
from kalends.engine.catalog.site import Site
from kalends.engine.time.clock import DAY, instant
from kalends.notices.texts import Message
from kalends.web.door import Door

FIELDS = ("name", "door", "last_day", "origins")
MANY = ("scopes", "site_ids")
USUAL_DOOR = "api"


class KeyView(msgspec.Struct, frozen=True):
    """A key as its page shows it. `maker` is the name of the key that made it; `valid`: whether it can be used."""

    id: int
    name: str
    door: str
    made: str
    state: Cell
    maker: str
    valid: bool


def keys_table(keys: Sequence[AccessToken], sites: Sequence[Site], ctx: Context, times: Times) -> Table:
    """The keys, the newest first."""
    names = {site.id: site.name for site in sites}
    rows = tuple(_row(key, names, ctx, times) for key in reversed(keys))
    columns = ("keys.name", "keys.door", "keys.may", "frame.sites", "keys.state")
    return Table("keys.title", columns, rows, "keys.empty")


def key_view(key: AccessToken, keys: Sequence[AccessToken], ctx: Context, times: Times) -> KeyView:
    """One key; `keys` are all of the account."""
    maker = next((each.name or str(each.id) for each in keys if each.id == key.made_by_id), "")
    state = _state(key, ctx, times)
    return KeyView(key.id, key.name, key.door, times.at(key.created_at), state, maker, key.is_valid(ctx.now))


def new_key_form(doors: Sequence[Door], sites: Sequence[Site]) -> Form:
    """The form for a new key of one of these doors."""
    choices = tuple(Choice(door.name, own_name(door.name)) for door in doors)
    fields = (
        Field("name", "keys.name", hint="keys.name_hint", attributes={"maxlength": "255"}),
        Field("door", "keys.door", kind="select", value=USUAL_DOOR, choices=choices, hint="keys.door_hint"),
        *_terms(BETWEEN.join(("read", "book", "manage")), "", "", sites),
        Field("origins", "keys.origins", kind="textarea", required=False, hint="keys.origins_hint"),
    )
    return Form("/settings/keys", fields, "keys.make", hidden=once(), back="/settings/keys")


def key_form(key: AccessToken, sites: Sequence[Site], ctx: Context) -> Form:
    """The form to change a key."""
    last_day = (key.expires_at - timedelta(microseconds=1)).astimezone(ctx.zone).date() if key.expires_at else None
    scopes = BETWEEN.join(scope for scope in SCOPES if scope in key.scopes)
    site_ids = BETWEEN.join(str(site_id) for site_id in sorted(key.site_ids or ()))
    fields: tuple[Field, ...] = (
        Field("name", "keys.name", value=key.name),
        *_terms(scopes, site_ids, last_day.isoformat() if last_day else "", sites),
    )
    if key.origins is not None:
        origins = "\n".join(key.origins)
        fields += (Field("origins", "keys.origins", kind="textarea", value=origins, hint="keys.origins_hint"),)
    return Form(f"/settings/keys/{key.id}", fields, "form.save", hidden={"version": str(key.revision)})


def sent_key(sent: Mapping[str, str], ctx: Context) -> tuple[KeyPatch, Values]:
    """What the form says of a key, and what could not be read of it. No site ticked is all sites."""
    values = Values(sent)
    last_day = values.day("last_day")
    patch = KeyPatch(
        name=values.text("name"),
        scopes=frozenset(scope for scope in SCOPES if scope in sent["scopes"].split(BETWEEN)),
        site_ids=frozenset(values.ids("site_ids") or ()) or None,
        expires_at=instant(last_day + DAY, 0, ctx.zone) if last_day else last_day,
        origins=tuple(values.text("origins").split()),
    )
    return patch, values


def _terms(scopes: str, site_ids: str, last_day: str, sites: Sequence[Site]) -> tuple[Field, ...]:
    allowed = tuple(Choice(scope, f"scope.{scope}") for scope in SCOPES)
    places = tuple(Choice(str(site.id), own_name(site.name)) for site in sites)
    return (
        Field("scopes", "keys.may", kind="checks", value=scopes, choices=allowed),
        Field("site_ids", "keys.only_sites", kind="checks", value=site_ids, choices=places, required=False),
        Field("last_day", "keys.last_day", kind="date", value=last_day, required=False, hint="keys.last_day_hint"),
    )


def _row(key: AccessToken, sites: Mapping[int, str], ctx: Context, times: Times) -> Row:
    cells = (
        Cell(
            key.name or Message("keys.unnamed", {"id": key.id}),
            Message("keys.made_on", {"day": times.day(key.created_at)}),
        ),
        Cell(key.door),
        Cell(_allowed(key)),
        Cell(Message("account.all_sites") if key.site_ids is None else _names(key.site_ids, sites)),
        _state(key, ctx, times),
    )
    return Row(cells, f"/settings/keys/{key.id}")


def _allowed(key: AccessToken) -> Text:
    most = next(scope for scope in reversed(SCOPES) if scope in key.scopes)
    return Message("keys.publishable") if key.origins is not None else Message(f"scope.{most}")


def _names(site_ids: frozenset[int], sites: Mapping[int, str]) -> str:
    return ", ".join(sites.get(site_id, str(site_id)) for site_id in sorted(site_ids))


def _state(key: AccessToken, ctx: Context, times: Times) -> Cell:
    if key.revoked_at is not None:
        return Cell(Message("keys.revoked"), times.day(key.revoked_at), "wrong")
    if key.expires_at is None:
        return Cell(Message("keys.valid"), tone="good")
    ended = times.day(key.expires_at - timedelta(microseconds=1))
    if key.expires_at <= ctx.now:
        return Cell(Message("keys.expired"), ended, "done")
    return Cell(Message("keys.valid"), Message("keys.until", {"day": ended}), "good")
