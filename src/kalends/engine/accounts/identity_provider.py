"""The identity provider of an account: where its staff log in instead of with a password, by OpenID Connect."""

import re
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

from kalends.engine.limits import LONGEST_LINE, raise_if_faults, text_faults
from kalends.engine.patch import Patch, patched
from kalends.engine.refusals import Fault
from kalends.engine.version import version_of

MOST_DOMAINS = 50
_ISSUER = re.compile(r"(https?)://[^\s/?#@]+(/[^\s?#]*)?")
_DOMAIN = re.compile(r"([\w-]+\.)+[\w-]+")
Failure = Literal["unreachable", "refused", "invalid", "unverified", "other_domain", "no_user"]
FAILURES: tuple[Failure, ...] = get_args(Failure)


class IdentityProvider(msgspec.Struct, frozen=True, kw_only=True):
    """The provider, "" where nothing is set.

    `active`: whether staff may log in by it. `name` stands on the button. `issuer` is its address, below which its
    description is found (OpenID Connect Discovery 1.0); `client_id` and `client_secret` are what it calls this account.
    `email_domains`: the domains of the addresses that are accepted, in lower case; none are all.
    """

    active: bool = False
    name: str = ""
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    email_domains: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """As of `version_of`; nothing of the secret is in it, as it is seen."""
        return version_of(msgspec.structs.replace(self, client_secret=""))


class IdentityProviderPatch(Patch, frozen=True, kw_only=True):
    """Changes of the provider."""

    active: bool | UnsetType = UNSET
    name: str | UnsetType = UNSET
    issuer: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET
    email_domains: tuple[str, ...] | UnsetType = UNSET


class Handshake(msgspec.Struct, frozen=True):
    """What one login is told by, each known to this server alone until it is used: `state` comes back with the
    browser, `nonce` in the ID token, and `verifier` proves to the provider who asked (RFC 7636)."""

    state: str
    nonce: str
    verifier: str


class Identity(msgspec.Struct, frozen=True):
    """Who logged in at the provider: an e-mail address, and whether the provider has verified it."""

    email: str
    is_verified: bool


class IdentityFailed(Exception):
    """A login by the provider came to nothing.

    `reason`: the provider could not be reached; refused; said what is not right or not signed by it; has not verified
    the address; the address has another domain; or no user of the account has it. `detail` is for the log.
    """

    def __init__(self, reason: Failure, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


def changed_provider(
    current: IdentityProvider, patch: IdentityProviderPatch, *, private_urls: bool = False
) -> IdentityProvider:
    """The provider with the patch applied. `private_urls`: the issuer may be http.

    Raises Invalid(name: invalid, too_long; issuer, client_id, client_secret: blank (while it is active), invalid,
    too_long; email_domains: invalid, too_many).
    """
    if patch.email_domains is not UNSET:
        domains = dict.fromkeys(domain.strip().lower().removeprefix("@") for domain in patch.email_domains)
        patch = msgspec.structs.replace(patch, email_domains=tuple(filter(None, domains)))
    provider = patched(current, patch)
    raise_if_faults(_faults(provider, private_urls))
    return provider


def accepts(provider: IdentityProvider, email: str) -> bool:
    """Whether the domain of an address is one of those that are accepted."""
    return not provider.email_domains or email.lower().rpartition("@")[2] in provider.email_domains


def _faults(provider: IdentityProvider, private_urls: bool) -> Iterable[Fault]:
    yield from text_faults("name", provider.name, LONGEST_LINE)
    for name in ("issuer", "client_id", "client_secret"):
        yield from text_faults(name, getattr(provider, name), LONGEST_LINE, required=provider.active)
    match = _ISSUER.fullmatch(provider.issuer)
    if provider.issuer and not (match and (private_urls or match[1] == "https")):
        yield Fault("issuer", "invalid")
    if len(provider.email_domains) > MOST_DOMAINS:
        yield Fault("email_domains", "too_many")
    if not all(_DOMAIN.fullmatch(domain) for domain in provider.email_domains):
        yield Fault("email_domains", "invalid")
