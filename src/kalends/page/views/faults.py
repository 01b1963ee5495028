"""What is wrong with a form."""

import msgspec

from kalends.notices.texts import Message


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a field, by its name, which is also its id on the page."""

    field: str
    message: Message
