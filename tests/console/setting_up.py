"""Screens about customers and about what can be booked, with something on each of them."""

from decimal import Decimal

from kalends.actions.catalog.custom_fields import add_field
from kalends.actions.catalog.price_rules import add_price
from kalends.actions.catalog.prices import add_group
from kalends.actions.customers.cases import add_case
from kalends.engine.catalog.custom_field import CustomFieldPatch
from kalends.engine.catalog.price import PricePatch
from kalends.engine.customers.case import CasePatch
from tests.world import World


async def customer_screens(clinic: World) -> list[str]:
    """The paths of the screens about customers, each of which has another heading."""
    kari = f"/customers/{clinic.kari}"
    knee = await add_case(clinic.ctx(), CasePatch(customer_id=clinic.kari, name="Knee"))
    return [
        "/customers",
        "/customers/new",
        kari,
        *(f"{kari}/{page}" for page in ("edit", "merge", f"merge/{clinic.ola}", "history", "erase")),
        *(f"{kari}/{page}" for page in ("parent", "login", "cases/new")),
        f"/customers/new?parent={clinic.kari}",
        f"/cases/{knee.id}",
    ]


async def setup_screens(clinic: World) -> list[str]:
    """The paths of the screens about what can be booked, and when, each of which has another heading."""
    club = await add_group(clinic.ctx(), "Club")
    price = await add_price(clinic.ctx(), PricePatch(per="hour", amount=Decimal(600)), resource_id=clinic.sauna)
    question = await add_field(clinic.ctx(), CustomFieldPatch(title="Allergic?", subject="booking"))
    site = f"/sites/{clinic.site}"
    return [
        f"/custom-fields/{question.id}",
        *(f"{site}/{page}" for page in ("hours", "exceptions/new", "extra-openings/new", "blocks", "blocks/new")),
        *(f"/resources/{clinic.ada}/{page}" for page in ("hours", "hours/limited", "extra-openings/new")),
        *("/services", "/services/new", f"/services/{clinic.massage}"),
        f"/services/{clinic.massage}/providers/{clinic.ada}",
        f"/services/{clinic.massage}/texts/de",
        *("/resources", "/resources/new", f"/resources/{clinic.hall}"),
        *("/extras", "/extras/inventory/new", "/extras/products/new", f"/extras/inventory/{clinic.projectors}"),
        *("/settings/sites", "/settings/sites/new", "/custom-fields", "/custom-fields/new", "/sorts"),
        f"/sorts/group/{club.id}",
        *(f"/services/{clinic.massage}/prices/new", f"/prices/{price.id}"),
    ]
