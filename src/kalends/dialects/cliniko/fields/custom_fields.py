"""The form of a patient's custom fields, which are kept as they are sent. What is left out stays left out."""

import msgspec
from msgspec import UNSET, UnsetType


class _Option(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    token: str
    name: str | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET
    selected: bool | UnsetType = UNSET


class _Other(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    enabled: bool | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET
    selected: bool | UnsetType = UNSET
    value: str | UnsetType = UNSET


class _Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    token: str
    name: str | UnsetType | None = UNSET
    type: str | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET
    options: tuple[_Option, ...] | UnsetType = UNSET
    other: _Other | UnsetType = UNSET
    value: str | UnsetType = UNSET


class _Section(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    token: str
    fields: tuple[_Field, ...]
    name: str | UnsetType | None = UNSET
    archived: bool | UnsetType | None = UNSET


class CustomFields(msgspec.Struct, frozen=True, kw_only=True):
    """Sections of fields. Source: Cliniko reference, Patient."""

    sections: tuple[_Section, ...]
