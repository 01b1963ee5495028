"""The account's identity provider, by which its staff may log in."""

from functools import partial

import msgspec

from kalends.actions.access import allow
from kalends.actions.context import Context, transaction
from kalends.actions.expected import check_version
from kalends.actions.save import Subject, save_images
from kalends.engine.accounts.identity_provider import IdentityProvider, IdentityProviderPatch, changed_provider
from kalends.engine.refusals import Forbidden
from kalends.store.accounts import identity_providers


@allow("administer")
async def get_identity_provider(ctx: Context) -> IdentityProvider:
    """Return the account's identity provider, with its secret."""
    return await identity_providers.load_provider(ctx.db, ctx.account.id)


@allow("administer", whole_account=True)
async def change_identity_provider(ctx: Context, patch: IdentityProviderPatch) -> IdentityProvider:
    """Change the identity provider.

    Raises Forbidden (to a key: by a provider of its own it would become an owner), Outdated, Invalid(name: invalid,
    too_long; issuer, client_id, client_secret: blank, invalid, too_long; email_domains: invalid, too_many).
    """
    if ctx.principal.kind == "key":
        raise Forbidden()
    async with transaction(ctx) as tx:
        present = await identity_providers.lock_provider(tx.db, ctx.account.id)
        check_version(tx, "identity_provider", ctx.account.id, present.version)
        changed = changed_provider(present, patch, private_urls=ctx.private_urls)
        images = msgspec.structs.asdict(present), msgspec.structs.asdict(changed)
        write = partial(identity_providers.save_provider, tx.db, ctx.account.id, changed)
        await save_images(tx, "change", Subject("identity_provider", ctx.account.id), *images, write)
    return changed
