"""The operations of messages, templates, addresses that bounced and what customers refuse."""

from functools import partial

from kalends.api.handlers import messages
from kalends.api.lists import List
from kalends.api.operations import Operation
from kalends.api.schemas.bounced_addresses import (
    BouncedAddress,
    BouncedAddressInput,
    BouncedAddressQuery,
    ListBouncedAddresses,
)
from kalends.api.schemas.message_templates import MessageTemplate, MessageTemplateInput
from kalends.api.schemas.messages import ListMessages, Message, MessagePath, MessagePreview, PreviewInput
from kalends.api.schemas.refused_messages import (
    RefusedMessages,
    RefusedMessagesInput,
    RefusedMessagesPath,
    RefusingCustomer,
)
from kalends.engine.refusals import Duplicate, NotFound

_operation = partial(Operation, tag="Messages")
_BOUNCED = "/bounced-addresses"
_REFUSED = "/customers/{customer_id}/refused-messages"

OPERATIONS = (
    _operation(
        method="GET",
        path="/messages",
        handler=messages.listing,
        id="list_messages",
        summary="List messages",
        description="The newest first. They may have codes in them, so the key needs `manage`, for all sites.",
        scope="manage",
        params=ListMessages,
        answers={200: List[Message]},
    ),
    _operation(
        method="GET",
        path="/messages/{message_id}",
        handler=messages.show,
        id="get_message",
        summary="Show a message",
        scope="manage",
        params=MessagePath,
        answers={200: Message},
    ),
    _operation(
        method="POST",
        path="/messages/{message_id}/resend",
        handler=messages.resend,
        id="resend_message",
        summary="Send a message once more",
        description="To the address that its recipient has now, if what it says is still right.",
        scope="manage",
        params=MessagePath,
        answers={201: Message},
    ),
    _operation(
        method="POST",
        path="/messages/preview",
        handler=messages.preview,
        id="preview_message",
        summary="Show a message as it would be sent now",
        description="Nothing is sent. Not for keys of some sites.",
        scope="read",
        body=PreviewInput,
        answers={200: MessagePreview},
        refusals=(NotFound,),
        names={"subject": "draft/subject", "body": "draft/body"},
    ),
    _operation(
        method="GET",
        path="/message-templates",
        handler=messages.templates,
        id="list_message_templates",
        summary="List the templates of messages",
        description="The oldest first, also those that are not used.",
        scope="read",
        answers={200: List[MessageTemplate]},
    ),
    _operation(
        method="PUT",
        path="/message-templates",
        handler=messages.replace_template,
        id="set_message_template",
        summary="Add a template, or change the one for the same messages",
        description="Not for keys of some sites.",
        scope="manage",
        body=MessageTemplateInput,
        answers={200: MessageTemplate},
        refusals=(Duplicate,),
    ),
    _operation(
        method="GET",
        path=_BOUNCED,
        handler=messages.bounced,
        id="list_bounced_addresses",
        summary="List addresses to which nothing more is sent",
        description="Because a server said that there are no such ones, or somebody marked them.",
        scope="read",
        params=ListBouncedAddresses,
        answers={200: List[BouncedAddress]},
    ),
    _operation(
        method="PUT",
        path=_BOUNCED,
        handler=messages.mark,
        id="mark_bounced_address",
        summary="Send nothing more to an address",
        description="Whoever it belongs to; with another address they get messages again.",
        scope="book",
        body=BouncedAddressInput,
        answers={204: None},
    ),
    _operation(
        method="DELETE",
        path=_BOUNCED,
        handler=messages.clear,
        id="clear_bounced_address",
        summary="Send to an address again",
        scope="book",
        params=BouncedAddressQuery,
        answers={204: None},
    ),
    _operation(
        method="GET",
        path=_REFUSED,
        handler=messages.refused,
        id="list_refused_messages",
        summary="List what a customer does not want to be sent",
        scope="read",
        params=RefusingCustomer,
        answers={200: List[RefusedMessages]},
    ),
    _operation(
        method="PUT",
        path=_REFUSED,
        handler=messages.refuse,
        id="refuse_messages",
        summary="Send a customer no more messages of a kind",
        scope="book",
        params=RefusingCustomer,
        body=RefusedMessagesInput,
        answers={204: None},
    ),
    _operation(
        method="DELETE",
        path=_REFUSED,
        handler=messages.accept,
        id="accept_messages",
        summary="Send a customer messages of a kind again",
        scope="book",
        params=RefusedMessagesPath,
        answers={204: None},
    ),
)
