"""`kalends login-service`: the identity provider by which an account's staff may log in."""

from typing import Annotated

import typer
from msgspec import UNSET

from kalends.actions.accounts.identity_provider import change_identity_provider, get_identity_provider
from kalends.actions.context import Context
from kalends.cli.for_account import Slug, run_for_account
from kalends.engine.accounts.identity_provider import IdentityProvider, IdentityProviderPatch

commands = typer.Typer(help="The login service (OpenID Connect) of an account's staff.", no_args_is_help=True)


@commands.command()
def show(account: Slug) -> None:
    """Print the login service, without its secret."""

    async def act(ctx: Context) -> list[str]:
        return _lines(await get_identity_provider(ctx))

    print("\n".join(run_for_account(account, act)))


@commands.command("set")
def set_(
    account: Slug,
    issuer: Annotated[str, typer.Option(help="Its address, such as https://accounts.google.com.")],
    client_id: Annotated[str, typer.Option(help="What it calls this account.")],
    secret: Annotated[
        typer.FileText | None, typer.Option(help="A file with the client secret; - is standard input. Or it stays.")
    ] = None,
    name: Annotated[str, typer.Option(help="What stands on the button.")] = "",
    domain: Annotated[
        list[str] | None, typer.Option(help="Only e-mail addresses of this domain; repeat for more.")
    ] = None,
) -> None:
    """Let staff log in by a login service."""
    patch = IdentityProviderPatch(
        active=True,
        name=name,
        issuer=issuer,
        client_id=client_id,
        client_secret=secret.read().strip() if secret else UNSET,
        email_domains=tuple(domain or ()),
    )
    run_for_account(account, lambda ctx: change_identity_provider(ctx, patch))


@commands.command()
def disable(account: Slug) -> None:
    """Have nobody log in by the login service any more; sessions that have begun go on."""
    run_for_account(account, lambda ctx: change_identity_provider(ctx, IdentityProviderPatch(active=False)))


def _lines(provider: IdentityProvider) -> list[str]:
    lines = {
        "State": "active" if provider.active else "off",
        "Name": provider.name,
        "Issuer": provider.issuer,
        "Client ID": provider.client_id,
        "Domains": " ".join(provider.email_domains) or "all",
    }
    return [f"{name}: {value}" for name, value in lines.items() if value]
