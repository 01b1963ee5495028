"""`kalends messages preview`: a message as it would be sent now."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec import UNSET

from kalends.actions.messages.preview import Preview, preview_message
from kalends.cli.errors import CommandError, reporting_errors
from kalends.cli.for_account import Slug, run_for_account
from kalends.engine.bookings.request import CHANNELS
from kalends.engine.messages.facts import KINDS
from kalends.engine.messages.rendered import Rendered
from kalends.engine.messages.template import TemplatePatch


def preview(
    account: Slug,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "confirmation",
    channel: Annotated[str, typer.Option(help=f"One of: {', '.join(CHANNELS)}.")] = "email",
    item: Annotated[int | None, typer.Option(help="The id of an item; without one, the latest that is booked.")] = None,
    *,
    language: Annotated[str, typer.Option(help="Such as de; without one, the customer's.")] = "",
    body: Annotated[Path | None, typer.Option(help="A file with a template that is not applied yet.")] = None,
    subject: Annotated[str, typer.Option(help="The subject of that template.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write the HTML of the mail to this file.")] = None,
) -> None:
    """Print a message as it would be sent now, with real data; nothing is sent.

    If a template can't be used, the built-in text is printed, and the reason ends the command with 1.
    """
    with reporting_errors():
        draft = None if body is None else TemplatePatch(subject=subject or UNSET, body=_read(body))
        asked = Preview(kind=kind, channel=channel, item_id=item, locale=language, draft=draft)
        rendered = run_for_account(account, lambda ctx: preview_message(ctx, asked))
        print("\n".join(lines(rendered)))
        if html is not None:
            _write(html, rendered.html)
        if rendered.fault:
            raise CommandError(f"The template can't be used: {rendered.fault}.")


def lines(rendered: Rendered) -> list[str]:
    """The subject and the text, or the text of an SMS and how long it is."""
    if rendered.size is None:
        return [f"Subject: {rendered.subject}", "", rendered.text.rstrip("\n")]
    size = rendered.size
    parts = "1 segment" if size.segments == 1 else f"{size.segments} segments"
    return [rendered.text, "", f"{size.encoding}, {size.units} characters, {parts}"]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}.") from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error}.") from error
    print(f"HTML: {file}", file=sys.stderr)
