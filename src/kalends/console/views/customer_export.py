"""All that is known of a person, as a file for them."""

from typing import Any

import msgspec

from kalends.actions.customers.export import CustomerExport

_OURS = frozenset(
    {"account_id", "created_by", "phone_key", "revision", "sole", "updated_by", "verification_code", "overlap_allowed"}
)
"""What says nothing about the person."""


def export_file(exported: CustomerExport) -> bytes:
    """The file, as JSON that can be read."""
    return msgspec.json.format(msgspec.json.encode(_theirs(msgspec.to_builtins(exported))), indent=2)


def _theirs(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _theirs(each) for name, each in value.items() if name not in _OURS}
    return [_theirs(each) for each in value] if isinstance(value, list) else value
