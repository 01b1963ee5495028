"""The identity provider of an account: the form of its settings, and the button on the login page."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET

from kalends.console.values import Values
from kalends.console.views.forms import Field, Form, ticked
from kalends.engine.accounts.identity_provider import IdentityProvider, IdentityProviderPatch

PATH = "/settings/identity-provider"
LOGIN_PATH = "/login/provider"
"""Where a login by the provider begins; below it, by the account's id, the browser comes back."""
FIELDS = ("active", "name", "issuer", "client_id", "client_secret", "email_domains")


class ProviderLink(msgspec.Struct, frozen=True):
    """The button: the name of the provider, and the path that leads there."""

    name: str
    path: str


def provider_link(name: str, sent: Mapping[str, str]) -> ProviderLink:
    """The button of the account that `sent` names, for whoever wants to go on to `next`."""
    asked = {key: sent[key] for key in ("account", "next") if sent[key]}
    return ProviderLink(name, f"{LOGIN_PATH}?{urlencode(asked)}")


def provider_form(provider: IdentityProvider) -> Form:
    """The form of the settings; the secret is not shown again."""
    kept = "openid.secret_kept" if provider.client_secret else ""
    fields = (
        Field("active", "openid.active", kind="checkbox", value=ticked(provider.active), required=False),
        Field("name", "openid.name", value=provider.name, required=False, hint="openid.name_hint"),
        Field("issuer", "openid.issuer", kind="url", value=provider.issuer, hint="openid.issuer_hint"),
        Field("client_id", "openid.client_id", value=provider.client_id),
        Field("client_secret", "openid.client_secret", "new-password", "password", required=not kept, hint=kept),
        Field(
            "email_domains",
            "openid.email_domains",
            value=" ".join(provider.email_domains),
            required=False,
            hint="openid.email_domains_hint",
        ),
    )
    return Form(PATH, fields, "form.save", hidden={"version": provider.version}, back="/settings/users")


def sent_provider(sent: Mapping[str, str]) -> tuple[IdentityProviderPatch, Values]:
    """What the form says of the provider. A secret that is left blank stays."""
    values = Values(sent)
    patch = IdentityProviderPatch(
        active=values.flag("active"),
        name=values.text("name"),
        issuer=values.text("issuer"),
        client_id=values.text("client_id"),
        client_secret=values.text("client_secret") or UNSET,
        email_domains=tuple(values.text("email_domains").replace(",", " ").split()),
    )
    return patch, values
