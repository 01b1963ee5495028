"""A small OpenID provider on this machine, over HTTP, with keys and tokens of its own; it can be told to misbehave."""

import asyncio
import base64
import hashlib
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.world import NOW

CLIENT_ID, CLIENT_SECRET = "kalends", "a secret: of the client"
DAY_SECONDS = 86_400


class OpenIdProvider:
    """Whoever comes is `email`, at once. `claims` are put into the ID token, in place of the right ones; `key` signs it
    by `algorithm`; what is in `error` is sent back instead of a code. With `in_userinfo` the token has no address.
    `described` is put into what it says of itself, in place of the right things; `more_keys` are published besides."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.own_key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.key: RSAKey | OctKey = self.own_key
        self.algorithm = "RS256"
        self.email = "marit@example.org"
        self.is_verified = True
        self.claims: dict[str, Any] = {}
        self.error: dict[str, str] = {}
        self.in_userinfo = False
        self.described: dict[str, Any] = {}
        self.more_keys: list[object] = []
        self.asked: dict[str, Mapping[str, str]] = {}

    async def describe(self, request: Request) -> Response:
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        endpoints["userinfo_endpoint"] = "userinfo"
        described = {name: f"{self.url}/{path}" for name, path in endpoints.items()}
        return JSONResponse({"issuer": self.url, **described, **self.described})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["scope"]) == ("code", "openid email")
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT_ID, "S256")
        code = secrets.token_hex(8)
        self.asked[code] = asked
        back = self.error or {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**back, 'state': asked['state']})}", 303)

    async def exchange(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.asked.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_own = (
            asked is not None
            and request.headers["authorization"] == f"Basic {_basic()}"
            and form["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).decode().rstrip("=") == asked["code_challenge"]
        )
        if asked is None or not is_own:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"id_token": self._token(asked["nonce"]), "access_token": "access", "token_type": "Bearer"})

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [*self.more_keys, self.own_key.as_dict(private=False)]})

    async def userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer access"
        return JSONResponse({"sub": "17", **self._address()})

    def _address(self) -> dict[str, Any]:
        return {"email": self.email, "email_verified": self.is_verified}

    def _token(self, nonce: str) -> str:
        now = int(NOW.timestamp())
        usual = {"iss": self.url, "aud": CLIENT_ID, "sub": "17", "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**usual, **({} if self.in_userinfo else self._address()), **self.claims}
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, self.key, algorithms=[self.algorithm])


@asynccontextmanager
async def providing() -> AsyncIterator[OpenIdProvider]:
    """A provider for the length of the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        provider = OpenIdProvider(f"http://127.0.0.1:{listener.getsockname()[1]}")
        routes = [
            Route("/.well-known/openid-configuration", provider.describe),
            Route("/authorize", provider.authorize),
            Route("/token", provider.exchange, methods=["POST"]),
            Route("/keys", provider.keys),
            Route("/userinfo", provider.userinfo),
        ]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, ws="none", lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield provider
        finally:
            server.should_exit = True
            await serving


def _basic() -> str:
    return base64.b64encode(f"{CLIENT_ID}:a%20secret%3A%20of%20the%20client".encode()).decode()
