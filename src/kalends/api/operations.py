"""What an operation of the API is. The router, the OpenAPI document, the pages of the documentation and tests are made
from the operations alone, so each is described in one place: its entry in the table of its group.

To add an operation:

1. `schemas/GROUP.py`: what is answered (`Site`), what is sent (`SiteInput`, `SitePatch`) and the parameters
   (`SitePath`, `ListSites`). Fields have the same names and shapes both ways. Each field has examples, itself or by its
   type (`ids.SiteId`, `times.Moment`); the sample of a struct is made of those. Structs that are sent have
   `forbid_unknown_fields`. In patches every field defaults to UNSET.
2. `handlers/GROUP.py`: a handler of three statements (parse, act, render), and its entry in `OPERATIONS`:

       async def change(ctx: Context, request: Received[SitePath, SitePatch]) -> Answered:
           patch = site_patch(request.body)
           site = await change_site(ctx, request.params.site_id, patch)
           return answered(site, shown_site(site))

   A handler for a list calls `lists.page_of` for the page and `lists.answered_list` for the answer.
3. `routes.py`: the group's `OPERATIONS` into `GROUPS`, if the group is new.

The frame (`serving.py`) does the rest: reads path, query and body and names all faults; keeps the answer under the
Idempotency-Key; hands down the version of If-Match, which the action checks under its lock (`actions/expected.py`);
ETag and 304; expand; refusals and problems (`problems.py`). Faults that the engine names by its own fields get the
names of `names`.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from kalends.actions.context import Context
from kalends.engine.accounts.principal import Scope
from kalends.engine.version import version_of
from kalends.web.door import Answer, WebRequest
from kalends.web.routing import Method

P = TypeVar("P")
B = TypeVar("B")


class Received(msgspec.Struct, Generic[P, B], frozen=True):
    """A request: the parameters of path and query, and the body; None where the operation has none.

    `request` is as the web has it, for links and headers; `secret` signs cursors, for `lists`.
    """

    params: P
    body: B
    request: WebRequest
    secret: bytes = b""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler answers: a struct, and what goes into headers.

    `version` is the record's, for the ETag. `location` is the path of what was made, below the door: `/sites/site_7`.
    `status` None is the first of the operation's answers.
    """

    value: msgspec.Struct | None = None
    version: str = ""
    location: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


def answered(record: object, value: msgspec.Struct, location: str = "") -> Answered:
    """The answer that shows a record, with its version."""
    return Answered(value=value, version=version_of(record), location=location)


Handler: TypeAlias = Callable[[Context, Any], Awaitable[Answered | Answer]]
"""`(ctx, Received[Params, Body])`; an Answer is for other media than JSON, and for streams."""


class Media(msgspec.Struct, frozen=True):
    """An answer that is no JSON: its media type, and what it is; `sample` is shown in the documentation."""

    media_type: str
    description: str
    sample: str = ""


class Tracked(msgspec.Struct, frozen=True):
    """What an operation changes: a record of this kind (`engine.version.kind_of`), whose id is in this parameter of the
    path, "" for the account itself, or is what `find` returns for the parameters. A kind of "" is that of the id.
    `show` is the handler that shows it, for the answer 412."""

    kind: str
    parameter: str
    show: Handler
    find: Callable[[Context, Any], Awaitable[int]] | None = None


class Expansion(msgspec.Struct, frozen=True):
    """Ids that `expand` replaces by what they name, which is of this kind. `load` gets them as texts, none twice, and
    returns structs by id; ids that it leaves out stay. It asks one query."""

    kind: type[msgspec.Struct]
    load: Callable[[Context, list[str]], Awaitable[Mapping[str, msgspec.Struct]]]


class Operation(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One method at one path.

    `id` is the operationId, in snake case, a verb first. `path` names its parameters as in Starlette, without types.
    `scope` is what a key needs; the rule is the action's, tests compare the two.
    `params` and `body` are types of structs. `answers`: by status, the type that is answered, None for no content; the
    first status is the usual one. `refusals`: classes of `engine.refusals` and `web.problems` that can come besides
    those that follow from the rest. `names`: the engine's name of a field -> its name here, also in another object
    (`customer/email`). `expansions`: by path, such as `items.resource`.
    `sample` is a body, where the one made of examples would make no sense.
    `has_secret`: the answer has a secret, so what is kept of it for retries is sealed.
    `pooled`: the handler waits, so its context has the pool, no connection.
    `deprecated_at` and `sunset_at`: since when it should not be used, and when it ends.
    """

    method: Method
    path: str
    handler: Handler
    id: str
    summary: str
    tag: str
    scope: Scope
    answers: Mapping[int, Any]
    params: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    refusals: tuple[type[Exception], ...] = ()
    names: Mapping[str, str] = {}
    tracked: Tracked | None = None
    expansions: Mapping[str, Expansion] = {}
    description: str = ""
    sample: Mapping[str, Any] | None = None
    has_secret: bool = False
    pooled: bool = False
    deprecated_at: datetime | None = None
    sunset_at: datetime | None = None

    @property
    def status(self) -> int:
        """The usual status."""
        status: int = next(iter(self.answers))
        return status

    @property
    def writes(self) -> bool:
        """Whether it changes something, and so takes an Idempotency-Key."""
        return self.method != "GET"
