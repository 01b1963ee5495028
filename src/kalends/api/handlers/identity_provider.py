"""The identity provider of the account: show it."""

from kalends.actions.accounts.identity_provider import get_identity_provider
from kalends.actions.context import Context
from kalends.api.operations import Answered, Operation, Received
from kalends.api.schemas.identity_provider import IdentityProvider, shown_provider


async def show(ctx: Context, request: Received[None, None]) -> Answered:
    provider = await get_identity_provider(ctx)
    return Answered(value=shown_provider(provider))


OPERATIONS = (
    Operation(
        method="GET",
        path="/account/identity-provider",
        handler=show,
        id="get_identity_provider",
        summary="Show the identity provider of the account",
        description="Owners change it in the console, keys can't: whoever changes it could log in as an owner.",
        tag="Account",
        scope="administer",
        answers={200: IdentityProvider},
    ),
)
