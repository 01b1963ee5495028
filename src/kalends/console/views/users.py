"""Staff users: the list of them, and the forms to add and change one."""

from collections.abc import Mapping, Sequence

import msgspec

from kalends.console.values import Values
from kalends.console.views.clock import clock_text
from kalends.console.views.forms import BETWEEN, Choice, Field, Form, Group, once, own_name, ticked
from kalends.console.views.tables import Cell, Row, Table
from kalends.console.views.times import Times
from kalends.engine.accounts.principal import ROLE_SCOPES
from kalends.engine.accounts.user import NOTICES, StaffNotices, StaffUser, UserPatch
from kalends.engine.catalog.resource import Resource
from kalends.engine.catalog.site import Site
from kalends.notices.texts import Message
from kalends.web.idempotency import new_form_key

FIELDS = ("name", "email", "role", "own_notices", "only_own", "digest_minute")
MANY = ("site_ids", "person_ids", "facts")
PATH = "/settings/users"


class UserView(msgspec.Struct, frozen=True):
    """A user as their page shows them; `form_key` is for the form that gives them a new password."""

    id: int
    name: str
    email: str
    state: Cell
    disabled: bool
    form_key: str


def users_table(users: Sequence[StaffUser], sites: Sequence[Site], times: Times) -> Table:
    """The users, by name."""
    names = {site.id: site.name for site in sites}
    rows = tuple(_row(user, names, times) for user in sorted(users, key=lambda user: user.name.casefold()))
    columns = ("account.name", "account.email", "account.role", "frame.sites", "users.state")
    return Table("users.title", columns, rows, "users.empty")


def user_view(user: StaffUser, times: Times) -> UserView:
    """One user."""
    return UserView(user.id, user.name, user.email, _state(user, times), user.disabled_at is not None, new_form_key())


def new_user_form(sites: Sequence[Site], people: Sequence[Resource], users: Sequence[StaffUser]) -> Form:
    """The form to add a user; each of the people is shown with the user who they are so far."""
    fields = (*_who("", "", "staff", "", sites), _people(people, users, None))
    return Form(PATH, fields, "users.add", hidden=once(), back=PATH)


def user_form(user: StaffUser, sites: Sequence[Site], people: Sequence[Resource], users: Sequence[StaffUser]) -> Form:
    """The form to change a user, who of the people they are, and what they are told by mail."""
    site_ids = BETWEEN.join(str(site_id) for site_id in sorted(user.site_ids or ()))
    who = (*_who(user.name, user.email, user.role, site_ids, sites), _people(people, users, user.id))
    fields: tuple[Field | Group, ...] = (*who, _notices(user))
    return Form(f"{PATH}/{user.id}", fields, "form.save", hidden={"version": str(user.revision)})


def sent_people(sent: Mapping[str, str]) -> frozenset[int]:
    """The ids of the people who the form says that a user is."""
    return frozenset(Values(sent).ids("person_ids") or ())


def sent_user(sent: Mapping[str, str]) -> tuple[UserPatch, Values]:
    """What the form says of a user, and what could not be read of it. No site ticked is all sites."""
    values = Values(sent)
    notices = StaffNotices(
        facts=tuple(fact for fact in NOTICES if fact in sent["facts"].split(BETWEEN)),
        only_own=values.flag("only_own"),
        digest_minute=values.minute("digest_minute") or None,
    )
    patch = UserPatch(
        name=values.text("name"),
        email=values.text("email"),
        role=values.choice("role", {role: role for role in ROLE_SCOPES}),
        site_ids=frozenset(values.ids("site_ids") or ()) or None,
        notices=notices if values.flag("own_notices") else None,
    )
    return patch, values


def _who(name: str, email: str, role: str, site_ids: str, sites: Sequence[Site]) -> tuple[Field, ...]:
    roles = tuple(Choice(each, f"roles.{each}") for each in ROLE_SCOPES)
    places = tuple(Choice(str(site.id), own_name(site.name)) for site in sites)
    return (
        Field("name", "account.name", value=name, required=False),
        Field("email", "account.email", kind="email", value=email, hint="users.email_hint"),
        Field("role", "account.role", kind="radios", value=role, choices=roles),
        Field("site_ids", "keys.only_sites", kind="checks", value=site_ids, choices=places, required=False),
    )


def _people(people: Sequence[Resource], users: Sequence[StaffUser], user_id: int | None) -> Field:
    """Who of the people a user is; those who are another one are taken from them."""
    others = {user.id: f" ({user.name})" for user in users if user.id != user_id}
    choices = tuple(
        Choice(str(each.id), own_name(f"{each.title}{others.get(each.user_id or 0, '')}")) for each in people
    )
    own = BETWEEN.join(str(person.id) for person in people if user_id is not None and person.user_id == user_id)
    hint = "users.person_ids_hint"
    return Field("person_ids", "users.person_ids", kind="checks", value=own, choices=choices, required=False, hint=hint)


def _notices(user: StaffUser) -> Group:
    notices = user.notices or StaffNotices()
    facts = tuple(Choice(fact, f"facts.{fact}") for fact in NOTICES)
    minute = notices.digest_minute
    return Group(
        "users.notices",
        (
            Field(
                "own_notices",
                "users.own_notices",
                kind="checkbox",
                value=ticked(user.notices is not None),
                required=False,
            ),
            Field(
                "facts", "users.facts", kind="checks", value=BETWEEN.join(notices.facts), choices=facts, required=False
            ),
            Field("only_own", "users.only_own", kind="checkbox", value=ticked(notices.only_own), required=False),
            Field(
                "digest_minute",
                "users.daily_at",
                kind="time",
                value="" if minute is None else clock_text(minute),
                required=False,
                hint="users.daily_at_hint",
            ),
        ),
        hint="users.notices_hint",
    )


def _row(user: StaffUser, sites: Mapping[int, str], times: Times) -> Row:
    named = ", ".join(sites.get(site_id, str(site_id)) for site_id in sorted(user.site_ids or ()))
    cells = (
        Cell(user.name),
        Cell(user.email if user.email != user.name else ""),
        Cell(Message(f"role.{user.role}")),
        Cell(named or Message("account.all_sites")),
        _state(user, times),
    )
    return Row(cells, f"{PATH}/{user.id}")


def _state(user: StaffUser, times: Times) -> Cell:
    if user.disabled_at is None:
        return Cell(Message("users.active"), tone="good")
    return Cell(Message("users.disabled"), times.day(user.disabled_at), "done")
