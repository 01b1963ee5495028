"""Asks an identity provider who logged in.

The provider describes itself below its issuer's address; a code is exchanged for an ID token, whose signature is
checked with the keys that the provider publishes. Nothing of it is kept: logins are rare, and keys change.

Source: OpenID Connect Core 1.0, sections 3.1.2, 3.1.3 and 5.3; OpenID Connect Discovery 1.0, section 4; RFC 7636; RFC
9207 (`iss` of the answer).
"""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from kalends.delivery.outbound import Unreachable, new_client, send
from kalends.engine.accounts.identity_provider import Handshake, Identity, IdentityFailed, IdentityProvider

SECONDS = 7.0
"""For each of at most four questions, so that all of them end before the request that they are part of."""
_MOST_READ = 256 * 1024
_LEEWAY = 60
"""Seconds by which the provider's clock may differ."""
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key pair; never those with the client's secret, and never none."""
_BASIC = "client_secret_basic"
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError)
"""What joserfc raises of a token or a key that is not right; a KeyError is a curve that it does not know."""


class _Metadata(msgspec.Struct, frozen=True):
    """What of the description is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)


async def login_url(provider: IdentityProvider, handshake: Handshake, returns_to: str, *, private: bool) -> str:
    """The address at the provider to which a browser goes to log in. `private`: the provider may have a private
    address, and no TLS. Raises IdentityFailed(unreachable)."""
    async with _Provider(provider, private) as asked:
        endpoint = asked.url((await asked.metadata()).authorization_endpoint)
    verifier = hashlib.sha256(handshake.verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": returns_to,
        "scope": "openid email",
        "state": handshake.state,
        "nonce": handshake.nonce,
        "code_challenge": base64.urlsafe_b64encode(verifier).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return str(endpoint.copy_merge_params(parameters))


async def identity_of(
    provider: IdentityProvider,
    handshake: Handshake,
    sent: Mapping[str, str],
    returns_to: str,
    now: datetime,
    *,
    private: bool,
) -> Identity:
    """Who logged in. `sent` are the parameters with which the browser came back to `returns_to`, whose `state` was
    checked.

    Raises IdentityFailed(unreachable; refused: the provider, or the person there, said no; invalid: a token that is not
    right).
    """
    if "code" not in sent:
        raise IdentityFailed("refused", f"{sent.get('error', '')} {sent.get('error_description', '')}")
    async with _Provider(provider, private) as asked:
        metadata = await asked.metadata()
        if sent.get("iss", metadata.issuer) != metadata.issuer:
            raise IdentityFailed("invalid", "the answer has another issuer")
        tokens = await asked.exchange(metadata, sent["code"], handshake.verifier, returns_to)
        keys = await asked.json("GET", metadata.jwks_uri)
        claims = _checked(tokens.get("id_token"), keys, metadata.issuer, provider.client_id, handshake.nonce, now)
        if "email" not in claims and metadata.userinfo_endpoint:
            claims = await asked.user_info(metadata, str(tokens.get("access_token")), claims["sub"])
    return Identity(str(claims.get("email", "")), claims.get("email_verified") in (True, "true"))


def _checked(token: object, keys: Any, issuer: str, client_id: str, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims of an ID token. Raises IdentityFailed(invalid)."""
    expected = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
        azp={"value": client_id},
    )
    try:
        claims = jwt.decode(str(token), _readable_keys(keys), algorithms=_ALGORITHMS).claims
        expected.validate(claims)
    except _UNREADABLE as error:
        raise IdentityFailed("invalid", f"{type(error).__name__}: {error}") from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        raise IdentityFailed("invalid", "a token for several has no azp")
    return claims


def _readable_keys(published: Mapping[str, Any]) -> KeySet:
    """The published keys, without those that can't be read here: what is signed by the others is right all the same."""
    keys = []
    for key in published["keys"]:
        with suppress(*_UNREADABLE):
            keys.append(JWKRegistry.import_key(key))
    return KeySet(keys)


class _Provider:
    """A provider that is asked within a time limit, over connections that are closed in the end."""

    def __init__(self, provider: IdentityProvider, private: bool) -> None:
        self.provider, self.private = provider, private
        self.client = new_client()

    async def __aenter__(self) -> "_Provider":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def metadata(self) -> _Metadata:
        """What the provider says of itself."""
        issuer = self.provider.issuer.rstrip("/")
        described = await self.json("GET", f"{issuer}/.well-known/openid-configuration")
        try:
            metadata = msgspec.convert(described, _Metadata)
        except msgspec.ValidationError as error:
            raise IdentityFailed("unreachable", f"its description: {error}") from error
        if metadata.issuer.rstrip("/") != issuer:
            raise IdentityFailed("unreachable", f"it calls itself {metadata.issuer}")
        return metadata

    async def exchange(self, metadata: _Metadata, code: str, verifier: str, returns_to: str) -> dict[str, Any]:
        """The tokens for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": returns_to,
            "code_verifier": verifier,
        }
        client = self.provider.client_id, self.provider.client_secret
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if _BASIC in metadata.token_endpoint_auth_methods_supported:
            pair = ":".join(quote(each, safe="") for each in client)  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client[0], "client_secret": client[1]}
        return await self.json("POST", metadata.token_endpoint, headers, urlencode(form).encode())

    async def user_info(self, metadata: _Metadata, token: str, subject: str) -> dict[str, Any]:
        """What the provider says of the person besides, whose `sub` has to be that of the ID token."""
        claims = await self.json("GET", metadata.userinfo_endpoint, {"Authorization": f"Bearer {token}"})
        if claims.get("sub") != subject:
            raise IdentityFailed("invalid", "userinfo is about somebody else")
        return claims

    async def json(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> dict[str, Any]:
        """The object that is answered. Raises IdentityFailed(unreachable, refused)."""
        sent = {"Accept": "application/json", **(headers or {})}
        try:
            async with asyncio.timeout(SECONDS):
                status, content = await self._ask(method, self.url(address), sent, body)
        except (TimeoutError, httpx.HTTPError, Unreachable, OSError, UnicodeError) as error:
            raise IdentityFailed("unreachable", f"{address}: {type(error).__name__} {error}") from error
        try:
            answered = msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise IdentityFailed("unreachable", f"{address} answers {status}, no JSON object") from error
        if status != 200:
            detail = f"{address} answers {status}: {answered.get('error', '')}"
            raise IdentityFailed("refused" if method == "POST" else "unreachable", detail)
        return answered

    def url(self, address: str) -> httpx.URL:
        """An address that the provider names. Raises IdentityFailed(unreachable) if nobody is to be sent there."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            raise IdentityFailed("unreachable", f"{address}: {error}") from error
        if not url.host or (url.scheme != "https" and not (self.private and url.scheme == "http")):
            raise IdentityFailed("unreachable", f"{address} is not https")
        return url

    async def _ask(self, method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        response = await send(self.client, method, url, headers, body, private=self.private)
        try:
            read = b""
            async for chunk in response.aiter_raw():
                read += chunk
                if len(read) > _MOST_READ:
                    raise Unreachable(f"more than {_MOST_READ} bytes")
            return response.status_code, read
        finally:
            await response.aclose()
