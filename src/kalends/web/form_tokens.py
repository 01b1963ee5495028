"""Tokens of forms that anybody may fill in: when the form was drawn, and a random number, signed, so that nobody can
make one up. Nothing is kept of them. Whoever has the token of a form has what was done with it, as with the secret of a
link.
"""

import hmac
import re
import secrets
from datetime import UTC, datetime

from kalends.actions.context import Context
from kalends.web.call import Call
from kalends.web.installation import secret_of

_RANDOM_BYTES = 16
_SIGNATURE_BYTES = 16
_PURPOSE = b"kalends: tokens of forms"
_FORM = re.compile(r"([0-9a-f]{8})[0-9a-f]{32}", re.ASCII)


async def new_form_token(call: Call, ctx: Context) -> str:
    """A token for a form that is drawn now: hexadecimal digits."""
    content = f"{int(call.now.timestamp()):08x}{secrets.token_hex(_RANDOM_BYTES)}"
    return content + _signature(await secret_of(call, ctx), content)


async def drawn_at(call: Call, ctx: Context, token: str) -> datetime | None:
    """When the form of this token was drawn, to the second; None if it is not a token of this installation."""
    content, signature = token[: -2 * _SIGNATURE_BYTES], token[-2 * _SIGNATURE_BYTES :]
    form = _FORM.fullmatch(content)
    if form is None or not hmac.compare_digest(
        signature.encode(), _signature(await secret_of(call, ctx), content).encode()
    ):
        return None
    return datetime.fromtimestamp(int(form[1], 16), UTC)


def _signature(secret: bytes, content: str) -> str:
    key = hmac.digest(secret, _PURPOSE, "sha256")
    return hmac.digest(key, content.encode(), "sha256")[:_SIGNATURE_BYTES].hex()
