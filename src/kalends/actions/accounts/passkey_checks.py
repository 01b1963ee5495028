"""Makes the options with which browsers make and use passkeys, and checks what they send back.

This module is loaded by its name when somebody uses a passkey for the first time, as what it imports costs each web
worker memory. Source: Web Authentication Level 2 (W3C).
"""

from collections.abc import Sequence

import webauthn
from webauthn.helpers import exceptions, structs

from kalends.engine.accounts.passkey import Passkey, RelyingParty

_VERIFIED = structs.UserVerificationRequirement.REQUIRED
"""The device asks for a finger, a face or a code, as a passkey takes the place of a password."""


def options_to_add(
    rp: RelyingParty,
    challenge: bytes,
    *,
    account: str,
    user_handle: bytes,
    email: str,
    name: str,
    present: Sequence[Passkey],
) -> str:
    """The options to make a passkey, as JSON. A device that has one of those present is not asked again."""
    options = webauthn.generate_registration_options(
        rp_id=rp.id,
        rp_name=account,
        user_id=user_handle,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each.credential_id) for each in present],
    )
    return webauthn.options_to_json(options)


def options_to_log_in(rp: RelyingParty, challenge: bytes) -> str:
    """The options to use any passkey that there is for the host, as JSON."""
    options = webauthn.generate_authentication_options(rp_id=rp.id, challenge=challenge, user_verification=_VERIFIED)
    return webauthn.options_to_json(options)


def checked_new(rp: RelyingParty, challenge: bytes, credential: str) -> tuple[bytes, bytes, int] | None:
    """The id, public key and sign count of a passkey that was just made; None if what was sent is not right."""
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            require_user_verification=True,
        )
    except _NOT_RIGHT:
        return None
    return made.credential_id, made.credential_public_key, made.sign_count


def credential_id_of(credential: str) -> bytes | None:
    """The name of the passkey that was used; None if what was sent is not in form."""
    try:
        return webauthn.helpers.parse_authentication_credential_json(credential).raw_id
    except _NOT_RIGHT:
        return None


def checked_use(rp: RelyingParty, challenge: bytes, credential: str, passkey: Passkey) -> int | None:
    """The new sign count, if the passkey has signed the challenge; else None."""
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _NOT_RIGHT:
        return None
    return used.new_sign_count


_NOT_RIGHT = (exceptions.WebAuthnException, ValueError, TypeError, KeyError)
"""What the library raises for what strangers send."""
