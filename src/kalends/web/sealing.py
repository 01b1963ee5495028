"""Seals what only the holder of a secret may read again: with AES-256-GCM, by a key that is derived from the secret.

This module is loaded by its name when something is sealed for the first time, as what it imports costs each web worker
memory.
"""

import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_PURPOSE = b"kalends: an answer kept for retries"


def sealed(secret: str, content: bytes, purpose: bytes) -> bytes:
    """The content, unreadable without the secret and the same purpose: a random nonce, what is encrypted, its tag."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, content, purpose)


def opened(secret: str, box: bytes, purpose: bytes) -> bytes:
    """What was sealed. Raises InvalidTag for another secret, another purpose, or what was altered."""
    return _cipher(secret).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], purpose)


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hmac.digest(secret.encode(errors="surrogatepass"), _PURPOSE, "sha256"))
