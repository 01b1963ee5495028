"""Addresses that take no messages, in words."""

from kalends.engine.messages.bounce import BouncedAddress
from kalends.notices.texts import Message


def bounced_text(bounced: BouncedAddress) -> Message:
    """That an address takes no messages, and why, as far as that is known."""
    if not bounced.reason:
        return Message("customers.bounced", {"address": bounced.address})
    return Message("customers.bounced_because", {"address": bounced.address, "reason": bounced.reason})
