"""The identity provider of the account, by which its staff may log in."""

from typing import Annotated

import msgspec
from msgspec import Meta

from kalends.engine.accounts.identity_provider import IdentityProvider as EngineProvider


class IdentityProvider(msgspec.Struct, frozen=True, kw_only=True):
    """The provider, which speaks OpenID Connect; empty is what is not set. Its secret is never shown."""

    active: Annotated[bool, Meta(description="Whether staff may log in by it.", examples=[True])]
    name: Annotated[str, Meta(description="What stands on the button.", examples=["Clinic login"])]
    issuer: Annotated[str, Meta(description="Its address.", examples=["https://login.clinic.example"])]
    client_id: Annotated[str, Meta(description="What it calls this account.", examples=["kalends"])]
    email_domains: Annotated[
        list[str],
        Meta(description="Those of addresses that are accepted; none are all.", examples=[["a.example"]]),
    ]


def shown_provider(provider: EngineProvider) -> IdentityProvider:
    """The provider as it is answered."""
    values = {name: getattr(provider, name) for name in IdentityProvider.__struct_fields__}
    return IdentityProvider(**{**values, "email_domains": list(provider.email_domains)})
