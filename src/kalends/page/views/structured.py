"""What search engines read of the page. Source: schema.org, LocalBusiness and ReserveAction."""

from collections.abc import Sequence
from typing import Any

from kalends.actions.context import Context
from kalends.engine.catalog.service import Service
from kalends.engine.catalog.site import Site


def structured_data(
    ctx: Context, services: Sequence[Service], sites: Sequence[Site], url: str, language: str
) -> dict[str, Any]:
    """The business, its places, and what can be reserved at the absolute `url` of the page."""
    return {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": ctx.account.name,
        "url": url,
        "location": [_place(site) for site in sites if site.public],
        "makesOffer": [_offer(service, ctx.account.currency, url, language) for service in services],
        "potentialAction": {
            "@type": "ReserveAction",
            "target": {"@type": "EntryPoint", "urlTemplate": url, "actionPlatform": "https://schema.org/WebPlatform"},
        },
    }


def _offer(service: Service, currency: str, url: str, language: str) -> dict[str, Any]:
    price = {} if service.price is None else {"price": str(service.price), "priceCurrency": currency}
    return {
        "@type": "Offer",
        "url": f"{url}/{service.id}",
        "itemOffered": {
            "@type": "Service",
            "name": service.title_in(language),
            "description": service.description_in(language),
        },
        **price,
    }


def _place(site: Site) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": site.street,
        "postalCode": site.postcode,
        "addressLocality": site.city,
        "addressCountry": site.country,
    }
    return {"@type": "Place", "name": site.name, "address": address}
